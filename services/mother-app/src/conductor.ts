import type { Bus } from '@ubot/bus';
import type { Result } from '@ubot/contracts';
import {
  ensurePartitionsAhead,
  holdAdvisoryLock,
  isDatabaseUnavailable,
  latestSnapshot,
  type Database,
  type EventLog,
  type SnapshotRow,
} from '@ubot/db';
import type { MarketSource } from '@ubot/sources';
import { PARTITIONS_AHEAD_MS } from './housekeeping.ts';
import { renewingSource } from './renewingSource.ts';
import { startSession, type Session, type SessionOptions } from './session.ts';
import { startStandby, type Standby } from './standby.ts';
import type { MarketView } from './view.ts';

export interface ConductorOptions {
  db: Database;
  connectionString: string;
  bus: Bus;
  view: MarketView;
  /** Made before anything runs, so that a wrong setting stops the start. */
  first: { source: MarketSource; madeAfter: SnapshotRow | null };
  makeSource: (resume: SnapshotRow | null) => Promise<Result<MarketSource>>;
  nowMs: () => number;
  historyLimitMs: number;
  onReport: SessionOptions['onReport'];
  onStored: SessionOptions['onStored'];
  log: EventLog;
}

export interface Conductor {
  session(): Session | null;
  troubles(): string[];
  polls(): boolean;
  close(): Promise<void>;
}

const RETRY_MS = 1_000;
const LOCK_NAME = 'ubot mother-app polls';

type Part = { kind: 'session'; part: Session } | { kind: 'standby'; part: Standby };

/**
 * Decides between polling and standing by: who holds the lock polls. When PostgreSQL goes away the poller goes on (its
 * snapshots wait in memory), and it gives up only when the server is back and somebody else holds the lock.
 */
export function startConductor(options: ConductorOptions): Conductor {
  const { db, log, view } = options;
  let current: Part | null = null;
  const renewing = (first: MarketSource): MarketSource =>
    renewingSource({ first, make: async () => options.makeSource(await latestSnapshot(db)) });
  let source = renewing(options.first.source);
  let sourceMadeAfter = options.first.madeAfter?.snapshotId ?? null;
  let closed = false;
  let moving: Promise<void> = Promise.resolve();
  let waiting: (() => void) | null = null;
  let trouble: string | null = null;
  // Ends a start in its course: its reason (the lock, the process) has gone.
  let abort = new AbortController();

  const lock = holdAdvisoryLock({
    connectionString: options.connectionString,
    name: LOCK_NAME,
    onChange: () => move(),
    log,
  });

  const wanted = (): Part['kind'] | null => {
    if (closed) return null;
    const state = lock.state();
    if (state === 'away') return current?.kind ?? null;
    return state === 'held' ? 'session' : 'standby';
  };

  /** Brings what runs in line with what is wanted; one step at a time, however often it is called. */
  const move = (): void => {
    if (current === null || current.kind !== wanted()) abort.abort();
    waiting?.();
    moving = moving.then(settle);
  };

  const settle = async (): Promise<void> => {
    for (;;) {
      const kind = wanted();
      if (kind === (current?.kind ?? null)) return;
      await end();
      if (kind === null) return;
      abort = new AbortController();
      try {
        current = await begin(kind, abort.signal);
        trouble = null;
        return;
      } catch (error) {
        if (abort.signal.aborted) continue;
        trouble = error instanceof Error ? error.message : String(error);
        if (!isDatabaseUnavailable(error)) log.error({ event: 'market.start_failed', kind, error });
        await pause(RETRY_MS);
      }
    }
  };

  const begin = async (kind: Part['kind'], signal: AbortSignal): Promise<Part> => {
    log.info({ event: 'market.begins', kind });
    if (kind === 'standby') return { kind, part: await startStandby({ db, bus: options.bus, view, log }) };
    await ensurePartitionsAhead(db, { nowMs: options.nowMs(), aheadMs: PARTITIONS_AHEAD_MS });
    await freshSource();
    const session: Session = await startSession(
      {
        db,
        source,
        view,
        nowMs: options.nowMs,
        historyLimitMs: options.historyLimitMs,
        mayWrite: () => lock.state() === 'held',
        onReport: options.onReport,
        onStored: options.onStored,
        onBroken: (error) => {
          log.error({ event: 'session.broken', error });
          beginAnew(session);
        },
        log,
      },
      signal,
    );
    return { kind, part: session };
  };

  /** A source made before other snapshots were stored (by another process) would not go on from the newest. */
  const freshSource = async (): Promise<void> => {
    const last = await latestSnapshot(db);
    if ((last?.snapshotId ?? null) === sourceMadeAfter) return;
    const made = await options.makeSource(last);
    if (!made.ok) {
      // The one we have polls as well; only a demo market would jump.
      log.warn({ event: 'source.not_renewed', code: made.failure.code, detail: made.failure.detail });
      return;
    }
    await source.close();
    source = renewing(made.value);
    sourceMadeAfter = last?.snapshotId ?? null;
  };

  const beginAnew = (broken: Session): void => {
    moving = moving.then(async () => {
      if (current?.part === broken) await end();
    });
    move();
  };

  const end = async (): Promise<void> => {
    const last = current;
    current = null;
    await last?.part.stop();
  };

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      waiting = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const session = (): Session | null => (current?.kind === 'session' ? current.part : null);

  return {
    session,
    polls: () => session() !== null,
    troubles() {
      const away = lock.state() === 'away' ? ['database'] : [];
      const inner = session()?.troubles() ?? [];
      return [...new Set([...away, ...inner, ...(current === null && trouble !== null ? [trouble] : [])])];
    },
    async close() {
      closed = true;
      move();
      await moving;
      await source.close();
      await lock.close();
    },
  };
}
