import { createTestDatabase } from '@ubot/testing';
import { TIMEFRAME_MS, type CandleColumns, type SnapshotColumns, type Timeframe } from '@ubot/market';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, withTransaction, type Database } from '../database.ts';
import { readCandleColumns, readCandles, storeCandles } from './candles.ts';
import { readGlobalCandleColumns, readGlobalCandles } from './globalCandles.ts';
import {
  clearMarket,
  latestGlobalMetrics,
  latestSnapshot,
  readSnapshotsAfter,
  readSnapshotsBetween,
  storeSnapshot,
  type SnapshotToStore,
} from './snapshots.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ connectionString: database.url, applicationName: 'test', poolSize: 4 });
});
afterAll(async () => {
  await db.close();
  await database.close();
});

const MINUTE_MS = 60_000;
const NOON_MS = Date.UTC(2026, 2, 14, 12);

function snapshotAt(takenAtMs: number, changes: Partial<SnapshotColumns> = {}): SnapshotColumns {
  return {
    takenAtMs,
    source: 'demo',
    pollIntervalMs: MINUTE_MS,
    coinIds: Int32Array.of(1, 1027, 2_147_483_647),
    priceUsd: Float64Array.of(97_123.456789012, 7.31e-22, 545_421),
    volume24hUsd: Float64Array.of(1e11, NaN, 0),
    marketCapUsd: Float64Array.of(1.86e17, NaN, 0),
    rank: Int32Array.of(1, 0, 9_000),
    percentChange1h: Float64Array.of(-0.5, NaN, 1.3e11),
    percentChange24h: Float64Array.of(1, 2, NaN),
    percentChange7d: Float64Array.of(NaN, NaN, NaN),
    providerTimeMs: Float64Array.of(takenAtMs - 1, NaN, Date.UTC(1999, 0, 1)),
    global: null,
    ...changes,
  };
}

const store = (snapshot: SnapshotColumns, rest: Partial<SnapshotToStore> = {}) =>
  withTransaction(db, (tx) =>
    storeSnapshot(tx, {
      snapshot,
      closedCandles: [],
      closedGlobalCandles: [],
      leftOutCount: 0,
      creditCount: 0,
      ...rest,
    }),
  );

function candlesAt(timeframe: Timeframe, openAtMs: number, coinIds: number[], base = 100): CandleColumns {
  const column = (shift: number) => Float64Array.from(coinIds, (id) => base + shift + id / 1_000);
  return {
    timeframe,
    openAtMs,
    coinIds: Int32Array.from(coinIds),
    open: column(0),
    high: column(2),
    low: column(-2),
    close: column(1),
    volume24hUsd: Float64Array.from(coinIds, (id) => (id % 2 === 0 ? NaN : id * 1e6)),
    marketCapUsd: Float64Array.from(coinIds, () => 5e9),
    samples: Int32Array.from(coinIds, (id) => id),
  };
}

async function collect<T>(from: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of from) all.push(item);
  return all;
}

describe('a stored snapshot', () => {
  test('comes back bit for bit: tiny and huge numbers, unknowns, times before 2000', async () => {
    const global = {
      totalMarketCapUsd: 2.5e12,
      totalVolume24hUsd: NaN,
      btcDominancePct: 51.25,
      ethDominancePct: 12.5,
      providerTimeMs: NOON_MS - 5_000,
    };
    const first = snapshotAt(NOON_MS, { global });
    const { snapshotId, alreadyStored } = await store(first, { leftOutCount: 2, creditCount: 3 });
    expect(alreadyStored).toBe(false);
    expect(await latestSnapshot(db)).toEqual({ snapshotId, snapshot: first });
    const [row] = await db.query('select coin_count, left_out_count, credit_count from market.snapshots');
    expect(row).toEqual({ coin_count: 3, left_out_count: 2, credit_count: 3 });
    expect(await latestGlobalMetrics(db)).toEqual({ takenAtMs: NOON_MS, source: 'demo', global });
  });

  test('of a time that is stored already changes nothing', async () => {
    const before = await latestSnapshot(db);
    const again = await store(snapshotAt(NOON_MS, { priceUsd: Float64Array.of(1, 2, 3) }));
    expect(again).toEqual({ alreadyStored: true, snapshotId: before!.snapshotId });
    expect(await latestSnapshot(db)).toEqual(before);
  });

  test('of an earlier time is refused', async () => {
    await expect(store(snapshotAt(NOON_MS - 1))).rejects.toMatchObject({ code: 'SNAPSHOT_OUT_OF_ORDER' });
  });

  test('is read after the one handled last, in order, up to the limit; an empty one too', async () => {
    const first = (await latestSnapshot(db))!;
    const later = [1, 2, 3].map((minute) => snapshotAt(NOON_MS + minute * MINUTE_MS));
    const empty = snapshotAt(NOON_MS + 4 * MINUTE_MS, {
      coinIds: new Int32Array(0),
      rank: new Int32Array(0),
      ...Object.fromEntries(
        (
          [
            'priceUsd',
            'volume24hUsd',
            'marketCapUsd',
            'percentChange1h',
            'percentChange24h',
            'percentChange7d',
            'providerTimeMs',
          ] as const
        ).map((name) => [name, new Float64Array(0)]),
      ),
    });
    for (const snapshot of [...later, empty]) await store(snapshot);
    const page = await readSnapshotsAfter(db, { afterId: first.snapshotId, limit: 2 });
    expect(page.map((row) => row.snapshot)).toEqual(later.slice(0, 2));
    const rest = await readSnapshotsAfter(db, { afterId: page[1]!.snapshotId, limit: 10 });
    expect(rest.map((row) => row.snapshot)).toEqual([later[2], empty]);
    expect(await readSnapshotsAfter(db, { afterId: rest[1]!.snapshotId, limit: 10 })).toEqual([]);
    const between = await readSnapshotsBetween(db, { fromMs: NOON_MS + MINUTE_MS, toMs: NOON_MS + 2 * MINUTE_MS });
    expect(between.map((row) => row.snapshot)).toEqual(later.slice(0, 2));
  });

  test('is announced with its id when it commits, and not when it rolls back', async () => {
    const listener = new Client({ connectionString: database.url });
    await listener.connect();
    await listener.query('listen ubot_snapshot');
    const heard: unknown[] = [];
    listener.on('notification', (message) => heard.push(message.payload));
    const nextDay = NOON_MS + 86_400_000;
    await withTransaction(db, async (tx) => {
      await storeSnapshot(tx, {
        snapshot: snapshotAt(nextDay),
        closedCandles: [],
        closedGlobalCandles: [],
        leftOutCount: 0,
        creditCount: 0,
      });
      throw new Error('changed our mind');
    }).catch(() => {});
    const { snapshotId } = await store(snapshotAt(nextDay));
    // A notification comes before the answer to a query sent after it.
    await listener.query('select 1');
    await listener.end();
    expect(heard).toEqual([snapshotId]);
  });

  test('brings the candles it closes, of coins and of the market', async () => {
    const takenAtMs = NOON_MS + 2 * 86_400_000;
    const openAtMs = takenAtMs - MINUTE_MS;
    const candles = candlesAt('1m', openAtMs, [1, 2, 1027]);
    const market = {
      timeframe: '1m' as const,
      openAtMs,
      metrics: ['total_market_cap', 'btc_dominance'] as const,
      open: Float64Array.of(1, 50),
      high: Float64Array.of(3, 52),
      low: Float64Array.of(0.5, 49),
      close: Float64Array.of(2, 51),
      samples: Int32Array.of(4, 5),
    };
    await store(snapshotAt(takenAtMs), { closedCandles: [candles], closedGlobalCandles: [market] });
    const range = { timeframe: '1m' as const, fromMs: openAtMs, toMs: openAtMs + 1 };
    expect(await collect(readCandleColumns(db, range))).toEqual([candles]);
    expect(await readGlobalCandleColumns(db, range)).toEqual([market]);
    expect(
      await readGlobalCandles(db, { metric: 'btc_dominance', timeframe: '1m', limit: 5, beforeMs: takenAtMs }),
    ).toEqual([
      {
        openAtMs,
        open: 50,
        high: 52,
        low: 49,
        close: 51,
        volume24hUsd: NaN,
        marketCapUsd: NaN,
        samples: 5,
      },
    ]);
  });
});

describe('stored candles', () => {
  const HOUR_MS = TIMEFRAME_MS['1h'];
  const START_MS = Date.UTC(2024, 11, 31, 20);

  test('of one coin are read newest first in number, oldest first in order, over the turn of a partition', async () => {
    const all = Array.from({ length: 10 }, (_, i) => candlesAt('1h', START_MS + i * HOUR_MS, [1, 5], i));
    await withTransaction(db, (tx) => storeCandles(tx, all));
    const read = await readCandles(db, { coinId: 5, timeframe: '1h', limit: 8, beforeMs: START_MS + 9 * HOUR_MS + 1 });
    expect(read.map((candle) => candle.openAtMs)).toEqual(all.slice(2).map((columns) => columns.openAtMs));
    expect(read[0]).toEqual({
      openAtMs: START_MS + 2 * HOUR_MS,
      open: 2.005,
      high: 4.005,
      low: 0.005,
      close: 3.005,
      volume24hUsd: 5e6,
      marketCapUsd: 5e9,
      samples: 5,
    });
  });

  test.each([
    ['the open time itself is not before it', START_MS + HOUR_MS, 1],
    ['one millisecond later it is', START_MS + HOUR_MS + 1, 2],
  ])('before a time: %s', async (_name, beforeMs, count) => {
    expect(await readCandles(db, { coinId: 1, timeframe: '1h', limit: 100, beforeMs })).toHaveLength(count);
  });

  test('are found beyond a gap much longer than the number asked for', async () => {
    const sparse = [0, 1, 40, 700, 701].map((i) => candlesAt('5m', START_MS + i * TIMEFRAME_MS['5m'], [9], i));
    await withTransaction(db, (tx) => storeCandles(tx, sparse));
    const read = await readCandles(db, { coinId: 9, timeframe: '5m', limit: 4, beforeMs: START_MS + 30 * 86_400_000 });
    expect(read.map((candle) => candle.openAtMs)).toEqual(sparse.slice(1).map((columns) => columns.openAtMs));
  });

  test('are found however far the time asked for lies behind the last one', async () => {
    const beforeMs = Date.UTC(9999, 0, 1);
    expect(await readCandles(db, { coinId: 9, timeframe: '5m', limit: 2, beforeMs })).toHaveLength(2);
    expect(await readCandles(db, { coinId: 9, timeframe: '5m', limit: 500, beforeMs })).toHaveLength(5);
  });

  test.each(['1d', '1w', '4h'] as const)('of an unknown coin in %s are none', async (timeframe) => {
    expect(await readCandles(db, { coinId: 77, timeframe, limit: 500, beforeMs: Date.now() })).toEqual([]);
  });

  test('of all coins come as columns in time order, more than one page of them, gaps left out', async () => {
    const openTimes = Array.from({ length: 100 }, (_, i) => START_MS + (i + (i > 50 ? 333 : 0)) * TIMEFRAME_MS['15m']);
    const all = openTimes.map((openAtMs, i) => candlesAt('15m', openAtMs, [3, 8, 4_000], i));
    await withTransaction(db, (tx) => storeCandles(tx, all));
    const range = { timeframe: '15m' as const, fromMs: openTimes[1]!, toMs: openTimes[99]! };
    expect(await collect(readCandleColumns(db, range))).toEqual(all.slice(1, 99));
  });

  test.each(Object.keys(TIMEFRAME_MS) as Timeframe[])('of %s may be of any year', async (timeframe) => {
    const openAtMs = Date.UTC(2013, 3, 29);
    await withTransaction(db, (tx) => storeCandles(tx, [candlesAt(timeframe, openAtMs, [1])]));
    const read = await readCandles(db, { coinId: 1, timeframe, limit: 1, beforeMs: openAtMs + 1 });
    expect(read.map((candle) => candle.openAtMs)).toEqual([openAtMs]);
  });
});

test('a repeated candle is refused, or left as it is when told so', async () => {
  const openAtMs = Date.UTC(2023, 0, 1);
  const save = (columns: CandleColumns, options = {}) =>
    withTransaction(db, (tx) => storeCandles(tx, [columns, candlesAt('4h', openAtMs, [7])], options));
  await save(candlesAt('1h', openAtMs, [1, 2]));
  await expect(save(candlesAt('1h', openAtMs, [2, 3], 500))).rejects.toMatchObject({ code: '23505' });
  await save(candlesAt('1h', openAtMs, [2, 3], 500), { skipStored: true });
  const range = { timeframe: '1h' as const, fromMs: openAtMs, toMs: openAtMs + 1 };
  const [columns] = await collect(readCandleColumns(db, range));
  expect([...columns!.coinIds]).toEqual([1, 2, 3]);
  expect([...columns!.open]).toEqual([100.001, 100.002, 500.003]);
});

test('a cleared market is empty, and its next snapshot has a higher id than any before', async () => {
  const before = (await latestSnapshot(db))!;
  await withTransaction(db, (tx) => clearMarket(tx));
  expect(await latestSnapshot(db)).toBeNull();
  expect(await latestGlobalMetrics(db)).toBeNull();
  expect(await readCandles(db, { coinId: 1, timeframe: '1h', limit: 5, beforeMs: Date.now() })).toEqual([]);
  const { snapshotId } = await store(snapshotAt(NOON_MS));
  expect(BigInt(snapshotId)).toBeGreaterThan(BigInt(before.snapshotId));
});
