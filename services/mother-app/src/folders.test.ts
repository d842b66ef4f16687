import { createDatabase, storeSnapshot, withTransaction, type Database } from '@ubot/db';
import { createCandleFolder, createGlobalCandleFolder, TIMEFRAMES, type SnapshotColumns } from '@ubot/market';
import { createTestDatabase } from '@ubot/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rebuildFolders, type Folders } from './folders.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
beforeEach(async () => {
  database = await createTestDatabase();
  db = createDatabase({ connectionString: database.url, applicationName: 'test', poolSize: 2 });
});
afterEach(async () => {
  await db.close();
  await database.close();
});

/** Numbers in [0, 1) that are the same at every run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

/** Coins that come and go, one that stands still at the provider, metrics now and then. */
function snapshotAt(takenAtMs: number, random: () => number): SnapshotColumns {
  const coinIds = Int32Array.from([1, 2, 3, 4, 5].filter((id) => id === 5 || random() > 0.2));
  const column = () => Float64Array.from(coinIds, () => Math.round(random() * 1e6) / 1e3 + 0.001);
  return {
    takenAtMs,
    source: 'demo',
    pollIntervalMs: 20_000,
    coinIds,
    priceUsd: column(),
    volume24hUsd: column(),
    marketCapUsd: column(),
    rank: coinIds,
    percentChange1h: column(),
    percentChange24h: column(),
    percentChange7d: column(),
    providerTimeMs: Float64Array.from(coinIds, (id) => (id === 5 ? 1_000 : takenAtMs)),
    global:
      random() > 0.5
        ? {
            totalMarketCapUsd: random() * 1e12,
            totalVolume24hUsd: random() * 1e11,
            btcDominancePct: random() * 100,
            ethDominancePct: NaN,
            providerTimeMs: takenAtMs,
          }
        : null,
  };
}

const openOf = (folders: Folders) =>
  TIMEFRAMES.map((timeframe) => [folders.coins.openColumns(timeframe), folders.global.openColumns(timeframe)]);

test('rebuilt open candles are those of a process that never stopped, whenever it is killed', async () => {
  const random = createRandom(7);
  const lasting: Folders = {
    coins: createCandleFolder({ timeframes: TIMEFRAMES }),
    global: createGlobalCandleFolder({ timeframes: TIMEFRAMES }),
  };
  // Over the turn of a week, and so of every timeframe, with gaps up to seven minutes.
  let takenAtMs = Date.UTC(2026, 2, 15, 23, 20);
  for (let i = 0; i < 150; i += 1) {
    takenAtMs += 20_000 * (random() > 0.9 ? 1 + Math.floor(random() * 20) : 1);
    const snapshot = snapshotAt(takenAtMs, random);
    const closedCandles = lasting.coins.addSnapshot(snapshot);
    const closedGlobalCandles = lasting.global.addSnapshot(snapshot);
    await withTransaction(db, (tx) =>
      storeSnapshot(tx, { snapshot, closedCandles, closedGlobalCandles, leftOutCount: 0, creditCount: 0 }),
    );
    if (i % 3 !== 0) continue;
    const { folders, last } = await rebuildFolders(db, { historyToMs: null });
    expect(last!.snapshot).toEqual(snapshot);
    expect([i, openOf(folders)]).toEqual([i, openOf(lasting)]);
  }
});

test('an empty database has no open candles, and takes its first snapshot', async () => {
  const { folders, last } = await rebuildFolders(db, { historyToMs: null });
  expect(last).toBeNull();
  expect(folders.coins.openColumns('1w')).toBeNull();
  folders.coins.addSnapshot(snapshotAt(60_000, createRandom(1)));
  expect(folders.coins.openCandle('1m', 5)!.samples).toBe(1);
});
