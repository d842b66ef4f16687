import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { UbotError } from '@ubot/contracts';
import { Client } from 'pg';
import { clientConfig, type EventLog } from './database.ts';
import { isDatabaseUnavailable } from './errors.ts';

// Holds the advisory lock that keeps two services from migrating at once. Any fixed number will do.
const MIGRATION_LOCK = 7_261_001;
const LOCK_WAIT_MS = 120_000;

/** The repository's own `migrations/`, from packages/db/src as well as from packages/db/dist. */
export const MIGRATIONS_DIRECTORY = fileURLToPath(new URL('../../../migrations/', import.meta.url));

const FILE_NAME = /^(\d{4})_[a-z0-9_]+\.sql$/;

interface MigrationFile {
  name: string;
  text: string;
  checksum: string;
}

export interface MigrateOptions {
  connectionString: string;
  directory?: string;
  log?: EventLog;
}

/**
 * Brings the database to this version: applies the files that have not been applied, in order, each in a transaction of
 * its own together with the note that it was applied.
 *
 * Errors: MIGRATION_FAILED, naming the file: its SQL failed, it was changed after it was applied, or the database knows
 *         a file that this version does not have. DATABASE_UNAVAILABLE when the server cannot be reached.
 */
export async function migrate(options: MigrateOptions): Promise<{ applied: string[] }> {
  const files = await readMigrations(options.directory ?? MIGRATIONS_DIRECTORY);
  const client = new Client(clientConfig(options.connectionString, 'ubot-migrate'));
  client.on('error', () => {}); // the query that was running reports it
  try {
    await client.connect();
    await lock(client);
    return await applyMissing(client, files, options.log);
  } catch (error) {
    if (error instanceof UbotError) throw error;
    if (isDatabaseUnavailable(error)) throw new UbotError('DATABASE_UNAVAILABLE', undefined, { cause: error });
    throw new UbotError('MIGRATION_FAILED', `The database could not be migrated: ${messageOf(error)}`, {
      cause: error,
    });
  } finally {
    // Ending the session releases the lock.
    await client.end().catch(() => {});
  }
}

async function readMigrations(directory: string): Promise<MigrationFile[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  const numbers = new Set<string>();
  for (const name of names) {
    const number = FILE_NAME.exec(name)?.[1];
    if (number === undefined) {
      throw new UbotError('MIGRATION_FAILED', `Migration ${name} is not named like 0001_what_it_does.sql.`);
    }
    if (numbers.has(number)) throw new UbotError('MIGRATION_FAILED', `Two migrations have the number ${number}.`);
    numbers.add(number);
  }
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(directory, name), 'utf8');
      return { name, text, checksum: createHash('sha256').update(text).digest('hex') };
    }),
  );
}

async function lock(client: Client): Promise<void> {
  await client.query(`set lock_timeout = ${LOCK_WAIT_MS}`);
  await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
  await client.query('set lock_timeout = 0');
}

async function applyMissing(
  client: Client,
  files: readonly MigrationFile[],
  log: EventLog | undefined,
): Promise<{ applied: string[] }> {
  await client.query(
    `create schema if not exists ops;
     create table if not exists ops.migrations (
       name text primary key, checksum text not null, applied_at timestamptz not null default clock_timestamp())`,
  );
  const rows = (await client.query<{ name: string; checksum: string }>('select name, checksum from ops.migrations'))
    .rows;
  const done = new Map(rows.map((row) => [row.name, row.checksum]));
  refuseUnknown(done, files);
  const applied: string[] = [];
  for (const file of files) {
    const checksum = done.get(file.name);
    if (checksum === file.checksum) continue;
    if (checksum !== undefined) {
      throw new UbotError('MIGRATION_FAILED', `Migration ${file.name} was changed after it was applied.`);
    }
    await applyOne(client, file);
    applied.push(file.name);
    log?.info({ event: 'migration.applied', name: file.name });
  }
  return { applied };
}

function refuseUnknown(done: ReadonlyMap<string, string>, files: readonly MigrationFile[]): void {
  const known = new Set(files.map((file) => file.name));
  const unknown = [...done.keys()].filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new UbotError(
      'MIGRATION_FAILED',
      `The database was migrated by a newer version of uBot: it has ${unknown.join(', ')}.`,
    );
  }
}

async function applyOne(client: Client, file: MigrationFile): Promise<void> {
  try {
    await client.query('begin');
    await client.query(file.text);
    await client.query('insert into ops.migrations (name, checksum) values ($1, $2)', [file.name, file.checksum]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    if (isDatabaseUnavailable(error)) throw error;
    throw new UbotError('MIGRATION_FAILED', `Migration ${file.name} failed: ${messageOf(error)}`, { cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
