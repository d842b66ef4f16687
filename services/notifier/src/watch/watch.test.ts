import { createLogger } from '@ubot/service-kit';
import {
  createTestDatabase,
  createWebhookReceiver,
  fakeClock,
  type TestDatabase,
  type WebhookReceiver,
} from '@ubot/testing';
import { createOperatorNotices } from '@ubot/notify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createWorld, type World } from '../world.testing.ts';
import { step, type Phase } from './incident.ts';
import type { Observed } from './judge.ts';
import { createWatch, type Watch } from './watch.ts';
import type { ChannelKind } from '@ubot/contracts';

const START = Date.parse('2026-11-21T12:00:00Z');
const PATIENCE = { openAfterMs: 30_000, closeAfterMs: 60_000 };

describe('one look at one trouble', () => {
  const suspected: Phase = { state: 'suspected', badSinceMs: START, goodSinceMs: null };
  const open: Phase = { state: 'open', badSinceMs: START, goodSinceMs: null };
  const better: Phase = { state: 'open', badSinceMs: START, goodSinceMs: START + 100_000 };
  test.each<[string, Phase | null, boolean, number, string, boolean]>([
    ['nothing was and nothing is', null, false, 0, 'none', false],
    ['the first sign', null, true, 0, 'suspected', false],
    ['a sign that is gone', suspected, false, 1, 'dropped', false],
    ['a millisecond before it is told', suspected, true, 29_999, 'suspected', false],
    ['the millisecond that it is told', suspected, true, 30_000, 'open', true],
    ['it goes on', open, true, 90_000, 'open', false],
    ['it seems over', open, false, 100_000, 'open', false],
    ['a millisecond before its end is told', better, false, 159_999, 'open', false],
    ['the millisecond that its end is told', better, false, 160_000, 'ended', true],
    ['it comes back before that', better, true, 159_999, 'open', false],
  ])('%s', (_, phase, isBad, afterMs, to, tell) => {
    const next = step(phase, isBad, { patience: PATIENCE, nowMs: START + afterMs });
    expect(next.to).toBe(to);
    expect('tell' in next && next.tell).toBe(tell);
  });

  test('coming back, the trouble is as old as it was and its end is measured anew', () => {
    const next = step(better, true, { patience: PATIENCE, nowMs: START + 120_000 });
    expect(next).toEqual({ to: 'open', phase: { badSinceMs: START, goodSinceMs: null }, tell: false });
  });
});

describe('watching', () => {
  const clock = fakeClock(START);
  let database: TestDatabase;
  let world: World;
  let receiver: WebhookReceiver;
  let resting: ChannelKind[];
  let spending: Observed['spending'];

  beforeEach(async () => {
    clock.set(START);
    database = await createTestDatabase();
    world = await createWorld(database.url, clock.nowMs);
    receiver = await createWebhookReceiver();
    resting = [];
    spending = null;
  });
  afterEach(async () => {
    await Promise.all([receiver.close(), world.close()]);
    await database.close();
  });

  /** As after a restart: nothing is kept but what the database has. */
  const watch = (): Watch =>
    createWatch({
      db: world.db,
      lanes: { resting: () => resting },
      notices: createOperatorNotices({ webhookUrl: `${receiver.url}/operator`, email: null, timeoutMs: 2_000 }),
      limits: { sourceStaleMs: 600_000, queueAgeMs: 300_000, nothingDeliveredMs: 900_000, spendingPart: 0.8 },
      spending: async () => spending,
      nowMs: clock.nowMs,
      log: createLogger({ service: 'notifier', level: 'silent' }),
    });
  const told = (): string[] =>
    receiver.received().map(({ body }) => {
      const { what, kind, subject } = JSON.parse(body);
      return `${what} ${kind} ${subject}`.trim();
    });

  test('tells of a trouble once and of its end once, whatever is restarted in between', async () => {
    resting = ['sms'];
    expect(await watch().look()).toBe(true);
    clock.advance(30_000);
    expect(await watch().look()).toBe(false);
    for (let i = 0; i < 3; i += 1) {
      clock.advance(15_000);
      await watch().look();
    }
    expect(told()).toEqual(['opened circuit_open sms']);
    resting = [];
    await watch().look();
    clock.advance(59_999);
    await watch().look();
    expect(told()).toHaveLength(1);
    clock.advance(1);
    expect(await watch().look()).toBe(true);
    clock.advance(600_000);
    await watch().look();
    expect(told()).toEqual(['opened circuit_open sms', 'ended circuit_open sms']);
    const text = (JSON.parse(receiver.received()[1]?.body ?? '{}') as { text: string }).text;
    expect(text).toMatch(
      /^Over after 2 min: The provider of sms failed too often; .* It began at 2026-11-21 12:00 UTC\.$/,
    );
  });

  test("tells that everybody's money nears its cap at four fifths of it, and when a new month begins", async () => {
    spending = { spent: 15.99, cap: 20, currency: 'USD', period: 'month' };
    expect(await watch().look()).toBe(true);
    spending = { ...spending, spent: 16 };
    expect(await watch().look()).toBe(false);
    await watch().look();
    expect(told()).toEqual(['opened spending_near_cap']);
    const { text } = JSON.parse(receiver.received()[0]?.body ?? '{}') as { text: string };
    expect(text).toMatch(/^Messages have cost 16\.00 of the 20\.00 USD that this month allows\. /);
    spending = { ...spending, spent: 0 };
    await watch().look();
    clock.advance(60_000);
    expect(await watch().look()).toBe(true);
    expect(told()).toEqual(['opened spending_near_cap', 'ended spending_near_cap']);
  });

  test('does not tell of what flaps: a circuit that closes at its next try, a trouble that comes and goes', async () => {
    for (let i = 0; i < 10; i += 1) {
      resting = i % 2 === 0 ? ['sms'] : [];
      await watch().look();
      clock.advance(20_000);
    }
    expect(told()).toEqual([]);
    resting = ['sms'];
    await watch().look();
    clock.advance(30_000);
    await watch().look();
    for (let i = 0; i < 10; i += 1) {
      resting = i % 2 === 0 ? [] : ['sms'];
      clock.advance(20_000);
      await watch().look();
    }
    expect(told()).toEqual(['opened circuit_open sms']);
  });

  test('a notice that the operator did not get is told again later, and its end only after it', async () => {
    receiver.setDefault({ status: 503 });
    resting = ['sms'];
    await watch().look();
    clock.advance(30_000);
    await watch().look();
    resting = [];
    await watch().look();
    clock.advance(60_000);
    await watch().look();
    receiver.setDefault({});
    const before = receiver.received().length;
    clock.advance(600_000);
    await watch().look();
    expect(told().slice(before)).toEqual(['opened circuit_open sms', 'ended circuit_open sms']);
    const ids = receiver.received().map(({ headers }) => headers['x-ubot-id']);
    expect(new Set(ids.slice(0, -1)).size).toBe(1);
  });

  test('a notice of a process that died with it is told by the next once its lease has ended', async () => {
    resting = ['sms'];
    await watch().look();
    clock.advance(30_000);
    receiver.setDefault({ status: 503 });
    await watch().look();
    receiver.setDefault({});
    await world.db.query(`update ops.notices set state = 'sending', next_attempt_at = now(), lease_until = $1`, [
      new Date(clock.nowMs() + 30_000).toISOString(),
    ]);
    const before = receiver.received().length;
    await world.db.query(`update ops.notices set next_attempt_at = $1`, [new Date(START).toISOString()]);
    clock.advance(29_999);
    await watch().look();
    expect(receiver.received()).toHaveLength(before);
    clock.advance(1);
    await watch().look();
    expect(told().slice(before)).toEqual(['opened circuit_open sms']);
  });

  test('sees a queue that grows, and that nothing is delivered, in the ledger itself', async () => {
    const channelId = await world.addChannel({ kind: 'sms', to: '+14155550100' });
    await world.addAlert({ channelIds: [channelId] });
    await watch().look();
    clock.advance(300_001);
    await watch().look();
    clock.advance(15_000);
    await watch().look();
    expect(told()).toEqual(['opened queue_growing']);
    clock.advance(600_000);
    await watch().look();
    expect(told()).toEqual(['opened queue_growing', 'opened nothing_delivered']);
    // A hold on purpose is neither.
    await world.db.query(`update alert.notifications set next_attempt_at = $1, held_since = $2`, [
      new Date(clock.nowMs() + 3_600_000).toISOString(),
      new Date(clock.nowMs()).toISOString(),
    ]);
    await watch().look();
    clock.advance(120_000);
    expect(await watch().look()).toBe(true);
    expect(told().slice(2).toSorted()).toEqual(['ended nothing_delivered', 'ended queue_growing']);
  });
});
