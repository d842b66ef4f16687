export {
  createDatabase,
  withTransaction,
  announce,
  type Database,
  type Transaction,
  type Executor,
  type DatabaseOptions,
  type EventLog,
} from './database.ts';
export { isDatabaseUnavailable, sqlState } from './errors.ts';
export { migrate, MIGRATIONS_DIRECTORY, type MigrateOptions } from './migrate.ts';
export {
  storeSnapshot,
  readSnapshotsAfter,
  readSnapshotsBetween,
  latestSnapshot,
  latestGlobalMetrics,
  type SnapshotToStore,
  type StoredSnapshot,
  type SnapshotRow,
} from './market/snapshots.ts';
export { storeCandles, readCandles, readCandleColumns } from './market/candles.ts';
export { storeGlobalCandles, readGlobalCandles, readGlobalCandleColumns } from './market/globalCandles.ts';
export { upsertCoins, coinsByIds, coinById, allCoins, searchCoins } from './market/coins.ts';
export { readSourceState, writeSourceState } from './market/sourceState.ts';
export {
  PARTITIONED_TABLES,
  ensurePartitions,
  ensurePartitionsAhead,
  dropExpiredPartitions,
  partitionsOf,
  type Partition,
  type PartitionedTable,
  type Retention,
} from './market/partitions.ts';
