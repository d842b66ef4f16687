import type { AlertCandle } from '@ubot/contracts';
import { hasTickers, readCandleColumnsOf, readPushedAfter, readSnapshotsBetween, type Database } from '@ubot/db';
import {
  createSliceRunner,
  type Engine,
  type EngineDepth,
  type EngineStrategy,
  type HistoryRequest,
  type SliceTask,
} from '@ubot/engine';
import {
  snapshotFromMessage,
  TIMEFRAME_MS,
  timeframeOpenMs,
  type CandleColumns,
  type CandleFolder,
  type SnapshotColumns,
  type Staleness,
} from '@ubot/market';
import { judgedCandle } from './alertBody.ts';
import type { Judged } from './explain.ts';
import { loadHistory } from './history.ts';
import { instantAt, type Instant, type SnapshotRef } from './instant.ts';
import { lastTakenAtMs, type Position } from './position.ts';
import { asEngineStrategy, type LiveStrategy } from './liveStrategy.ts';
import { createUniverseView } from './universe.ts';
import { marketReading, newEngine, restoreMarket } from './world.ts';

/** One evaluation as it was, or as near to it as what is stored allows. */
interface Rerun {
  readonly engine: Engine;
  readonly inUniverse: boolean;
  readonly stale: boolean;
  readonly candle: AlertCandle | null;
  /** What could not be looked at any more. */
  readonly notes: readonly string[];
}

/** For want of prices it may be about another moment and in another mode than then. */
export type JudgedAgain = Rerun & { readonly live: LiveStrategy; readonly instant: Instant };

export interface RerunOptions {
  readonly db: Database;
  readonly live: LiveStrategy;
  readonly coinId: number;
  /** Other coins that the condition names. */
  readonly named: readonly number[];
  readonly instant: Instant;
}

/** The question as it is handed to a thread. */
export type PastJob = Omit<RerunOptions, 'db'>;

/** The answer as a thread gives it. */
export interface PastJudged {
  readonly judged: Judged;
  readonly candle: AlertCandle | null;
  readonly notes: readonly string[];
  readonly atMs: number;
}

/**
 * Judges an evaluation of the past once more: from the snapshots, or where their prices are gone from closed candles.
 *
 * Edges:  null when not even the candle is stored (any more).
 */
export async function judgeAgain(options: RerunOptions): Promise<JudgedAgain | null> {
  const { db, live, instant } = options;
  const { by } = instant;
  if (by !== null && (await pricesAreStored(db, instant.before, by))) {
    return { ...(await rerunSnapshot(options, by)), live, instant };
  }
  const { strategy } = live;
  const { timeframe, trigger } = strategy;
  const wasClose = trigger.on === 'candle_close';
  const atClose = { ...live, strategy: { ...strategy, trigger: { ...trigger, on: 'candle_close' as const } } };
  const close = wasClose ? instant : await instantAt(db, { timeframe, on: 'candle_close', atMs: instant.atMs });
  if (close === null) return null;
  const again = await rerunCandle({ ...options, live: atClose, instant: close });
  if (again === null) return null;
  const between = 'A snapshot strategy also looks between the closes; what is stored tells of the last close before.';
  return { ...again, notes: wasClose ? again.notes : [...again.notes, between], live: atClose, instant: close };
}

/** Whether the prices of the snapshots around an evaluation are still stored. */
async function pricesAreStored(db: Database, before: Position, by: SnapshotRef): Promise<boolean> {
  const times = by.feed === 'market' ? [by.takenAtMs] : [];
  if (before.market !== null && before.market.takenAtMs === lastTakenAtMs(before)) times.push(before.market.takenAtMs);
  for (const atMs of times) if (!(await hasTickers(db, atMs))) return false;
  return true;
}

/** The market right after one snapshot, with one strategy evaluated on it. */
export interface Evaluated {
  readonly engine: Engine;
  readonly folder: CandleFolder;
  readonly staleness: Staleness;
  readonly snapshot: SnapshotColumns;
  /** What the candle folder closed with the snapshot. */
  readonly closed: readonly CandleColumns[];
}

/**
 * Runs the live engine once more over one evaluation, for one strategy and the coins it looks at (null: all of them).
 *
 * Edges:  it starts as a scanner that was killed right before, so it comes to what the scanner came to then. Needs the
 *         prices of the snapshots (`pricesAreStored`). `onHistory` is shown what the indicators are warmed with. With
 *         `depth` near it comes to nearly that, and has less to read.
 */
export async function evaluateOnce(options: {
  readonly db: Database;
  readonly strategy: EngineStrategy;
  readonly coinIds: readonly number[] | null;
  readonly before: Position;
  readonly by: SnapshotRef;
  readonly onHistory?: (candles: CandleColumns) => void;
  readonly depth?: EngineDepth;
}): Promise<Evaluated> {
  const { db, strategy, before, by, onHistory, depth = 'full' } = options;
  const some = options.coinIds === null ? {} : { coinIds: options.coinIds };
  const { engine, folder, staleness } = await restoreMarket({ db, position: before, depth, ...some });
  const requests = engine.put([strategy]);
  await loadHistory({ db, engine, requests, position: before, ...some, ...(onHistory !== undefined && { onHistory }) });
  run(engine.warm());
  const snapshot = await snapshotOf(db, by, some.coinIds);
  const closed = folder.addSnapshot(snapshot);
  const isStale = (id: number) => staleness.isStale(id);
  finish(engine, engine.accept({ snapshot, closed, openOf: (timeframe) => folder.openColumns(timeframe), isStale }));
  return { engine, folder, staleness, snapshot, closed };
}

async function rerunSnapshot(options: RerunOptions, by: SnapshotRef): Promise<Rerun> {
  const { db, live, coinId, instant } = options;
  const { engine, folder, staleness, snapshot, closed } = await evaluateOnce({
    db,
    strategy: { ...asEngineStrategy(live), coins: [coinId] },
    coinIds: coinsOf(options),
    before: instant.before,
    by,
  });
  return {
    engine,
    inUniverse: createUniverseView(snapshot).includes(live.universe, coinId),
    stale: staleness.isStale(coinId),
    candle: judgedCandle({ live, coinId, atMs: instant.atMs }, { folder, closed }),
    notes: [],
  };
}

/** The same from closed candles alone; null when the candle is not stored (any more). For candle closes only. */
async function rerunCandle(options: RerunOptions): Promise<Rerun | null> {
  const { db, live, coinId, instant } = options;
  const coinIds = coinsOf(options);
  const { universe } = live;
  const { timeframe } = live.strategy;
  const knownUpToMs = lastTakenAtMs(instant.before);
  const engine = newEngine(coinIds.length);
  engine.restoreLatest(noPrices(knownUpToMs), await marketReading(db, [], knownUpToMs));
  const timeframes = await putIn(engine, options);
  const atMs = instant.by?.takenAtMs ?? instant.atMs;
  const closed: CandleColumns[] = [];
  for (const each of timeframes) {
    const fromMs = timeframeOpenMs(each.timeframe, knownUpToMs);
    const toMs = fromMs + TIMEFRAME_MS[each.timeframe];
    if (toMs <= atMs) closed.push(...(await readCandleColumnsOf(db, { ...each, coinIds, fromMs, toMs })));
  }
  if (!closed.some((columns) => columns.timeframe === timeframe)) return null;
  finish(engine, engine.accept({ snapshot: noPrices(atMs), closed, openOf: () => null, isStale: () => false }));
  const notes = [
    instant.by === null
      ? 'The candle is from before the first poll: nobody judged it then, this is what would have been said.'
      : 'The prices of each poll of then are not stored any more: this was judged by closed candles alone.',
  ];
  if (universe.kind === 'top') notes.push(`Whether the coin was among the top ${universe.count} then is not known.`);
  if (timeframes.some(({ figures }) => figures)) notes.push('Rank and percent changes of then are not known.');
  return {
    engine,
    inUniverse: universe.kind === 'top' || createUniverseView(null).includes(universe, coinId),
    stale: false,
    candle: judgedCandle({ live, coinId, atMs: instant.atMs }, { folder: null, closed }),
    notes,
  };
}

const coinsOf = ({ coinId, named }: RerunOptions): number[] => [...new Set([coinId, ...named])];

async function putIn(engine: Engine, options: RerunOptions): Promise<HistoryRequest[]> {
  const { db, live, coinId, instant } = options;
  const requests = engine.put([{ ...asEngineStrategy(live), coins: [coinId] }]);
  await loadHistory({ db, engine, requests, position: instant.before, coinIds: coinsOf(options) });
  run(engine.warm());
  return requests;
}

/** The prices of a stored snapshot: of all coins, or of a few. */
export async function snapshotOf(db: Database, by: SnapshotRef, coinIds?: readonly number[]): Promise<SnapshotColumns> {
  if (by.feed === 'pushed') {
    const [row] = await readPushedAfter(db, { afterId: String(BigInt(by.snapshotId) - 1n), limit: 1 });
    if (row !== undefined) return snapshotFromMessage(row.message);
  } else {
    const range = { fromMs: by.takenAtMs, toMs: by.takenAtMs };
    const [row] = await readSnapshotsBetween(db, coinIds === undefined ? range : { ...range, coinIds });
    if (row !== undefined) return row.snapshot;
  }
  throw new Error('The snapshot that was evaluated is not stored.');
}

// In this thread, which is not the scanner's own: one strategy is done sooner than its tasks are handed over.
const runner = createSliceRunner();
const run = (tasks: readonly SliceTask[]) => tasks.map((task) => runner.run(task));
const finish = (engine: Engine, tasks: readonly SliceTask[]): void => engine.finish(run(tasks));

function noPrices(takenAtMs: number): SnapshotColumns {
  const none = new Float64Array(0);
  return {
    takenAtMs,
    source: 'stored candles',
    pollIntervalMs: 0,
    coinIds: new Int32Array(0),
    priceUsd: none,
    volume24hUsd: none,
    marketCapUsd: none,
    rank: new Int32Array(0),
    percentChange1h: none,
    percentChange24h: none,
    percentChange7d: none,
    providerTimeMs: none,
    global: null,
  };
}
