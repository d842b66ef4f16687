import type { ChannelTarget } from '@ubot/contracts';
import {
  createStatementCounter,
  createTestDatabase,
  createTwilioServer,
  createWebhookReceiver,
  waitFor,
  type StatementCounter,
  type TestDatabase,
  type TwilioServer,
  type WebhookReceiver,
} from '@ubot/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Notifier } from './app.ts';
import { UNLIMITED_DELIVERY, type DeliverySettings } from './deliveryConfig.ts';
import { CONCURRENCY } from './lanes.ts';
import { testNotifier, twilioAt } from './notifier.testing.ts';
import { createWorld, SIGNING_SECRET, type World } from './world.testing.ts';

const SMS: ChannelTarget = { kind: 'sms', to: '+14155550100' };

let database: TestDatabase;
let world: World;
let twilio: TwilioServer;
let receiver: WebhookReceiver;
let running: Notifier[];
let statements: StatementCounter;

beforeEach(async () => {
  database = await createTestDatabase();
  world = await createWorld(database.url);
  twilio = await createTwilioServer({ callbacks: [] });
  receiver = await createWebhookReceiver({ secret: SIGNING_SECRET });
  running = [];
  statements = await createStatementCounter(database.url);
});
afterEach(async () => {
  await Promise.all(running.map((notifier) => notifier.close()));
  await Promise.all([twilio.close(), receiver.close(), world.close(), statements.close()]);
  await database.close();
});

async function start(changes: Partial<DeliverySettings> = {}): Promise<void> {
  const notifier = testNotifier(statements.url, {
    publicUrl: null,
    twilio: twilioAt(twilio),
    delivery: { ...UNLIMITED_DELIVERY, ...changes },
    graceMs: 200,
  });
  running.push(notifier);
  await notifier.listen();
}

/** One alert after the other for a user, to one channel of his. */
async function queue(count: number, target: ChannelTarget, userId: string): Promise<string[]> {
  const channelId = await world.addChannel(target, { userId });
  const ids: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const { notificationIds } = await world.addAlert({ channelIds: [channelId], userId });
    ids.push(...notificationIds);
  }
  return ids;
}

const states = async (): Promise<string[]> => (await world.rows()).map(({ state }) => state);
const allSent = (): Promise<boolean> =>
  waitFor(async () => (await states()).every((state) => state === 'sent') || null, {
    deadlineMs: 60_000,
    what: 'everything to be sent',
  });

describe('users take turns', () => {
  test("one user's hundreds of messages delay another's single one by a few sends only", async () => {
    receiver.setDefault({ delayMs: 20 });
    await queue(300, { kind: 'webhook', url: `${receiver.url}/crowd` }, world.userId);
    await start({ concurrency: { ...CONCURRENCY, webhook: 4 } });
    await waitFor(() => receiver.received().length >= 20);
    await queue(1, { kind: 'webhook', url: `${receiver.url}/single` }, await world.addUser());
    const receivedBefore = receiver.received().length;
    const place = await waitFor(() => {
      const found = receiver.received().findIndex(({ path }) => path === '/single');
      return found === -1 ? null : found;
    });
    // Those under way, and its neighbour's of the next turns.
    expect(place - receivedBefore).toBeLessThanOrEqual(8);
    expect(place).toBeLessThan(290);
    await allSent();
    expect(receiver.received()).toHaveLength(301);
  });

  test('of many users each gets one before any gets two', async () => {
    const users = [world.userId, await world.addUser(), await world.addUser()];
    for (const [index, userId] of users.entries()) {
      await queue(5, { kind: 'webhook', url: `${receiver.url}/${index}` }, userId);
    }
    await start({ concurrency: { ...CONCURRENCY, webhook: 1 } });
    await allSent();
    const paths = receiver.received().map(({ path }) => path);
    const rounds = Array.from({ length: 5 }, (_, round) => paths.slice(round * 3, round * 3 + 3).toSorted());
    expect(rounds).toEqual(Array.from({ length: 5 }, () => ['/0', '/1', '/2']));
  });
});

describe('a rate', () => {
  test('of a sender is kept, and whoever waits for it asks the database for nothing meanwhile', async () => {
    await queue(7, SMS, world.userId);
    await start({ rates: { senders: { sms: { perSecond: 2, burst: 1 } }, targets: {} } });
    await waitFor(() => twilio.messages().length >= 2);
    statements.take();
    await waitFor(() => twilio.messages().length >= 6);
    // A look for what is due, users, claim, record for each of four; a loop that did not wait would make hundreds.
    expect(statements.take().length).toBeLessThan(80);
    await allSent();
    const rows = await world.db.query<{ at: Date }>(
      'select first_attempt_at as at from alert.notifications order by 1',
    );
    const gaps = rows.slice(1).map(({ at }, index) => at.getTime() - (rows[index]?.at.getTime() ?? 0));
    expect(gaps).toHaveLength(6);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(499);
    expect(twilio.messages()).toHaveLength(7);
  });

  test('of a target gives each message a time of its own, and lets other targets pass', async () => {
    await queue(4, { kind: 'webhook', url: `${receiver.url}/full` }, world.userId);
    const other = await createWebhookReceiver();
    await queue(1, { kind: 'webhook', url: other.url }, world.userId);
    await start({ rates: { senders: {}, targets: { webhook: { perSecond: 2, burst: 1 } } } });
    const waiting = await waitFor(async () => {
      const rows = (await world.rows()).filter(({ error_code }) => error_code === 'rate_limited');
      return rows.length === 3 ? rows : null;
    });
    const [first, second, third] = waiting.map(({ next_attempt_at }) => next_attempt_at.getTime()).toSorted();
    expect([(second ?? 0) - (first ?? 0), (third ?? 0) - (second ?? 0)]).toEqual([500, 500]);
    await waitFor(() => other.received().length === 1);
    await allSent();
    await other.close();
    const paths = receiver.received().map(({ path }) => path);
    expect(paths.filter((path) => path === '/full')).toHaveLength(4);
    expect((await world.rows()).every(({ attempts }) => attempts === 1)).toBe(true);
  });
});

test('a message goes out over the kind that its channel has by then', async () => {
  const [id = ''] = await queue(1, SMS, world.userId);
  await world.db.query(`update account.channels set kind = 'webhook', target = $1, signing_secret = $2`, [
    JSON.stringify({ kind: 'webhook', url: `${receiver.url}/moved` }),
    SIGNING_SECRET,
  ]);
  await start();
  await allSent();
  expect(receiver.received().map(({ path }) => path)).toEqual(['/moved']);
  expect(await world.row(id)).toMatchObject({ provider: 'webhook', attempts: 1 });
});
