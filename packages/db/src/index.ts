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
