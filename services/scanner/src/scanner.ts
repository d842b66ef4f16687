import { setTimeout as sleep } from 'node:timers/promises';
import { followFeed, type Bus, type Feed } from '@ubot/bus';
import {
  claimAlerts,
  deleteDecisionsBefore,
  holdAdvisoryLock,
  insertDecisions,
  lastSnapshotBefore,
  moveScannerCursor,
  readPushedAfter,
  readScannerCursor,
  readSnapshotsAfter,
  saveAlertStates,
  trimPushed,
  versionsWithAlerts,
  withTransaction,
  type Database,
  type AdvisoryLock,
} from '@ubot/db';
import { snapshotFromMessage } from '@ubot/market';
import { createWakes, type Logger } from '@ubot/service-kit';
import { createCoinBook } from './coinBook.ts';
import { createConfirmer } from './confirm.ts';
import { createDailyCounts } from './dailyCount.ts';
import { createReasonLog, evaluateSnapshot, type Batch, type FeedItem } from './evaluate.ts';
import { createLane } from './lane.ts';
import type { ScannerMetrics } from './metrics.ts';
import type { SlicePool } from './pool.ts';
import {
  beforeFirst,
  cursorName,
  lastTakenAtMs,
  readPosition,
  storedCursor,
  type FeedName,
  type Position,
} from './position.ts';
import { shardName, type Shard } from './shard.ts';
import type { StrategyBook } from './strategies.ts';
import type { SwitchOff } from './switchOff.ts';
import { installStrategies, restoreWorld, type World } from './world.ts';

export interface ScannerOptions {
  readonly db: Database;
  readonly connectionString: string;
  readonly bus: Bus;
  readonly pool: SlicePool;
  readonly book: StrategyBook;
  readonly switchOff: SwitchOff;
  readonly shard: Shard;
  readonly metrics: ScannerMetrics;
  readonly logger: Logger;
  readonly nowMs: () => number;
  readonly newId: () => string;
}

export interface Scanner {
  start(): void;
  stop(): Promise<void>;
  /** `standby`: another scanner of this shard is at work; this one takes over when it ends. */
  role(): 'starting' | 'active' | 'standby';
  /** Looks into the world between two snapshots; null while there is none. */
  inspect<T>(look: (world: World, reasonOf: ReturnType<typeof createReasonLog>['reasonOf']) => T): Promise<T | null>;
}

/** How often one that stands by tries to take over, and one at work checks that it still is the one. */
const LOCK_CHECK_MS = 250;
const IDLE_CHECK_MS = 5_000;
const STRATEGY_CHECK_MS = 15_000;
const RETRY_MS = 500;
/** A scanner that has never run catches up on this much, which is as old as an alert may be by default. */
const FIRST_CATCH_UP_MS = 15 * 60_000;
const SNAPSHOTS_PER_READ = 8;
const HOUSEKEEPING_MS = 60 * 60_000;
/** So long it can be asked why a true condition was not sent. */
export const DECISIONS_KEPT_MS = 7 * 24 * HOUSEKEEPING_MS;
/** Posted snapshots kept for a restart: 500 candles of 5 m, at one a minute. */
const PUSHED_KEPT = 2_500;

/**
 * Evaluates every strategy on every snapshot.
 *
 * Edges:  per snapshot one transaction: alerts, notifications, alert machines, decisions and the cursor. A crash before
 *         it commits leaves the snapshot to be evaluated again; one after it leaves nothing to do. A commit whose outcome
 *         is unknown is tried again with the very same rows, which the cursor and the alerts' unique key make harmless.
 */
export function createScanner(options: ScannerOptions): Scanner {
  const { db, bus, pool, book, shard, logger, metrics, nowMs } = options;
  const lane = createLane();
  const coins = createCoinBook({ db, nowMs });
  const daily = createDailyCounts(db, { shard });
  const lastReasons = createReasonLog();
  const confirm = createConfirmer({ db, book, nowMs });
  const spent = new Set<string>();
  const abort = new AbortController();
  let world: World | null = null;
  /** Evaluated, and not known to be committed. */
  let pending: { item: FeedItem; batch: Batch } | null = null;
  let role: ReturnType<Scanner['role']> = 'starting';
  let running: Promise<void> = Promise.resolve();
  let lastHousekeepingMs = nowMs();

  const forget = (): void => {
    world = null;
    pending = null;
    daily.forget();
  };

  const ensureWorld = async (first?: FeedItem): Promise<World> => {
    const isFirst = first?.feed === 'market' && world !== null && world.position.market === null;
    if (world === null || isFirst) {
      const startedMs = nowMs();
      await findSpent();
      let position: Position = await readPosition(db, shard);
      if (first?.feed === 'market' && position.market === null) {
        position = beforeFirst(position, first.snapshot.takenAtMs);
      }
      world = await restoreWorld({ db, book, pool, shard }, position, first?.snapshot.coinIds.length);
      metrics.strategies(book.all().length);
      logger.info({ event: 'scanner.restored', durationMs: nowMs() - startedMs, strategies: book.all().length });
    }
    return world;
  };

  /** Strategies that fire once and have: found again after a crash between the alert and the switching off. */
  const findSpent = async (): Promise<void> => {
    const once = book.all().filter(({ strategy }) => strategy.trigger.fires === 'once');
    const fired = await versionsWithAlerts(
      db,
      once.map(({ strategy }) => strategy.versionId),
    );
    for (const versionId of fired) spent.add(versionId);
    options.switchOff.add(once.filter(({ strategy }) => fired.has(strategy.versionId)));
  };

  const commitPending = async (lock: AdvisoryLock): Promise<void> => {
    if (pending === null || world === null) return;
    const { batch } = pending;
    const scanner = cursorName(shard, batch.feed);
    if (lock.state() !== 'held') throw new Error('The right to be the scanner of this shard was lost.');
    const committed = await withTransaction(db, async (tx) => {
      const from = storedCursor(world!.position, batch.feed);
      if (!(await moveScannerCursor(tx, { scanner, from, to: batch.to, nowMs: nowMs() }))) return false;
      await saveAlertStates(tx, { changes: batch.states, nowMs: nowMs() });
      await insertDecisions(tx, batch.decisions);
      await claimAlerts(tx, { alerts: batch.alerts, nowMs: nowMs() });
      return true;
    });
    // Not moved: either an earlier try did commit after all, or somebody else was at work.
    if (!committed && (await readScannerCursor(db, scanner))?.snapshotId !== batch.to.snapshotId) {
      forget();
      throw new Error('The cursor was moved by another scanner; starting over from it.');
    }
    world.machines.apply(batch.changes);
    world.position = { ...world.position, [batch.feed]: batch.to };
    pending = null;
    afterCommit(batch);
  };

  const afterCommit = (batch: Batch): void => {
    metrics.evaluated(batch);
    for (const { strategy } of batch.switchOff) spent.add(strategy.versionId);
    options.switchOff.add(batch.switchOff);
    for (const { id, body } of batch.alerts) {
      const { strategyId, late } = body;
      logger.info({ event: 'alert.claimed', alertId: id, strategyId, coinId: body.coin.id, late });
    }
    const { feed, evaluationMs } = batch;
    logger.debug({ event: 'snapshot.evaluated', feed, snapshotId: batch.to.snapshotId, evaluationMs });
  };

  const handle = (lock: AdvisoryLock, item: FeedItem): Promise<void> =>
    lane.run(async () => {
      await commitPending(lock);
      const now = await ensureWorld(item);
      const done = now.position[item.feed];
      if (done !== null && BigInt(item.snapshotId) <= BigInt(done.snapshotId)) return;
      if (item.snapshot.takenAtMs <= lastTakenAtMs(now.position)) {
        logger.warn({ event: 'snapshot.passed_over', feed: item.feed, takenAtMs: item.snapshot.takenAtMs });
      }
      try {
        const shared = { world: now, item, book, pool, coins, daily, spent, lastReasons };
        pending = { item, batch: await evaluateSnapshot({ ...shared, nowMs, newId: options.newId }) };
      } catch (error) {
        metrics.workerFailed();
        forget();
        throw error;
      }
      await commitPending(lock);
      await confirm(now);
      await keepHouse();
    });

  const keepHouse = async (): Promise<void> => {
    if (nowMs() - lastHousekeepingMs < HOUSEKEEPING_MS) return;
    lastHousekeepingMs = nowMs();
    await deleteDecisionsBefore(db, nowMs() - DECISIONS_KEPT_MS);
    await trimPushed(db, PUSHED_KEPT);
  };

  const follow = (lock: AdvisoryLock, feed: FeedName, from: string): Feed =>
    followFeed<FeedItem>({
      bus,
      topic: 'snapshot',
      from,
      read: feed === 'market' ? (after) => readMarket(db, after) : (after) => readPushed(db, after),
      positionOf: (item) => item.snapshotId,
      handle: (item) => handle(lock, item),
      idleCheckMs: IDLE_CHECK_MS,
      onError: (error) => logger.error({ event: 'scanner.failed', feed, error }),
    });

  /** Takes over changed strategies until `active` ends. */
  const followStrategies = async (lock: AdvisoryLock, active: AbortSignal): Promise<void> => {
    const wakes = createWakes();
    active.addEventListener('abort', wakes.wake, { once: true });
    const stopListening = await bus.listen('strategy', wakes.wake);
    while (!active.aborted) {
      wakes.clear();
      try {
        if (await book.refresh()) await lane.run(() => takeOverStrategies(lock));
        await wakes.wait(STRATEGY_CHECK_MS);
      } catch (error) {
        logger.warn({ event: 'scanner.strategies_failed', error });
        await lane.run(async () => forget());
        await pause(RETRY_MS, active);
      }
    }
    await stopListening();
  };

  const takeOverStrategies = async (lock: AdvisoryLock): Promise<void> => {
    await commitPending(lock);
    if (world === null) return;
    await installStrategies({ db, book, pool, shard }, world);
    metrics.strategies(book.all().length);
    logger.info({ event: 'scanner.strategies_changed', strategies: book.all().length });
  };

  /** Works until the lock is lost or the scanner stops. */
  const work = async (lock: AdvisoryLock): Promise<void> => {
    const active = new AbortController();
    await book.refresh();
    await startCursor(options);
    const { position } = await lane.run(() => ensureWorld());
    const feeds = [
      follow(lock, 'market', position.market?.snapshotId ?? '0'),
      follow(lock, 'pushed', position.pushed?.snapshotId ?? '0'),
    ];
    const strategies = followStrategies(lock, active.signal);
    role = 'active';
    while (lock.state() === 'held' && !abort.signal.aborted) await pause(LOCK_CHECK_MS, abort.signal);
    active.abort();
    await Promise.all([...feeds.map((feed) => feed.stop()), strategies]);
    forget();
  };

  const run = async (): Promise<void> => {
    const { connectionString } = options;
    const name = `ubot scanner ${shardName(shard)}`;
    const lock = holdAdvisoryLock({ connectionString, name, retryMs: LOCK_CHECK_MS, onChange: () => {}, log: logger });
    while (!abort.signal.aborted) {
      role = lock.state() === 'other' ? 'standby' : 'starting';
      try {
        if (lock.state() === 'held') await work(lock);
      } catch (error) {
        logger.warn({ event: 'scanner.start_failed', error });
        forget();
      }
      await pause(LOCK_CHECK_MS, abort.signal);
    }
    await lock.close();
  };

  return {
    start() {
      running = run();
    },
    async stop() {
      abort.abort();
      await running;
    },
    role: () => role,
    inspect: (look) => lane.run(async () => (world === null ? null : look(world, lastReasons.reasonOf))),
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}

/** The first start begins a little before now: older snapshots are history and only warm the indicators. */
async function startCursor({ db, shard, nowMs }: ScannerOptions): Promise<void> {
  const scanner = cursorName(shard, 'market');
  if ((await readScannerCursor(db, scanner)) !== null) return;
  const to = await lastSnapshotBefore(db, nowMs() - FIRST_CATCH_UP_MS);
  if (to === null) return;
  await withTransaction(db, (tx) => moveScannerCursor(tx, { scanner, from: null, to, nowMs: nowMs() }));
}

async function readMarket(db: Database, afterId: string): Promise<FeedItem[]> {
  const rows = await readSnapshotsAfter(db, { afterId, limit: SNAPSHOTS_PER_READ });
  return rows.map((row) => ({ feed: 'market', ...row }));
}

async function readPushed(db: Database, afterId: string): Promise<FeedItem[]> {
  const rows = await readPushedAfter(db, { afterId, limit: SNAPSHOTS_PER_READ });
  return rows.map(({ id, message }) => ({ feed: 'pushed', snapshotId: id, snapshot: snapshotFromMessage(message) }));
}
