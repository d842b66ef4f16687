import { deleteAlertStates, latestGlobalMetrics, readAlertStates, readSnapshotsBetween, type Database } from '@ubot/db';
import { createEngine, type Engine, type EngineDepth, type EngineStrategy, type MarketReading } from '@ubot/engine';
import {
  createCandleFolder,
  createStaleness,
  restoreOpenCandles,
  STALE_AFTER_POLLS,
  timeframeOpenMs,
  TIMEFRAMES,
  type CandleFolder,
  type SnapshotColumns,
  type Staleness,
} from '@ubot/market';
import { loadHistory, readCandlesOf, readPushedUpTo } from './history.ts';
import { createMachines, type Machines } from './machines.ts';
import { lastTakenAtMs, type Position } from './position.ts';
import type { SlicePool } from './pool.ts';
import { isOnShard, type Shard } from './shard.ts';
import { asEngineStrategy, type LiveStrategy } from './liveStrategy.ts';
import type { StrategyBook } from './strategies.ts';

/** Everything the scanner knows as of the last snapshot it has committed. Rebuilt from the database when in doubt. */
export interface World {
  position: Position;
  /** The last snapshot evaluated; null before the first. */
  latest: SnapshotColumns | null;
  readonly engine: Engine;
  readonly folder: CandleFolder;
  readonly staleness: Staleness;
  readonly machines: Machines;
  /** What the engine has been given. */
  readonly installed: Map<LiveStrategy, EngineStrategy>;
}

export interface WorldOptions {
  readonly db: Database;
  readonly book: StrategyBook;
  readonly pool: SlicePool;
  readonly shard: Shard;
}

// Threads remember what they have laid out by the engine's name, so every engine of the process gets its own.
let enginesMade = 0;

/** Up to this many coins small slices keep memory small; beyond, larger ones keep the count of views small. */
const FEW_COINS = 2_000;
const SLOTS_OF_FEW = 256;
/** Of a question about one coin. */
const SLOTS_OF_A_HANDFUL = 32;
const SLOTS_OF_MANY = 1_024;
const MINUTE_MS = 60_000;

/** Rebuilds what was known at a position, from candles, the last few snapshots and the stored alert machines. */
export async function restoreWorld(options: WorldOptions, position: Position, expectedCoins = 0): Promise<World> {
  const machines = createMachines();
  const world = {
    ...(await restoreMarket({ db: options.db, position, expectedCoins })),
    machines,
    installed: new Map(),
  };
  await installStrategies(options, world);
  await loadMachines(options, machines);
  return world;
}

/** What is known of the market alone: nothing of strategies and their alerts. */
export type MarketWorld = Omit<World, 'machines' | 'installed'>;

/** Rebuilds what was known of the market at a position; with `coinIds` of these coins alone. Writes nothing. */
export async function restoreMarket(options: {
  db: Database;
  position: Position;
  expectedCoins?: number;
  coinIds?: readonly number[];
  depth?: EngineDepth;
}): Promise<MarketWorld> {
  const { db, position, expectedCoins = 0, coinIds, depth } = options;
  const recent = await readRecent(db, position, coinIds);
  const coinCount = Math.max(expectedCoins, recent.at(-1)?.coinIds.length ?? 0);
  const engine = newEngine(coinIds === undefined ? coinCount : coinIds.length, depth);
  const staleness = createStaleness();
  const folder = createCandleFolder({ timeframes: TIMEFRAMES, staleness });
  const latest = await restoreFolder({ db, position, recent, folder, staleness, coinIds });
  if (latest !== null) engine.restoreLatest(latest, await marketReading(db, recent, lastTakenAtMs(position)));
  return { position, latest, engine, folder, staleness };
}

/** An engine that nobody else's tasks are mistaken for, with slices that fit so many coins. */
export function newEngine(coinCount: number, depth: EngineDepth = 'full'): Engine {
  enginesMade += 1;
  const slotsPerSlice =
    coinCount > FEW_COINS ? SLOTS_OF_MANY : coinCount > SLOTS_OF_A_HANDFUL ? SLOTS_OF_FEW : SLOTS_OF_A_HANDFUL;
  return createEngine({ name: `engine-${enginesMade}`, slotsPerSlice, depth });
}

/** Makes the engine evaluate exactly the book's strategies; new parts are warm when this resolves. */
export async function installStrategies({ db, book, pool }: WorldOptions, world: World): Promise<void> {
  const { engine, position, installed } = world;
  const wanted = new Set(book.all());
  const gone = [...installed].filter(([live]) => !wanted.has(live));
  engine.remove(gone.map(([, strategy]) => strategy));
  for (const [live] of gone) installed.delete(live);
  const added = [...wanted].filter((live) => !installed.has(live));
  for (const live of added) installed.set(live, asEngineStrategy(live));
  const requests = engine.put(added.map((live) => installed.get(live)!));
  await loadHistory({ db, engine, requests, position });
  await pool.run(engine.warm());
  await deleteAlertStates(db, world.machines.keepOnly(liveVersions(book)));
}

function liveVersions(book: StrategyBook): Set<string> {
  return new Set(book.all().map(({ strategy }) => strategy.versionId));
}

/** Machines of versions that were replaced or switched off while the scanner was away are forgotten. */
async function loadMachines({ db, book, shard }: WorldOptions, machines: Machines): Promise<void> {
  const triggers = new Map(book.all().map(({ strategy }) => [strategy.versionId, strategy.trigger]));
  const rows = (await readAlertStates(db)).filter(({ strategyId }) => isOnShard(strategyId, shard));
  machines.load(rows, (versionId) => triggers.get(versionId));
  const gone = rows.filter(({ strategyVersionId }) => !triggers.has(strategyVersionId));
  await deleteAlertStates(db, [...new Set(gone.map(({ strategyVersionId }) => strategyVersionId))]);
}

/** The market's snapshots that staleness and the open minute depend on, oldest first, the last evaluated one included. */
async function readRecent(
  db: Database,
  { market }: Position,
  coinIds: readonly number[] | undefined,
): Promise<SnapshotColumns[]> {
  if (market === null) return [];
  const toMs = market.takenAtMs;
  const [last] = await readSnapshotsBetween(db, { fromMs: toMs, toMs, coinIds });
  const windowMs = Math.max(MINUTE_MS, (STALE_AFTER_POLLS + 1) * (last?.snapshot.pollIntervalMs ?? 0));
  const rows = await readSnapshotsBetween(db, { fromMs: toMs - windowMs, toMs, coinIds });
  return rows.map(({ snapshot }) => snapshot);
}

async function restoreFolder(options: {
  db: Database;
  position: Position;
  recent: readonly SnapshotColumns[];
  folder: CandleFolder;
  staleness: Staleness;
  coinIds: readonly number[] | undefined;
}): Promise<SnapshotColumns | null> {
  const { db, position, recent, folder, staleness, coinIds } = options;
  let latest = recent.at(-1) ?? null;
  if (position.market !== null) {
    const { takenAtMs } = position.market;
    const minuteMs = timeframeOpenMs(TIMEFRAMES[0], takenAtMs);
    for (const snapshot of recent) if (snapshot.takenAtMs < minuteMs) staleness.update(snapshot);
    await restoreOpenCandles({
      folder,
      timeframes: TIMEFRAMES,
      lastTakenAtMs: takenAtMs,
      snapshots: recent.filter((snapshot) => snapshot.takenAtMs >= minuteMs),
      readClosed: (range) => readCandlesOf(db, { ...range, coinIds }),
    });
  }
  for await (const snapshot of readPushedUpTo(db, position)) {
    folder.addSnapshot(snapshot);
    latest = snapshot;
  }
  return latest;
}

/** The market's figures as they were known at an instant; newer ones are there while catching up. */
export async function marketReading(
  db: Database,
  recent: readonly SnapshotColumns[],
  atMs: number,
): Promise<MarketReading | null> {
  const newest = await latestGlobalMetrics(db, atMs);
  return newest === null ? null : { ...newest, pollIntervalMs: recent.at(-1)?.pollIntervalMs ?? MINUTE_MS };
}
