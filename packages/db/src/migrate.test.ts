import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase } from '@ubot/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from './database.ts';
import { migrate } from './migrate.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let directory: string;
let db: Database;
beforeEach(async () => {
  database = await createTestDatabase();
  directory = await mkdtemp(join(tmpdir(), 'ubot-migrations-'));
  db = createDatabase({ connectionString: database.url, applicationName: 'test', poolSize: 2 });
  // As if none had ever been applied.
  await db.query('drop schema ops cascade');
});
afterEach(async () => {
  await db.close();
  await database.close();
  await rm(directory, { recursive: true });
});

const write = (name: string, text: string): Promise<void> => writeFile(join(directory, name), text);
const run = () => migrate({ connectionString: database.url, directory });

describe('migrations', () => {
  test('are applied once, in the order of their numbers', async () => {
    await write('0002_fill.sql', 'insert into public.shop values (1)');
    await write('0001_make.sql', 'create table public.shop (id integer)');
    expect(await run()).toEqual({ applied: ['0001_make.sql', '0002_fill.sql'] });
    expect(await run()).toEqual({ applied: [] });
    await write('0003_more.sql', 'insert into public.shop values (2)');
    expect(await run()).toEqual({ applied: ['0003_more.sql'] });
    expect(await db.query('select id from public.shop order by id')).toEqual([{ id: 1 }, { id: 2 }]);
  });

  test('of several services starting at once are applied by one of them', async () => {
    await write('0001_make.sql', 'create table public.shop (id integer); select pg_sleep(0.05)');
    const outcomes = await Promise.all([run(), run(), run()]);
    expect(outcomes.map((outcome) => outcome.applied.length).sort()).toEqual([0, 0, 1]);
  });

  test('leave nothing behind when one fails halfway, and keep those before it', async () => {
    await write('0001_make.sql', 'create table public.shop (id integer)');
    await write('0002_bad.sql', 'create table public.half (id integer); select nonsense');
    await expect(run()).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      message: 'Migration 0002_bad.sql failed: column "nonsense" does not exist',
    });
    expect(
      await db.query(`select to_regclass('public.half') as half, to_regclass('public.shop') is null as none`),
    ).toEqual([{ half: null, none: false }]);
    await write('0002_bad.sql', 'create table public.half (id integer)');
    expect(await run()).toEqual({ applied: ['0002_bad.sql'] });
  });

  test.each([
    ['changed after it was applied', '0001_make.sql', 'select 1 -- and more', /0001_make\.sql was changed/],
    ['badly named', '1_make.sql', 'select 1', /1_make\.sql is not named like/],
    ['of a number that is taken', '0001_other.sql', 'select 1', /Two migrations have the number 0001/],
  ])('refuse a file that is %s', async (_what, name, text, sentence) => {
    await write('0001_make.sql', 'select 1');
    await run();
    await write(name, text);
    await expect(run()).rejects.toMatchObject({ code: 'MIGRATION_FAILED', message: expect.stringMatching(sentence) });
  });

  test('refuse a database that a newer version has migrated', async () => {
    await write('0001_make.sql', 'select 1');
    await write('0002_later.sql', 'select 1');
    await run();
    await rm(join(directory, '0002_later.sql'));
    await expect(run()).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      message: 'The database was migrated by a newer version of uBot: it has 0002_later.sql.',
    });
  });

  test('say so when there is no server', async () => {
    await expect(migrate({ connectionString: 'postgres://nobody@127.0.0.1:1/none', directory })).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
    });
  });
});
