import { UbotError } from '@ubot/contracts';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { Pool, type ClientConfig, type PoolClient, type QueryResultRow } from 'pg';
import { isDatabaseUnavailable } from './errors.ts';
import { copyInto } from './copy.ts';

/** Where log events go; a pino logger fits. */
export interface EventLog {
  info(fields: Record<string, unknown>): void;
  warn(fields: Record<string, unknown>): void;
  error(fields: Record<string, unknown>): void;
}

/**
 * What every repository function takes first: a database (each query on its own) or a transaction.
 * `orm` is Drizzle over the same connection; `query` is plain SQL and returns the rows.
 *
 * Errors: `query` throws UbotError DATABASE_UNAVAILABLE when the server cannot be reached; anything else is a bug and is
 *         thrown as pg made it. Errors of `orm` are Drizzle's; `isDatabaseUnavailable` looks through them.
 */
export interface Executor {
  readonly orm: NodePgDatabase;
  query<Row extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

export interface Transaction extends Executor {
  /** Runs one `copy … from stdin` statement over the chunks; returns the number of rows. */
  copyFrom(text: string, chunks: Iterable<Buffer>): Promise<number>;
}

export interface Database extends Executor {
  readonly pool: Pool;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  connectionString: string;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  poolSize: number;
  /** How long a query may wait for a free connection, or a new connection for the server. */
  connectTimeoutMs?: number;
  log?: EventLog;
}

const CONNECT_TIMEOUT_MS = 10_000;

// Times come back the same whatever the server's time zone, and ISO whatever its style.
const SESSION_OPTIONS = '-c TimeZone=UTC -c DateStyle=ISO';

export function clientConfig(connectionString: string, applicationName: string): ClientConfig {
  return { connectionString, application_name: applicationName, options: SESSION_OPTIONS, keepAlive: true };
}

/** A pool of connections. Nothing is connected until the first query. */
export function createDatabase(options: DatabaseOptions): Database {
  const pool = new Pool({
    ...clientConfig(options.connectionString, options.applicationName),
    max: options.poolSize,
    connectionTimeoutMillis: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
  });
  // An idle connection that the server ends would otherwise be an uncaught error; the next query opens a new one.
  pool.on('error', (error) => options.log?.warn({ event: 'database.connection_lost', detail: error.message }));
  return {
    pool,
    orm: drizzle({ client: pool }),
    query: (text, values) => runQuery(pool, text, values),
    close: () => pool.end(),
  };
}

/**
 * Runs `work` in one transaction: committed when it returns, rolled back when it throws.
 *
 * Errors: what `work` throws; DATABASE_UNAVAILABLE when the connection is lost. With `outcomeUnknown` that was during the
 *         commit, and nobody knows whether it took place.
 */
export async function withTransaction<T>(db: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const client = await connect(db.pool);
  const tx: Transaction = {
    orm: drizzle({ client }),
    query: (text, values) => runQuery(client, text, values),
    copyFrom: (text, chunks) => copyInto(client, text, chunks),
  };
  // While checked out, a lost connection is reported to the pool's client as well as to the running query.
  const ignore = (): void => {};
  client.on('error', ignore);
  let broken = false;
  let committing = false;
  try {
    await client.query('begin');
    const value = await work(tx);
    committing = true;
    await client.query('commit');
    return value;
  } catch (error) {
    broken = isDatabaseUnavailable(error);
    if (!broken) {
      await client.query('rollback').catch(() => {
        broken = true;
      });
    }
    throw asUbotError(error, committing);
  } finally {
    client.off('error', ignore);
    client.release(broken);
  }
}

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw asUbotError(error);
  }
}

async function runQuery<Row extends QueryResultRow>(
  on: Pool | PoolClient,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  try {
    return (await on.query<Row>(text, [...values])).rows;
  } catch (error) {
    throw asUbotError(error);
  }
}

function asUbotError(error: unknown, outcomeUnknown = false): unknown {
  if (error instanceof UbotError || !isDatabaseUnavailable(error)) return error;
  return new UbotError('DATABASE_UNAVAILABLE', undefined, { cause: error, outcomeUnknown });
}

/**
 * Wakes the listeners of a topic when, and only if, the transaction commits. `topic` is one of contracts' TOPICS; the
 * bus listens on the channel of the same name with this prefix.
 */
export async function announce(executor: Executor, topic: string, id: string): Promise<void> {
  await executor.query('select pg_notify($1, $2)', [`ubot_${topic}`, id]);
}
