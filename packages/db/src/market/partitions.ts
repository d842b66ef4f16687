import { TIMEFRAMES, type Timeframe } from '@ubot/market';
import type { Executor } from '../database.ts';

/** What is cut into partitions by time. */
export type PartitionedTable = 'tickers' | `candles_${Timeframe}`;

export const PARTITIONED_TABLES: readonly PartitionedTable[] = [
  'tickers',
  ...TIMEFRAMES.map((timeframe) => `candles_${timeframe}` as const),
];

type Span = 'day' | 'month' | 'year';

const DAY_MS = 86_400_000;

// Creating and dropping take strong locks; one at a time, so that two services cannot wait for each other.
const PARTITION_LOCK = 7_261_002;

/** Long enough to hold a few thousand candles of a coin, short enough for retention to be exact. */
function spanOf(table: PartitionedTable): Span {
  switch (table) {
    case 'tickers':
    case 'candles_1m':
    case 'candles_5m':
      return 'day';
    case 'candles_15m':
    case 'candles_30m':
    case 'candles_1h':
      return 'month';
    default:
      return 'year';
  }
}

export interface Partition {
  table: PartitionedTable;
  /** Without the schema: `candles_1h_2026_11`. */
  name: string;
  fromMs: number;
  toMs: number;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** The partition that holds an instant. */
export function partitionAt(table: PartitionedTable, atMs: number): Partition {
  const at = new Date(atMs);
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  switch (spanOf(table)) {
    case 'day': {
      const fromMs = Date.UTC(year, month, day);
      return { table, name: `${table}_${year}_${two(month + 1)}_${two(day)}`, fromMs, toMs: fromMs + DAY_MS };
    }
    case 'month':
      return {
        table,
        name: `${table}_${year}_${two(month + 1)}`,
        fromMs: Date.UTC(year, month, 1),
        toMs: Date.UTC(year, month + 1, 1),
      };
    case 'year':
      return { table, name: `${table}_${year}`, fromMs: Date.UTC(year, 0, 1), toMs: Date.UTC(year + 1, 0, 1) };
  }
}

/** Reads a partition's name back; null for a name that `partitionAt` does not give. */
function partitionNamed(table: PartitionedTable, name: string): Partition | null {
  const parts = name
    .slice(table.length + 1)
    .split('_')
    .map(Number);
  const [year, month = 1, day = 1] = parts;
  if (year === undefined || parts.some((part) => !Number.isInteger(part))) return null;
  const partition = partitionAt(table, Date.UTC(year, month - 1, day));
  return partition.name === name ? partition : null;
}

/**
 * Makes sure that rows of these tables and times have a partition to go to. Any time will do, history included.
 *
 * Edges:  one quick look when all are there. Creating one locks the table until the transaction ends, so it is best done
 *         ahead (`ensurePartitionsAhead`) and not first when a snapshot is stored.
 */
export async function ensurePartitions(
  executor: Executor,
  wanted: Iterable<{ table: PartitionedTable; atMs: number }>,
): Promise<void> {
  const partitions = new Map<string, Partition>();
  for (const { table, atMs } of wanted) {
    const partition = partitionAt(table, atMs);
    partitions.set(partition.name, partition);
  }
  const missing = await executor.query<{ name: string }>(
    `select name from unnest($1::text[]) name where to_regclass('market.' || name) is null`,
    [[...partitions.keys()]],
  );
  if (missing.length === 0) return;
  for (const { name } of missing) await createPartition(executor, partitions.get(name)!);
}

async function createPartition(executor: Executor, partition: Partition): Promise<void> {
  const { table, name, fromMs, toMs } = partition;
  // One statement text, so that lock and creation share a transaction even outside of one.
  await executor.query(
    `select pg_advisory_xact_lock(${PARTITION_LOCK});
     create table if not exists market.${name} partition of market.${table}
       for values from ('${new Date(fromMs).toISOString()}') to ('${new Date(toMs).toISOString()}')`,
  );
}

/** Creates the partitions that the next `aheadMs` will need. */
export async function ensurePartitionsAhead(
  executor: Executor,
  options: { nowMs: number; aheadMs: number },
): Promise<void> {
  const wanted: { table: PartitionedTable; atMs: number }[] = [];
  for (const table of PARTITIONED_TABLES) {
    let { toMs: atMs } = partitionAt(table, options.nowMs);
    wanted.push({ table, atMs: options.nowMs });
    for (; atMs <= options.nowMs + options.aheadMs; atMs = partitionAt(table, atMs).toMs) wanted.push({ table, atMs });
  }
  await ensurePartitions(executor, wanted);
}

/** Days to keep, by table; 0 keeps for ever. */
export type Retention = Readonly<Record<PartitionedTable, number>>;

/**
 * Drops the partitions that lie wholly before their table's retention, and what hangs on them: snapshots without
 * tickers and global metrics of the same age, the market's own candles of the same timeframe and age.
 *
 * Shape:  → the names of the dropped partitions.
 */
export async function dropExpiredPartitions(
  executor: Executor,
  options: { nowMs: number; retention: Retention },
): Promise<string[]> {
  const dropped: string[] = [];
  for (const table of PARTITIONED_TABLES) {
    const days = options.retention[table];
    if (days === 0) continue;
    const beforeMs = options.nowMs - days * DAY_MS;
    for (const partition of await partitionsOf(executor, table)) {
      if (partition.toMs > beforeMs) continue;
      await executor.query(
        `select pg_advisory_xact_lock(${PARTITION_LOCK}); drop table if exists market.${partition.name}`,
      );
      dropped.push(partition.name);
    }
    await deleteSmallRows(executor, table, beforeMs);
  }
  return dropped;
}

async function deleteSmallRows(executor: Executor, table: PartitionedTable, beforeMs: number): Promise<void> {
  // Up to the same border as the partitions, so that a snapshot row never stands without its tickers.
  const before = new Date(partitionAt(table, beforeMs).fromMs).toISOString();
  if (table === 'tickers') {
    await executor.query('delete from market.snapshots where taken_at < $1', [before]);
    await executor.query('delete from market.global_metrics where taken_at < $1', [before]);
    return;
  }
  await executor.query(`delete from market.global_${table} where open_at < $1`, [before]);
}

/** The partitions there are, oldest first. */
export async function partitionsOf(executor: Executor, table: PartitionedTable): Promise<Partition[]> {
  const rows = await executor.query<{ name: string }>(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = to_regclass($1)`,
    [`market.${table}`],
  );
  return rows
    .map(({ name }) => partitionNamed(table, name))
    .filter((partition) => partition !== null)
    .sort((a, b) => a.fromMs - b.fromMs);
}
