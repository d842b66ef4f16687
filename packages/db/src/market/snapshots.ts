import { UbotError } from '@ubot/contracts';
import type { CandleColumns, GlobalCandleColumns, GlobalMetrics, SnapshotColumns } from '@ubot/market';
import {
  binaryRows,
  constantTimestampField,
  float8Field,
  int4Field,
  timestampField,
  type RowBlock,
} from '../binaryRows.ts';
import { announce, type Executor, type Transaction } from '../database.ts';
import { packFloat8, packInt4, packTimestamp, unpackFloat8, unpackInt4, unpackTimestamp } from '../packedColumns.ts';
import { storeCandles } from './candles.ts';
import { storeGlobalCandles } from './globalCandles.ts';
import { ensurePartitions, partitionAt } from './partitions.ts';

// Held until the commit: a lower snapshot id never becomes visible after a higher one, whatever two writers do.
const SNAPSHOT_LOCK = 7_261_003;

export interface SnapshotToStore {
  snapshot: SnapshotColumns;
  /** The candles that this snapshot's time closed. */
  closedCandles: readonly CandleColumns[];
  closedGlobalCandles: readonly GlobalCandleColumns[];
  /** Coins whose data failed the check. */
  leftOutCount: number;
  creditCount: number;
}

/** `alreadyStored`: a snapshot of this time was there before; nothing was written. */
export type StoredSnapshot = { alreadyStored: boolean; snapshotId: string };

/**
 * Stores a snapshot with everything that it closes, and announces it with the commit.
 *
 * Edges:  a repeated time is harmless: the stored one stays and its id is returned.
 * Errors: throws SNAPSHOT_OUT_OF_ORDER for a new time before the latest stored one.
 */
export async function storeSnapshot(tx: Transaction, input: SnapshotToStore): Promise<StoredSnapshot> {
  const { snapshot } = input;
  const takenAt = new Date(snapshot.takenAtMs).toISOString();
  await tx.query('select pg_advisory_xact_lock($1)', [SNAPSHOT_LOCK]);
  const [newest] = await tx.query<{ id: string; taken_at: Date }>(
    'select id, taken_at from market.snapshots where taken_at >= $1 order by taken_at limit 1',
    [takenAt],
  );
  if (newest !== undefined) {
    if (newest.taken_at.getTime() === snapshot.takenAtMs) return { alreadyStored: true, snapshotId: newest.id };
    throw new UbotError('SNAPSHOT_OUT_OF_ORDER');
  }
  const [row] = await tx.query<{ id: string }>(
    `insert into market.snapshots (taken_at, source, poll_interval_ms, coin_count, left_out_count, credit_count)
     values ($1, $2, $3, $4, $5, $6) returning id`,
    [takenAt, snapshot.source, snapshot.pollIntervalMs, snapshot.coinIds.length, input.leftOutCount, input.creditCount],
  );
  await copyTickers(tx, snapshot);
  if (snapshot.global !== null) await storeGlobalMetrics(tx, snapshot, snapshot.global);
  await storeCandles(tx, input.closedCandles);
  await storeGlobalCandles(tx, input.closedGlobalCandles);
  await announce(tx, 'snapshot', row!.id);
  return { alreadyStored: false, snapshotId: row!.id };
}

async function copyTickers(tx: Transaction, snapshot: SnapshotColumns): Promise<void> {
  const at = { table: 'tickers', atMs: snapshot.takenAtMs } as const;
  await ensurePartitions(tx, [at]);
  // Straight into the day's partition: routing every row through the parent costs a fifth of the time.
  await tx.copyFrom(
    `copy market.${partitionAt(at.table, at.atMs).name} (taken_at, coin_id, price_usd, volume_24h_usd, market_cap_usd,
       rank, percent_change_1h, percent_change_24h, percent_change_7d, provider_time) from stdin (format binary)`,
    binaryRows([tickerBlock(snapshot)]),
  );
}

function tickerBlock(snapshot: SnapshotColumns): RowBlock {
  return {
    rowCount: snapshot.coinIds.length,
    fields: [
      constantTimestampField(snapshot.takenAtMs),
      int4Field(snapshot.coinIds),
      float8Field(snapshot.priceUsd),
      float8Field(snapshot.volume24hUsd),
      float8Field(snapshot.marketCapUsd),
      int4Field(snapshot.rank, { zeroIsNull: true }),
      float8Field(snapshot.percentChange1h),
      float8Field(snapshot.percentChange24h),
      float8Field(snapshot.percentChange7d),
      timestampField(snapshot.providerTimeMs),
    ],
  };
}

const numberOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

async function storeGlobalMetrics(tx: Transaction, snapshot: SnapshotColumns, global: GlobalMetrics): Promise<void> {
  await tx.query(
    `insert into market.global_metrics (taken_at, source, total_market_cap_usd, total_volume_24h_usd,
       btc_dominance_pct, eth_dominance_pct, provider_time) values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      new Date(snapshot.takenAtMs).toISOString(),
      snapshot.source,
      numberOrNull(global.totalMarketCapUsd),
      numberOrNull(global.totalVolume24hUsd),
      numberOrNull(global.btcDominancePct),
      numberOrNull(global.ethDominancePct),
      Number.isNaN(global.providerTimeMs) ? null : new Date(global.providerTimeMs).toISOString(),
    ],
  );
}

export interface SnapshotRow {
  snapshotId: string;
  snapshot: SnapshotColumns;
}

/** The snapshots after one, in the order in which they were stored. */
export function readSnapshotsAfter(db: Executor, options: { afterId: string; limit: number }): Promise<SnapshotRow[]> {
  return readSnapshots(db, 'where s.id > $1 order by s.id limit $2', [options.afterId, options.limit]);
}

/** The snapshots with `fromMs <= time <= toMs`, oldest first; with `coinIds` only these coins of them. */
export function readSnapshotsBetween(
  db: Executor,
  options: { fromMs: number; toMs: number; coinIds?: readonly number[] | undefined },
): Promise<SnapshotRow[]> {
  const range = [options.fromMs, options.toMs].map((atMs) => new Date(atMs).toISOString());
  const which = 'where s.taken_at between $1 and $2 order by s.taken_at';
  if (options.coinIds === undefined) return readSnapshots(db, which, range);
  return readSnapshots(db, which, [...range, [...options.coinIds]], 'and coin_id = any($3::integer[])');
}

/** Whether the prices of the snapshot of a time are still stored: they are dropped before the snapshot's own row. */
export async function hasTickers(db: Executor, takenAtMs: number): Promise<boolean> {
  const [row] = await db.query<{ has: boolean }>(
    'select exists (select 1 from market.tickers where taken_at = $1) as has',
    [new Date(takenAtMs).toISOString()],
  );
  return row?.has === true;
}

/** Times of the last `count` snapshots before a time, oldest first. */
export async function snapshotTimesBefore(
  db: Executor,
  options: { beforeMs: number; count: number },
): Promise<number[]> {
  const rows = await db.query<{ at: Date }>(
    'select taken_at as at from market.snapshots where taken_at < $1 order by taken_at desc limit $2',
    [new Date(options.beforeMs).toISOString(), options.count],
  );
  return rows.map((row) => row.at.getTime()).reverse();
}

/** The newest snapshot; null when there is none. */
export async function latestSnapshot(db: Executor): Promise<SnapshotRow | null> {
  const [row] = await readSnapshots(db, 'order by s.taken_at desc limit 1', []);
  return row ?? null;
}

interface PackedGlobal {
  taken_at: Date;
  source: string;
  total_market_cap_usd: number | null;
  total_volume_24h_usd: number | null;
  btc_dominance_pct: number | null;
  eth_dominance_pct: number | null;
  global_provider_time: Date | null;
}

interface PackedSnapshot extends PackedGlobal {
  id: string;
  poll_interval_ms: number;
  has_global: boolean;
  coin_id: Buffer | null;
  price_usd: Buffer | null;
  volume_24h_usd: Buffer | null;
  market_cap_usd: Buffer | null;
  rank: Buffer | null;
  percent_change_1h: Buffer | null;
  percent_change_24h: Buffer | null;
  percent_change_7d: Buffer | null;
  provider_time: Buffer | null;
}

const PACKED_TICKERS = [
  packInt4('coin_id'),
  packFloat8('price_usd'),
  packFloat8('volume_24h_usd'),
  packFloat8('market_cap_usd'),
  packInt4('rank'),
  packFloat8('percent_change_1h'),
  packFloat8('percent_change_24h'),
  packFloat8('percent_change_7d'),
  packTimestamp('provider_time'),
].join(', ');

async function readSnapshots(
  db: Executor,
  which: string,
  values: readonly unknown[],
  ofTickers = '',
): Promise<SnapshotRow[]> {
  // The inner order by is kept by the aggregates above it: all columns come in the same order of coins.
  const rows = await db.query<PackedSnapshot>(
    `select s.id, s.taken_at, s.source, s.poll_interval_ms, g.taken_at is not null as has_global,
       g.total_market_cap_usd, g.total_volume_24h_usd, g.btc_dominance_pct, g.eth_dominance_pct,
       g.provider_time as global_provider_time, t.*
     from (select * from market.snapshots s ${which}) s
     left join market.global_metrics g on g.taken_at = s.taken_at
     left join lateral (
       select ${PACKED_TICKERS} from (select * from market.tickers where taken_at = s.taken_at ${ofTickers} order by coin_id) tickers
     ) t on true
     order by s.taken_at`,
    values,
  );
  return rows.map((row) => ({ snapshotId: row.id, snapshot: unpackSnapshot(row) }));
}

function unpackSnapshot(row: PackedSnapshot): SnapshotColumns {
  return {
    takenAtMs: row.taken_at.getTime(),
    source: row.source,
    pollIntervalMs: row.poll_interval_ms,
    coinIds: unpackInt4(row.coin_id),
    priceUsd: unpackFloat8(row.price_usd),
    volume24hUsd: unpackFloat8(row.volume_24h_usd),
    marketCapUsd: unpackFloat8(row.market_cap_usd),
    rank: unpackInt4(row.rank),
    percentChange1h: unpackFloat8(row.percent_change_1h),
    percentChange24h: unpackFloat8(row.percent_change_24h),
    percentChange7d: unpackFloat8(row.percent_change_7d),
    providerTimeMs: unpackTimestamp(row.provider_time),
    global: row.has_global ? unpackGlobal(row) : null,
  };
}

function unpackGlobal(row: PackedGlobal): GlobalMetrics {
  return {
    totalMarketCapUsd: row.total_market_cap_usd ?? NaN,
    totalVolume24hUsd: row.total_volume_24h_usd ?? NaN,
    btcDominancePct: row.btc_dominance_pct ?? NaN,
    ethDominancePct: row.eth_dominance_pct ?? NaN,
    providerTimeMs: row.global_provider_time?.getTime() ?? NaN,
  };
}

/** The market's metrics as last stored, of all times or up to one, with their time; null when there are none. */
export async function latestGlobalMetrics(
  db: Executor,
  upToMs = Infinity,
): Promise<{ takenAtMs: number; source: string; global: GlobalMetrics } | null> {
  const [row] = await db.query<PackedGlobal>(
    `select taken_at, source, total_market_cap_usd, total_volume_24h_usd, btc_dominance_pct, eth_dominance_pct,
       provider_time as global_provider_time from market.global_metrics
     where taken_at <= $1 order by taken_at desc limit 1`,
    [upToMs === Infinity ? 'infinity' : new Date(upToMs).toISOString()],
  );
  if (row === undefined) return null;
  return { takenAtMs: row.taken_at.getTime(), source: row.source, global: unpackGlobal(row) };
}

/** Forgets everything about prices: for a database that held another market's (a demo's) before. */
export async function clearMarket(tx: Transaction): Promise<void> {
  await tx.query(
    'truncate market.snapshots, market.tickers, market.global_metrics, market.candles, market.global_candles, market.coins, market.source_state',
  );
}
