import { createTestDatabase, waitFor, type TestDatabase } from '@ubot/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createStorm, type Storm } from './storm.testing.ts';

const ALERTS = 2_000;

describe(`${ALERTS} alerts for 200 users, one provider away and one that answers after 30 s`, () => {
  let database: TestDatabase;
  let storm: Storm;

  beforeAll(async () => {
    database = await createTestDatabase();
    storm = await createStorm({
      databaseUrl: database.url,
      users: 200,
      slowSmsMs: 30_000,
      isTelegramAway: true,
      run: 'source',
      env: { UBOT_NOTIFIER_LEASE_MS: '20000', UBOT_NOTIFIER_GRACE_MS: '500' },
    });
    await storm.startNotifier();
  });
  afterAll(async () => {
    await storm.close();
    await database.close();
  });

  test('the healthy channels get theirs while the sick ones are sick', async () => {
    await storm.pour(ALERTS, 4_000);
    const healthy = await waitFor(
      async () => {
        const rows = (await storm.rows()).filter(({ kind }) => kind === 'webhook' || kind === 'discord');
        return rows.every(({ state }) => state === 'sent') ? rows : null;
      },
      { deadlineMs: 60_000, what: 'the healthy channels' },
    );
    expect(healthy).toHaveLength(ALERTS / 2);
    const sick = (await storm.rows()).filter(({ kind, state }) => kind === 'telegram' && state === 'sent');
    expect(sick).toEqual([]);
  });

  test('once they are well everything has arrived, each message once', async () => {
    await storm.heal();
    await waitFor(async () => (await storm.rows()).every(({ state }) => state === 'sent') || null, {
      deadlineMs: 150_000,
      what: 'everything to be sent',
    });
    const taken = storm.taken();
    expect(taken.size).toBe(ALERTS);
    expect([...taken.values()].filter((times) => times !== 1)).toEqual([]);
  });
});
