import {
  createTestDatabase,
  createWebhookReceiver,
  waitFor,
  type TestDatabase,
  type WebhookReceiver,
} from '@ubot/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStorm, type Storm } from '../storm.testing.ts';

let database: TestDatabase;
let operator: WebhookReceiver;
let deadman: WebhookReceiver;
let storm: Storm;

beforeAll(async () => {
  database = await createTestDatabase();
  operator = await createWebhookReceiver();
  deadman = await createWebhookReceiver();
  storm = await createStorm({
    databaseUrl: database.url,
    users: 4,
    slowSmsMs: 0,
    isTelegramAway: true,
    run: 'source',
    env: {
      UBOT_WATCH_EVERY_S: '1',
      UBOT_WATCH_NOTHING_DELIVERED_S: '3',
      UBOT_WATCH_WEBHOOK_URL: `${operator.url}/operator`,
      UBOT_DEADMAN_URL: `${deadman.url}/ping`,
      UBOT_DEADMAN_EVERY_S: '1',
    },
  });
});
afterAll(async () => {
  await storm.close();
  await Promise.all([operator.close(), deadman.close()]);
  await database.close();
});

const told = (): string[] =>
  operator.received().map(({ body }) => {
    const { what, kind } = JSON.parse(body) as { what: string; kind: string };
    return `${what} ${kind}`;
  });

test('an operator hears of a provider that is away once, also when the notifier is killed, and of the end; the pings stop meanwhile', async () => {
  const notifier = await storm.startNotifier();
  await waitFor(() => deadman.received().length >= 2, { deadlineMs: 20_000, what: 'pings while all is well' });
  expect(deadman.received()[0]).toMatchObject({ method: 'GET', path: '/ping' });
  await storm.pour(4, 1);
  await waitFor(() => told().includes('opened nothing_delivered'), {
    deadlineMs: 40_000,
    what: 'the operator to be told',
  });
  const gone = new Promise((resolve) => notifier.once('exit', resolve));
  notifier.kill('SIGKILL');
  await gone;
  const pings = deadman.received().length;
  await storm.startNotifier();
  await storm.heal();
  await waitFor(async () => (await storm.open(['telegram'])) === 0, { deadlineMs: 60_000, what: 'the message' });
  await waitFor(() => told().includes('ended nothing_delivered'), { deadlineMs: 120_000, what: 'the end to be told' });
  expect(told().filter((notice) => notice.endsWith('nothing_delivered'))).toEqual([
    'opened nothing_delivered',
    'ended nothing_delivered',
  ]);
  await waitFor(() => deadman.received().length > pings, { deadlineMs: 20_000, what: 'pings again' });
}, 240_000);
