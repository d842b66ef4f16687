import { Client } from 'pg';
import { clientConfig, type EventLog } from './database.ts';

/**
 * held:  this process has the lock.
 * other: the server is there, and somebody else has it.
 * away:  the server cannot be reached; nobody can take the lock over meanwhile that this process could know of.
 */
export type LockState = 'held' | 'other' | 'away';

export interface AdvisoryLock {
  state(): LockState;
  /** Releases the lock and ends the connection. */
  close(): Promise<void>;
}

export interface AdvisoryLockOptions {
  connectionString: string;
  /** What the lock is for; services that name the same compete for it. */
  name: string;
  onChange(state: LockState): void;
  /** How often to ask for a lock that somebody else has, or for a server that is away. */
  retryMs?: number;
  log?: EventLog;
}

const FIRST_RETRY_MS = 50;
const RETRY_MS = 1_000;
const CONNECT_TIMEOUT_MS = 5_000;
// A connection that died without a word (a pulled cable) is noticed by this question going unanswered.
const CHECK_EVERY_MS = 10_000;
const CHECK_TIMEOUT_MS = 5_000;

/**
 * One lock for many processes, on a connection of its own: held as long as that connection lives, so that a killed
 * holder loses it at once. Tries for ever until closed; the first attempt begins at once.
 */
export function holdAdvisoryLock(options: AdvisoryLockOptions): AdvisoryLock {
  const { log, onChange } = options;
  const retryMs = options.retryMs ?? RETRY_MS;
  let state: LockState = 'away';
  let closed = false;
  let timer: NodeJS.Timeout | null = null;
  let client: Client | null = null;

  const change = (next: LockState): void => {
    if (next === state || closed) return;
    state = next;
    log?.info({ event: 'lock.changed', name: options.name, state });
    onChange(state);
  };

  const lost = (from: Client, error?: Error): void => {
    if (client !== from) return;
    client = null;
    from.end().catch(() => {});
    if (error !== undefined) log?.warn({ event: 'lock.connection_lost', name: options.name, detail: error.message });
    change('away');
    // At once the first time: a server that only ended connections is there again.
    again(FIRST_RETRY_MS);
  };

  const again = (ms: number): void => {
    if (closed) return;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      running = attempt();
    }, ms);
  };

  /** Never rejects. */
  const attempt = async (): Promise<void> => {
    const current = client ?? (await open());
    if (current === null) return again(retryMs);
    try {
      if (state === 'held') {
        await current.query('select 1');
      } else {
        const { rows } = await current.query<{ got: boolean }>(
          'select pg_try_advisory_lock(hashtextextended($1, 0)) as got',
          [options.name],
        );
        change(rows[0]?.got === true ? 'held' : 'other');
      }
      again(state === 'held' ? CHECK_EVERY_MS : retryMs);
    } catch (error) {
      lost(current, error instanceof Error ? error : undefined);
    }
  };

  const open = async (): Promise<Client | null> => {
    const next = new Client({
      ...clientConfig(options.connectionString, 'ubot-lock'),
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: CHECK_TIMEOUT_MS,
    });
    next.on('error', (error) => lost(next, error));
    next.on('end', () => lost(next));
    try {
      await next.connect();
    } catch {
      await next.end().catch(() => {});
      return null;
    }
    client = next;
    return next;
  };

  let running = attempt();

  return {
    state: () => state,
    async close() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      await running;
      if (timer !== null) clearTimeout(timer);
      const last = client;
      client = null;
      await last?.end().catch(() => {});
    },
  };
}
