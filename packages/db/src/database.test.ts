import { createTestDatabase, waitFor } from '@ubot/testing';
import { integer, pgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { epochMs } from './columns.ts';
import { createDatabase, withTransaction, type Database } from './database.ts';
import { isDatabaseUnavailable, sqlState } from './errors.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ connectionString: database.url, applicationName: 'test', poolSize: 2 });
  await db.query('create table shelf (id integer primary key, at timestamptz)');
});
afterAll(async () => {
  await db.close();
  await database.close();
});

const shelf = pgTable('shelf', { id: integer('id'), atMs: epochMs('at') });
const ids = async (): Promise<number[]> =>
  (await db.query<{ id: number }>('select id from shelf order by id')).map(({ id }) => id);
const CUT = 'select pg_terminate_backend(pg_backend_pid())';

describe('a transaction', () => {
  test('is kept when the work returns, plain SQL and Drizzle alike', async () => {
    const atMs = Date.UTC(2026, 5, 1) + 123;
    await withTransaction(db, async (tx) => {
      await tx.query('insert into shelf values ($1)', [1]);
      await tx.orm.insert(shelf).values({ id: 2, atMs });
    });
    expect(await ids()).toEqual([1, 2]);
    const rows = await db.orm.select({ atMs: shelf.atMs }).from(shelf).orderBy(shelf.id);
    expect(rows).toEqual([{ atMs: null }, { atMs }]);
  });

  test('leaves nothing when the work throws, and throws the same', async () => {
    const mind = new Error('changed our mind');
    await expect(
      withTransaction(db, async (tx) => {
        await tx.query('insert into shelf values (3)');
        await tx.orm.insert(shelf).values({ id: 4 });
        throw mind;
      }),
    ).rejects.toBe(mind);
    expect(await ids()).toEqual([1, 2]);
  });

  test('whose connection is cut says DATABASE_UNAVAILABLE, and the next one works', async () => {
    await expect(
      withTransaction(db, async (tx) => {
        await tx.query('insert into shelf values (5)');
        await tx.query(CUT);
      }),
    ).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await withTransaction(db, (tx) => tx.query('insert into shelf values (6)'));
    expect(await ids()).toEqual([1, 2, 6]);
  });

  test('that is cut before its commit has not taken place; in it, nobody knows', async () => {
    await db.query(
      `create function slowly() returns trigger language plpgsql as $$ begin perform pg_sleep(20); return null; end $$`,
    );
    await db.query('create table slow (id integer)');
    await db.query(
      'create constraint trigger slow after insert on slow deferrable initially deferred for each row execute function slowly()',
    );
    const thrown = (work: Promise<unknown>) => work.catch((error: unknown) => error);
    expect(await thrown(withTransaction(db, (tx) => tx.query(CUT)))).toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      outcomeUnknown: false,
    });
    const committing = thrown(withTransaction(db, (tx) => tx.query('insert into slow values (1)')));
    await waitFor(async () => {
      const cut = `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and query = 'commit' and state = 'active'`;
      return (await db.query(cut)).length > 0;
    });
    expect(await committing).toMatchObject({ code: 'DATABASE_UNAVAILABLE', outcomeUnknown: true });
  });

  test('leaves the connection usable after SQL that was refused', async () => {
    const refused = await withTransaction(db, (tx) => tx.query('insert into shelf values (1)')).catch(
      (error: unknown) => error,
    );
    expect(sqlState(refused)).toBe('23505');
    expect(isDatabaseUnavailable(refused)).toBe(false);
    expect(await ids()).toEqual([1, 2, 6]);
  });

  test('undoes a COPY that was broken off', async () => {
    function* chunks(): Generator<Buffer> {
      yield Buffer.from('7\n');
      throw new Error('no more');
    }
    await expect(withTransaction(db, (tx) => tx.copyFrom('copy shelf (id) from stdin', chunks()))).rejects.toThrow(
      'no more',
    );
    expect(await ids()).toEqual([1, 2, 6]);
  });

  test('counts the rows of a COPY', async () => {
    const rowCount = await withTransaction(db, (tx) =>
      tx.copyFrom('copy shelf (id) from stdin', [Buffer.from('7\n'), Buffer.from('8\n')]),
    );
    expect(rowCount).toBe(2);
    expect(await ids()).toEqual([1, 2, 6, 7, 8]);
  });
});

test('no server: DATABASE_UNAVAILABLE from a query, and recognised through Drizzle', async () => {
  const away = createDatabase({
    connectionString: 'postgres://nobody@127.0.0.1:1/none',
    applicationName: 'test',
    poolSize: 1,
  });
  await expect(away.query('select 1')).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  const throughDrizzle = await away.orm
    .select()
    .from(shelf)
    .catch((error: unknown) => error);
  expect(isDatabaseUnavailable(throughDrizzle)).toBe(true);
  await away.close();
});
