import type { Delivery } from '@ubot/db';
import { createTestDatabase, createTwilioServer, type TestDatabase, type TwilioServer } from '@ubot/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Notifier } from './app.ts';
import { callAgainAt, type CallAgain } from './callAgain.ts';
import { PUBLIC_URL, testNotifier, twilioAt, withoutWaits } from './notifier.testing.ts';
import { createWorld, type World } from './world.testing.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const MINUTE = 60_000;
const RULES: CallAgain = { retries: 2, waitMs: 3 * MINUTE };
const NUMBER = '+14155550177';

const call: Delivery = {
  state: 'sent',
  provider: 'twilio-voice',
  providerMessageId: 'CA1',
  providerStatus: 'ringing',
  earlierMessageIds: [],
  target: { kind: 'voice', to: NUMBER },
  options: {},
  sentAs: null,
  triggeredAtMs: NOW,
  heldMs: 0,
  maxAgeMs: 15 * MINUTE,
  acknowledgedAtMs: null,
};
const next = (changes: Partial<Delivery>, status = 'busy', errorCode: number | null = null) =>
  callAgainAt({ ...call, ...changes }, { messageSid: 'CA1', status, errorCode }, { ...RULES, nowMs: NOW });

describe('whether a call is made again', () => {
  test.each<[string, Partial<Delivery>, string, number | null, number | null]>([
    ['that was busy', {}, 'busy', null, 2],
    ['that nobody took', {}, 'no-answer', null, 2],
    ['that failed for now', {}, 'failed', null, 2],
    ['to a telephone that is switched off', {}, 'failed', 30_003, 2],
    ['to a number that is none', {}, 'failed', 13_224, null],
    ['that was called off', {}, 'canceled', null, null],
    ['that was taken', {}, 'completed', null, null],
    ['that was taken and then broke off', { providerStatus: 'in-progress' }, 'failed', null, null],
    ['for the second time', { earlierMessageIds: ['CA0'] }, 'busy', null, 3],
    ['for the third time', { earlierMessageIds: ['CA', 'CA0'] }, 'busy', null, null],
    ['about what was seen meanwhile', { acknowledgedAtMs: NOW - 1 }, 'busy', null, null],
    ['of a channel that is gone', { target: null }, 'busy', null, null],
    ['that is none', { target: { kind: 'sms', to: NUMBER } }, 'failed', null, null],
    ['whose alert is wanted until then', { triggeredAtMs: NOW - 12 * MINUTE }, 'busy', null, 2],
    ['whose alert is too old by then', { triggeredAtMs: NOW - 12 * MINUTE - 1 }, 'busy', null, null],
    ['that was held back', { triggeredAtMs: NOW - 20 * MINUTE, heldMs: 8 * MINUTE }, 'busy', null, 2],
    [
      'of a strategy that is gone, by the default',
      { triggeredAtMs: NOW - 13 * MINUTE, maxAgeMs: null },
      'busy',
      null,
      null,
    ],
  ])('one %s', (_name, changes, status, errorCode, expected) => {
    const atMs = NOW + RULES.waitMs;
    expect(next(changes, status, errorCode)).toEqual(expected === null ? null : { atMs, call: expected });
  });

  test('never, where the operator wants none', () => {
    const word = { messageSid: 'CA1', status: 'busy', errorCode: null };
    expect(callAgainAt(call, word, { retries: 0, waitMs: 0, nowMs: NOW })).toBeNull();
  });
});

describe('a call that nobody took', () => {
  let database: TestDatabase;
  let world: World;
  let twilio: TwilioServer;
  let notifier: Notifier;
  let url: string;

  beforeEach(async () => {
    database = await createTestDatabase();
    world = await createWorld(database.url);
    twilio = await createTwilioServer();
    notifier = testNotifier(
      database.url,
      {
        twilio: twilioAt(twilio, { from: null, voiceFrom: '+15005550006' }),
        leaseMs: 60_000,
        graceMs: 100,
        callAgain: { retries: 2, waitMs: 400 },
      },
      { random: withoutWaits },
    );
    url = (await notifier.listen()).url;
  });
  afterEach(async () => {
    await notifier.close();
    await Promise.all([twilio.close(), world.close()]);
    await database.close();
  });

  const queue = async (to = NUMBER): Promise<{ id: string; alertId: string }> => {
    const channelId = await world.addChannel({ kind: 'voice', to });
    const added = await world.addAlert({ channelIds: [channelId], triggeredAtMs: Date.now() });
    return { id: added.notificationIds[0] ?? '', alertId: added.id };
  };
  const report = async (index: number, status: string): Promise<void> => {
    const { sid, statusCallback } = twilio.calls()[index]!;
    const at = (statusCallback ?? '').replace(PUBLIC_URL, url);
    expect(await twilio.reportCall({ sid, status, at })).toBe(204);
  };

  test('is made again twice, counts once, and has failed when nobody took the last one either', async () => {
    await world.db.query(`update account.users set settings = settings || '{"caps": {"messagesPerDay": 1}}'`);
    const { id } = await queue();
    for (const index of [0, 1]) {
      await world.inState(id, 'sent');
      await report(index, 'ringing');
      await report(index, 'no-answer');
      expect(await world.row(id)).toMatchObject({
        state: 'queued',
        attempts: index + 1,
        error_code: 'call_again',
        error_detail: expect.stringMatching(
          new RegExp(`^Twilio reports the call as no-answer\\..* Call ${index + 2} of 3 follows\\.$`),
        ),
      });
      // Told twice, or late, it makes no further call.
      await report(index, 'no-answer');
      await report(index, 'ringing');
    }
    await world.inState(id, 'sent');
    await report(2, 'busy');
    expect(await world.row(id)).toMatchObject({
      state: 'failed',
      attempts: 3,
      error_code: 'CHANNEL_REFUSED',
      error_detail: 'Twilio reports the call as busy. It was call 3; nobody took any.',
    });
    expect(new Set(twilio.calls().map(({ sid }) => sid)).size).toBe(3);
    expect(new Set(twilio.calls().map(({ twiml }) => twiml)).size).toBe(1);
    const [count] = await world.db.query('select messages from alert.message_counts where owner = $1', [world.userId]);
    expect(count).toEqual({ messages: 1 });
  });

  test('is not made again once somebody has taken it', async () => {
    const { id } = await queue();
    await world.inState(id, 'sent');
    await report(0, 'busy');
    await world.inState(id, 'sent');
    await report(1, 'in-progress');
    await report(1, 'completed');
    expect(await world.row(id)).toMatchObject({ state: 'delivered', attempts: 2, error_code: null });
    // What is told of the first one no longer counts.
    await report(0, 'no-answer');
    expect(await world.row(id)).toMatchObject({ state: 'delivered', attempts: 2 });
    expect(twilio.calls()).toHaveLength(2);
  });

  test('is not made again for an alert that was acknowledged meanwhile', async () => {
    const { id, alertId } = await queue();
    await world.inState(id, 'sent');
    await report(0, 'busy');
    await world.db.query('update alert.alerts set acknowledged_at = now() where id = $1', [alertId]);
    expect(await world.inState(id, 'not_sent')).toMatchObject({ error_code: 'acknowledged', attempts: 1 });
    expect(twilio.calls()).toHaveLength(1);
  });

  test('pauses the channel where the number cannot be called at all', async () => {
    const { id } = await queue();
    await world.inState(id, 'sent');
    const { statusCallback, sid } = twilio.calls()[0]!;
    const at = (statusCallback ?? '').replace(PUBLIC_URL, url);
    await twilio.reportCall({ sid, status: 'failed', errorCode: 13_224, at });
    expect(await world.row(id)).toMatchObject({ state: 'failed', attempts: 1 });
    const pauses = await world.db.query('select reason from alert.channel_pauses');
    expect(pauses).toEqual([{ reason: 'unreachable' }]);
  });

  test('and whose next call is of unknown fate is found among its own and others, and not made a third time', async () => {
    const { id } = await queue();
    await world.inState(id, 'sent');
    const other = await queue();
    await world.inState(other.id, 'sent');
    twilio.script({ answer: 'cut', accept: true });
    await report(0, 'busy');
    // The other one has ended in vain too, and waits: its call is known to be about something else.
    await world.inState(id, 'queued');
    await world.db.query(
      `update alert.notifications set state = 'queued', next_attempt_at = now() + interval '1 hour',
         earlier_message_ids = array[provider_message_id], provider_message_id = null where id = $1`,
      [other.id],
    );
    expect(await world.inState(id, 'sent')).toMatchObject({ provider_message_id: twilio.calls()[2]?.sid, attempts: 2 });
    expect(twilio.calls()).toHaveLength(3);
  });
});
