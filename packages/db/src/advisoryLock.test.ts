import { createTestDatabase, waitFor } from '@ubot/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { holdAdvisoryLock, type AdvisoryLock } from './advisoryLock.ts';
import { createDatabase, type Database } from './database.ts';

const DEADLINE_MS = 10_000;

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
const locks: AdvisoryLock[] = [];
beforeEach(async () => {
  database = await createTestDatabase();
  db = createDatabase({ connectionString: database.url, applicationName: 'test', poolSize: 1 });
});
afterEach(async () => {
  await Promise.all(locks.splice(0).map((lock) => lock.close()));
  await db.close();
  await database.close();
});

function hold(name: string, seen: string[] = []): AdvisoryLock {
  const lock = holdAdvisoryLock({
    connectionString: database.url,
    name,
    retryMs: 20,
    onChange: (state) => seen.push(state),
  });
  locks.push(lock);
  return lock;
}
const until = (lock: AdvisoryLock, state: string) => waitFor(() => lock.state() === state, { deadlineMs: DEADLINE_MS });

test('one of two holds the lock; the other takes over when it is released', async () => {
  const first = hold('poller');
  await until(first, 'held');
  const seen: string[] = [];
  const second = hold('poller', seen);
  await until(second, 'other');
  await first.close();
  await until(second, 'held');
  expect(seen).toEqual(['other', 'held']);
});

test('locks of different names do not meet', async () => {
  const [one, two] = [hold('one'), hold('two')];
  await until(one, 'held');
  await until(two, 'held');
  expect(one.state()).toBe('held');
});

test('a cut connection loses the lock, and it is taken again', async () => {
  const seen: string[] = [];
  const lock = hold('poller', seen);
  await until(lock, 'held');
  await db.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'ubot-lock' and datname = current_database()`,
  );
  await waitFor(() => seen.length >= 3, { deadlineMs: DEADLINE_MS });
  expect(seen).toEqual(['held', 'away', 'held']);
});
