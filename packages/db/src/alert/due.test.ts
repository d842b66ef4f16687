import { createTestDatabase, type TestDatabase } from '@ubot/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, withTransaction, type Database } from '../database.ts';
import { readDueTimes, readDueUsers } from './due.ts';
import { lockDueNotifications } from './notifications.ts';

const NOW_MS = Date.parse('2026-11-21T12:00:00Z');
const USERS = 300;
const CROWD = 12_000;
const userOf = (index: number): string => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

let testDatabase: TestDatabase;
let db: Database;

/** `count` queued notifications of a user, due one ms after the other from `dueMs` on. */
async function queue(options: { user: number; lane: string | null; count: number; dueMs: number }): Promise<void> {
  const { user, lane, count, dueMs } = options;
  await db.query(
    `with made as (
       insert into alert.alerts (id, user_id, strategy_id, strategy_version_id, coin_id, triggered_at, body, created_at)
       select gen_random_uuid(), $1, gen_random_uuid(), gen_random_uuid(), 1, now(), '{}', now()
       from generate_series(1, $3::int) returning id
     )
     insert into alert.notifications
       (id, alert_id, user_id, channel_id, lane, state, next_attempt_at, queued_at, updated_at)
     select gen_random_uuid(), id, $1, gen_random_uuid(), $2, 'queued',
       $4::timestamptz + row_number() over () * interval '1 millisecond', now(), now() from made`,
    [userOf(user), lane, count, new Date(dueMs).toISOString()],
  );
}

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  db = createDatabase({ connectionString: testDatabase.url, applicationName: 'due-test', poolSize: 2 });
  await queue({ user: 7, lane: 'sms', count: CROWD, dueMs: NOW_MS - 3_600_000 });
  for (let user = 10; user < 10 + USERS; user += 1) {
    await queue({ user, lane: 'sms', count: 1, dueMs: NOW_MS - 1_000 });
    await queue({ user, lane: 'webhook', count: 1, dueMs: NOW_MS + (user === 10 ? -1 : 59_999) });
  }
  await queue({ user: 9, lane: null, count: 1, dueMs: NOW_MS - 1 });
  await db.query('analyze alert.notifications');
});
afterAll(async () => {
  await db.close();
  await testDatabase.close();
});

const users = async (lane: string | null, after: string | null = null): Promise<string[]> =>
  (await readDueUsers(db, { lane, after, nowMs: NOW_MS })).userIds.toSorted();

describe('users with something due', () => {
  test('are all found behind one who has more than is looked through', async () => {
    const all = Array.from({ length: USERS }, (_, index) => userOf(index + 10));
    expect(await users('sms')).toEqual([userOf(7), ...all]);
  });

  test('are those whose time has come, to the millisecond', async () => {
    expect(await users('webhook')).toEqual([userOf(10)]);
    expect(await users(null)).toEqual([userOf(9)]);
    expect(await users('slack')).toEqual([]);
  });

  test('can be asked for from one on', async () => {
    expect(await users('sms', userOf(300))).toEqual(Array.from({ length: 9 }, (_, index) => userOf(301 + index)));
  });

  test('are found by the index alone, however much waits', async () => {
    const plans = await Promise.all(
      [
        "attempts >= 0 and lane = 'webhook' and next_attempt_at <= now() order by next_attempt_at",
        "lane = 'sms' and user_id > $1 order by user_id, next_attempt_at",
      ].map((rest) =>
        db.query<{ 'QUERY PLAN': string }>(
          `explain select user_id from alert.notifications n
             where n.state = 'queued' and (n.digest_id is null or n.digest_id = n.id) and ${rest} limit 1`,
          rest.includes('$1') ? [userOf(1)] : [],
        ),
      ),
    );
    const texts = plans.map((rows) => rows.map((row) => row['QUERY PLAN']).join('\n'));
    expect(texts[0]).toContain('notifications_lane_due');
    expect(texts[1]).toContain('notifications_lane_user');
  });
});

test('the next times are told lane by lane, with the end of the first lease', async () => {
  await db.query(
    `update alert.notifications set state = 'sending', lease_until = $2 where user_id = $1 and lane = 'sms'`,
    [userOf(11), new Date(NOW_MS + 5_000).toISOString()],
  );
  const due = await readDueTimes(db, ['sms', 'webhook', 'slack']);
  expect([...due.lanes]).toEqual([
    ['sms', NOW_MS - 3_600_000 + 1],
    ['webhook', NOW_MS],
    [null, NOW_MS],
  ]);
  expect(due).toMatchObject({ leaseMs: NOW_MS + 5_000, lookUpMs: null });
});

describe('a storm after quiet hours, whose statistics say that nothing is ever queued', () => {
  const USERS_OF_STORM = 600;
  const FIRST = 5_000;

  beforeAll(async () => {
    await db.query('truncate alert.alerts cascade');
    await queue({ user: 1, lane: 'discord', count: 2_000, dueMs: NOW_MS });
    await db.query("update alert.notifications set state = 'sent', sent_at = now()");
    await db.query('vacuum analyze alert.notifications');
    for (let user = FIRST; user < FIRST + USERS_OF_STORM; user += 1) {
      await queue({ user, lane: 'discord', count: 2, dueMs: NOW_MS - 1_000 });
    }
  });

  /** Index entries that have been looked at so far, of all indexes of the ledger. */
  const entriesRead = async (): Promise<number> => {
    const [row] = await db.query<{ entries: string }>(
      "select sum(idx_tup_read) as entries from pg_stat_user_indexes where relname = 'notifications'",
    );
    return Number(row?.entries);
  };

  test('is claimed by looking at a few entries for each user, not at all that wait', async () => {
    const before = await entriesRead();
    const userIds = Array.from({ length: 64 }, (_, index) => userOf(FIRST + index));
    const claimed = await withTransaction(db, async (tx) => {
      const rows = await lockDueNotifications(tx, { lane: 'discord', userIds, perUser: 1, nowMs: NOW_MS });
      await tx.query('select pg_stat_force_next_flush()');
      return rows;
    });
    expect(new Set(claimed.map(({ userId }) => userId))).toEqual(new Set(userIds));
    expect((await entriesRead()) - before).toBeLessThan(64 * 10);
  });

  test('tells its next times by looking at one entry', async () => {
    const before = await entriesRead();
    await withTransaction(db, async (tx) => {
      expect((await readDueTimes(tx, ['discord', 'sms'])).lanes.get('discord')).toBe(NOW_MS - 999);
      await tx.query('select pg_stat_force_next_flush()');
    });
    expect((await entriesRead()) - before).toBeLessThan(10);
  });
});
