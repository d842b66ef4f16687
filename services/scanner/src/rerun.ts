import type { AlertCandle } from '@ubot/contracts';
import { hasTickers, readCandleColumnsOf, readPushedAfter, readSnapshotsBetween, type Database } from '@ubot/db';
import { createSliceRunner, type Engine, type HistoryRequest, type SliceTask } from '@ubot/engine';
import {
  snapshotFromMessage,
  TIMEFRAME_MS,
  timeframeOpenMs,
  type CandleColumns,
  type SnapshotColumns,
} from '@ubot/market';
import { judgedCandle } from './alertBody.ts';
import { loadHistory } from './history.ts';
import { instantAt, type Instant } from './instant.ts';
import { lastTakenAtMs } from './position.ts';
import { asEngineStrategy, type LiveStrategy } from './strategies.ts';
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

/**
 * Judges an evaluation of the past once more: from the snapshots, or where their prices are gone from closed candles.
 *
 * Edges:  null when not even the candle is stored (any more).
 */
export async function judgeAgain(options: RerunOptions): Promise<JudgedAgain | null> {
  const { db, live, instant } = options;
  if (await pricesAreStored(db, instant)) return { ...(await rerunSnapshot(options)), live, instant };
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
async function pricesAreStored(db: Database, { before, by }: Instant): Promise<boolean> {
  if (by === null) return false;
  const times = by.feed === 'market' ? [by.takenAtMs] : [];
  if (before.market !== null && before.market.takenAtMs === lastTakenAtMs(before)) times.push(before.market.takenAtMs);
  for (const atMs of times) if (!(await hasTickers(db, atMs))) return false;
  return true;
}

/**
 * Runs the live engine once more over one evaluation, for one strategy and the coins it looks at.
 *
 * Edges:  it starts as a scanner that was killed right before, so it comes to what the scanner came to then. Needs the
 *         prices of the snapshots (`pricesAreStored`).
 */
async function rerunSnapshot(options: RerunOptions): Promise<Rerun> {
  const { db, live, coinId, instant } = options;
  const world = await restoreMarket({ db, position: instant.before, coinIds: coinsOf(options) });
  const { engine, folder, staleness } = world;
  await putIn(engine, options);
  const snapshot = await snapshotOf(options);
  const closed = folder.addSnapshot(snapshot);
  const isStale = (id: number) => staleness.isStale(id);
  finish(engine, engine.accept({ snapshot, closed, openOf: (timeframe) => folder.openColumns(timeframe), isStale }));
  return {
    engine,
    inUniverse: createUniverseView(snapshot).includes(live.strategy.universe, coinId),
    stale: isStale(coinId),
    candle: judgedCandle({ live, coinId, atMs: instant.atMs }, { folder, closed }),
    notes: [],
  };
}

/** The same from closed candles alone; null when the candle is not stored (any more). For candle closes only. */
async function rerunCandle(options: RerunOptions): Promise<Rerun | null> {
  const { db, live, coinId, instant } = options;
  const coinIds = coinsOf(options);
  const { timeframe, universe } = live.strategy;
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

async function snapshotOf(options: RerunOptions): Promise<SnapshotColumns> {
  const { db } = options;
  const { by } = options.instant;
  if (by?.feed === 'pushed') {
    const [row] = await readPushedAfter(db, { afterId: String(BigInt(by.snapshotId) - 1n), limit: 1 });
    if (row !== undefined) return snapshotFromMessage(row.message);
  } else if (by !== null) {
    const [row] = await readSnapshotsBetween(db, {
      fromMs: by.takenAtMs,
      toMs: by.takenAtMs,
      coinIds: coinsOf(options),
    });
    if (row !== undefined) return row.snapshot;
  }
  throw new Error('The snapshot that was evaluated is not stored.');
}

// In this thread: one coin is done sooner than a task is handed over.
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
