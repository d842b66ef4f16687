import { createTestDatabase } from '@ubot/testing';
import { TIMEFRAMES } from '@ubot/market';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDatabase, withTransaction, type Database } from '../database.ts';
import {
  dropExpiredPartitions,
  ensurePartitions,
  ensurePartitionsAhead,
  PARTITIONED_TABLES,
  partitionAt,
  partitionsOf,
  type PartitionedTable,
  type Retention,
} from './partitions.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
beforeEach(async () => {
  database = await createTestDatabase();
  db = createDatabase({ connectionString: database.url, applicationName: 'test', poolSize: 4 });
});
afterEach(async () => {
  await db.close();
  await database.close();
});

const DAY_MS = 86_400_000;
const at = (text: string): number => Date.parse(`${text}Z`);
const keep = (days: Partial<Record<PartitionedTable, number>>): Retention => ({
  tickers: 0,
  ...(Object.fromEntries(TIMEFRAMES.map((timeframe) => [`candles_${timeframe}`, 0])) as Omit<Retention, 'tickers'>),
  ...days,
});
const names = async (table: PartitionedTable): Promise<string[]> =>
  (await partitionsOf(db, table)).map((partition) => partition.name);

describe('a partition', () => {
  test.each([
    ['tickers', '2026-02-28T23:59:59.999', 'tickers_2026_02_28', '2026-02-28T00:00', '2026-03-01T00:00'],
    ['tickers', '2024-02-29T00:00', 'tickers_2024_02_29', '2024-02-29T00:00', '2024-03-01T00:00'],
    ['candles_5m', '2026-12-31T12:00', 'candles_5m_2026_12_31', '2026-12-31T00:00', '2027-01-01T00:00'],
    ['candles_1h', '2026-12-31T23:59', 'candles_1h_2026_12', '2026-12-01T00:00', '2027-01-01T00:00'],
    ['candles_4h', '2027-01-01T00:00', 'candles_4h_2027', '2027-01-01T00:00', '2028-01-01T00:00'],
  ] as const)('of %s at %s is %s', (table, time, name, from, to) => {
    expect(partitionAt(table, at(time))).toEqual({ table, name, fromMs: at(from), toMs: at(to) });
  });
});

describe('partitions', () => {
  test('are created once, by however many at the same time', async () => {
    const wanted = [{ table: 'tickers', atMs: at('2026-03-01T10:00') }] as const;
    await Promise.all([1, 2, 3].map(() => withTransaction(db, (tx) => ensurePartitions(tx, wanted))));
    await ensurePartitions(db, wanted);
    expect(await names('tickers')).toEqual(['tickers_2026_03_01']);
  });

  test('are created ahead: the present one and all that begin until then', async () => {
    await ensurePartitionsAhead(db, { nowMs: at('2026-12-30T10:00'), aheadMs: 2 * DAY_MS });
    expect(await names('tickers')).toEqual(['tickers_2026_12_30', 'tickers_2026_12_31', 'tickers_2027_01_01']);
    expect(await names('candles_1h')).toEqual(['candles_1h_2026_12', 'candles_1h_2027_01']);
    expect(await names('candles_1w')).toEqual(['candles_1w_2026', 'candles_1w_2027']);
    for (const table of PARTITIONED_TABLES) expect(await names(table)).not.toEqual([]);
  });

  test('leave when they lie wholly before what is kept, with the small rows of their time', async () => {
    const days = ['2026-03-01T00:00', '2026-03-02T00:00', '2026-03-03T00:00'];
    await ensurePartitions(
      db,
      days.map((day) => ({ table: 'tickers' as const, atMs: at(day) })),
    );
    for (const day of days) {
      await db.query(
        `insert into market.snapshots (taken_at, source, poll_interval_ms, coin_count) values ($1, 'demo', 1000, 0)`,
        [day],
      );
      await db.query(`insert into market.global_metrics (taken_at, source) values ($1, 'demo')`, [day]);
    }
    // One day is kept: at 23:59:59.999 of the 2nd the 1st still holds an instant younger than that.
    const drop = (nowMs: number) => dropExpiredPartitions(db, { nowMs, retention: keep({ tickers: 1 }) });
    expect(await drop(at('2026-03-03T00:00') - 1)).toEqual([]);
    expect(await drop(at('2026-03-03T00:00'))).toEqual(['tickers_2026_03_01']);
    expect(await names('tickers')).toEqual(['tickers_2026_03_02', 'tickers_2026_03_03']);
    for (const table of ['snapshots', 'global_metrics']) {
      const rows = await db.query<{ at: Date }>(`select taken_at as at from market.${table} order by taken_at`);
      expect(rows.map((row) => row.at.getTime())).toEqual(days.slice(1).map(at));
    }
  });

  test('of a timeframe take the candles of the market with them; 0 days keep for ever', async () => {
    for (const timeframe of ['1m', '1d'] as const) {
      await ensurePartitions(db, [{ table: `candles_${timeframe}`, atMs: at('2020-01-01T00:00') }]);
      await db.query(
        `insert into market.global_candles values ($1, 'btc_dominance', '2020-01-01T00:00Z', 1, 1, 1, 1, 1)`,
        [timeframe],
      );
    }
    const dropped = await dropExpiredPartitions(db, {
      nowMs: at('2026-01-01T00:00'),
      retention: keep({ candles_1m: 7 }),
    });
    expect(dropped).toEqual(['candles_1m_2020_01_01']);
    expect(await db.query('select timeframe from market.global_candles')).toEqual([{ timeframe: '1d' }]);
  });
});
