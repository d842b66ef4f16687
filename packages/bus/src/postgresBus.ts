import { TOPICS, type Topic } from '@ubot/contracts';
import { Client } from 'pg';
import { channelOf, createListeners, type Bus, type EventLog } from './bus.ts';

const FIRST_RECONNECT_MS = 100;
const LAST_RECONNECT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 10_000;

const topicOf = new Map<string, Topic>(TOPICS.map((topic) => [channelOf(topic), topic]));

/**
 * The bus over LISTEN and NOTIFY, on a connection of its own that is opened again whenever it breaks.
 *
 * Edges:  `listen` does not fail while the server is away: it counts from the next connection on, and all listeners are
 *         woken then. An announcement made while the server is away is dropped (and logged): whoever listens looks
 *         again after the reconnect and on its own clock. To announce with a commit, use @ubot/db's `announce`.
 */
export function createPostgresBus(options: { connectionString: string; log?: EventLog }): Bus {
  const { log } = options;
  const listeners = createListeners((error) => {
    log?.warn({ event: 'bus.listener_failed', detail: error instanceof Error ? error.message : String(error) });
  });
  let client: Client | null = null;
  let closed = false;
  let connectedBefore = false;
  let waitMs = FIRST_RECONNECT_MS;
  let timer: NodeJS.Timeout | null = null;

  const lost = (from: Client, error: Error | null): void => {
    if (client !== from) return;
    client = null;
    from.end().catch(() => {});
    if (closed) return;
    log?.warn({ event: 'bus.connection_lost', detail: error?.message ?? 'ended by the server' });
    reconnectLater();
  };

  const reconnectLater = (): void => {
    if (closed) return;
    timer = setTimeout(() => {
      timer = null;
      connecting = connect();
    }, waitMs);
    waitMs = Math.min(2 * waitMs, LAST_RECONNECT_MS);
  };

  /** One attempt; never rejects. */
  const connect = async (): Promise<void> => {
    const next = openClient(options.connectionString);
    next.on('error', (error) => lost(next, error));
    next.on('end', () => lost(next, null));
    next.on('notification', ({ channel, payload }) => {
      const topic = topicOf.get(channel);
      if (topic !== undefined) listeners.wake(topic, payload ?? '');
    });
    try {
      await next.connect();
      for (const topic of listeners.topics()) await next.query(`listen ${channelOf(topic)}`);
    } catch (error) {
      await next.end().catch(() => {});
      log?.warn({ event: 'bus.connect_failed', detail: error instanceof Error ? error.message : String(error) });
      reconnectLater();
      return;
    }
    if (closed) return void (await next.end().catch(() => {}));
    client = next;
    waitMs = FIRST_RECONNECT_MS;
    // A topic that was added while the loop above ran.
    for (const topic of listeners.topics()) await tell(next, `listen ${channelOf(topic)}`);
    if (connectedBefore) {
      log?.info({ event: 'bus.reconnected' });
      listeners.wakeAll();
    }
    connectedBefore = true;
  };

  // A client takes one query at a time.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = (to: Client, text: string, values: string[]): Promise<unknown> => {
    const asked = turn.then(() => to.query(text, values));
    turn = asked.catch(() => undefined);
    return asked;
  };

  const tell = async (to: Client, text: string, values: string[] = []): Promise<boolean> => {
    try {
      await inTurn(to, text, values);
      return true;
    } catch (error) {
      lost(to, error instanceof Error ? error : null);
      return false;
    }
  };

  let connecting = connect();

  return {
    async announce(topic, id) {
      await connecting;
      if (client !== null && (await tell(client, 'select pg_notify($1, $2)', [channelOf(topic), id]))) return;
      log?.warn({ event: 'bus.announcement_dropped', topic, id });
    },

    async listen(topic, onWake) {
      const own = (id: string): void => onWake(id);
      listeners.add(topic, own);
      await connecting;
      if (client !== null) await tell(client, `listen ${channelOf(topic)}`);
      return async () => {
        if (listeners.remove(topic, own) && client !== null) await tell(client, `unlisten ${channelOf(topic)}`);
      };
    },

    async close() {
      closed = true;
      listeners.clear();
      if (timer !== null) clearTimeout(timer);
      await connecting;
      const last = client;
      client = null;
      await last?.end().catch(() => {});
    },
  };
}

function openClient(connectionString: string): Client {
  return new Client({
    connectionString,
    application_name: 'ubot-bus',
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
}
