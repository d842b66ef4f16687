import type { AlertToClaim, DecisionRow, ScannerCursor } from '@ubot/db';
import type { AlertStateRow } from '@ubot/db';
import type { DecisionReason } from '@ubot/contracts';
import { TIMEFRAMES, type SnapshotColumns } from '@ubot/market';
import { alertBody } from './alertBody.ts';
import type { CoinBook } from './coinBook.ts';
import type { DailyCounts } from './dailyCount.ts';
import { decideAll, type Decided, type Decisions } from './decide.ts';
import type { MachineChange } from './machines.ts';
import type { SlicePool } from './pool.ts';
import type { FeedName } from './position.ts';
import type { LiveStrategy } from './liveStrategy.ts';
import type { StrategyBook } from './strategies.ts';
import { lastTakenAtMs } from './position.ts';
import type { World } from './world.ts';

/** One snapshot of a feed. */
export interface FeedItem {
  readonly feed: FeedName;
  readonly snapshotId: string;
  readonly snapshot: SnapshotColumns;
}

/** What is to be committed for one snapshot, all in one transaction. */
export interface Batch {
  readonly feed: FeedName;
  readonly to: ScannerCursor;
  readonly alerts: readonly AlertToClaim[];
  readonly states: readonly AlertStateRow[];
  readonly decisions: readonly DecisionRow[];
  readonly changes: readonly MachineChange[];
  readonly switchOff: readonly LiveStrategy[];
  readonly counts: ReadonlyMap<DecisionReason, number>;
  readonly evaluationMs: number;
}

export interface EvaluateOptions {
  readonly world: World;
  readonly item: FeedItem;
  readonly book: StrategyBook;
  readonly pool: SlicePool;
  readonly coins: CoinBook;
  readonly daily: DailyCounts;
  readonly spent: ReadonlySet<string>;
  readonly lastReasons: ReasonLog;
  readonly nowMs: () => number;
  readonly newId: () => string;
}

/** Suppressed decisions stored for one snapshot; the rest of a flood is only counted. */
const STORED_DECISIONS = 1_000;

/**
 * Evaluates one snapshot: folds it, runs every strategy over it, decides. The world moves on; nothing is written.
 *
 * Errors: throws when a worker failed; the world is then half-way and must be rebuilt.
 */
export async function evaluateSnapshot(options: EvaluateOptions): Promise<Batch> {
  const { world, item, book, nowMs } = options;
  const { snapshot } = item;
  const startedMs = nowMs();
  const to = { snapshotId: item.snapshotId, takenAtMs: snapshot.takenAtMs };
  // Time only goes forward: what another feed has overtaken is passed over.
  if (snapshot.takenAtMs <= lastTakenAtMs(world.position)) return emptyBatch(item.feed, to);
  const closed = world.folder.addSnapshot(snapshot);
  const tasks = world.engine.accept({
    snapshot,
    closed,
    openOf: (timeframe) => world.folder.openColumns(timeframe),
    isStale: (coinId) => world.staleness.isStale(coinId),
  });
  world.engine.finish(await options.pool.run(tasks));
  world.latest = snapshot;
  await options.daily.load(evaluatedInstants(world));
  const decisions = decideAll({
    world,
    book,
    nowMs: nowMs(),
    sent: options.daily,
    spent: options.spent,
  });
  await options.coins.load(decisions.fired.map(({ coinId }) => coinId));
  const context = { world, closed, coinOf: options.coins.coinOf, nowMs: nowMs() };
  return {
    feed: item.feed,
    to,
    alerts: decisions.fired.map((decided) => ({
      id: options.newId(),
      body: alertBody(decided, context),
      notifications: decided.live.strategy.channelIds.map((channelId) => ({ id: options.newId(), channelId })),
    })),
    states: decisions.toStore,
    decisions: storedDecisions(decisions, options.lastReasons),
    changes: decisions.changes,
    switchOff: decisions.switchOff,
    counts: decisions.counts,
    evaluationMs: nowMs() - startedMs,
  };
}

/** The closes and the snapshot that something was just evaluated at. */
function evaluatedInstants({ engine }: World): number[] {
  const modes = ['candle_close', 'snapshot'] as const;
  const instants = TIMEFRAMES.flatMap((timeframe) => modes.map((on) => engine.evaluatedAtMs(timeframe, on)));
  return [...new Set(instants.filter((atMs) => atMs !== null))];
}

function emptyBatch(feed: FeedName, to: ScannerCursor): Batch {
  const nothing = { alerts: [], states: [], decisions: [], changes: [], switchOff: [] };
  return { feed, to, ...nothing, counts: new Map(), evaluationMs: 0 };
}

/** Remembers the last reason given for each strategy and coin, so that only changes of it are stored. */
export interface ReasonLog {
  isNew(decided: Decided): boolean;
  /** The last reason given while the condition was true; undefined: none since the start. */
  reasonOf(versionId: string, coinId: number): DecisionReason | undefined;
}

// One entry is about 100 bytes; at the limit the log starts afresh and some reasons are stored a second time.
const LOGGED_REASONS = 50_000;

export function createReasonLog(): ReasonLog {
  const last = new Map<string, DecisionReason>();
  return {
    reasonOf: (versionId, coinId) => last.get(`${versionId} ${coinId}`),
    isNew({ live, coinId, reason }) {
      const key = `${live.strategy.versionId} ${coinId}`;
      if (last.get(key) === reason) return false;
      if (last.size >= LOGGED_REASONS) last.clear();
      last.set(key, reason);
      return true;
    },
  };
}

function storedDecisions(decisions: Decisions, log: ReasonLog): DecisionRow[] {
  for (const decided of decisions.fired) log.isNew(decided);
  return decisions.suppressed
    .filter((decided) => log.isNew(decided))
    .slice(0, STORED_DECISIONS)
    .map(({ live, coinId, reason, atMs }) => ({
      strategyId: live.strategy.id,
      strategyVersionId: live.strategy.versionId,
      coinId,
      evaluatedAtMs: atMs,
      reason,
    }));
}
