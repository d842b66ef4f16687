import { OUTCOME_UNKNOWN_HEADER, type ChannelTarget } from '@ubot/contracts';
import { createTwilioServer, createWebhookReceiver, type TwilioServer, type WebhookReceiver } from '@ubot/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { twilioAt } from './notifier.testing.ts';
import { startServed, type Served } from './served.testing.ts';

const START_MS = Date.UTC(2026, 10, 21, 12);
const SMS: ChannelTarget = { kind: 'sms', to: '+14155550100' };
const TEXT = 'Test message of uBot: alerts arrive here, on "mine". Nothing has fired.';
/** A quarter of the lease; as long as a provider that hangs is waited for. */
const DRIVER_LIMIT_MS = 3_000;

let twilio: TwilioServer;
let receiver: WebhookReceiver;
let served: Served;
beforeAll(async () => {
  receiver = await createWebhookReceiver();
});
afterAll(() => receiver.close());
beforeEach(async () => {
  twilio = await createTwilioServer({ callbacks: [] });
  served = await startServed(START_MS, { twilio: twilioAt(twilio), leaseMs: 4 * DRIVER_LIMIT_MS });
});
afterEach(async () => {
  await served.close();
  await twilio.close();
});

const testOf = (channelId: string) => served.call('POST', `/channels/${channelId}/test`);

describe('a test message', () => {
  test('goes as an alert goes, says that it is none, and is in the audit log and not in the ledger', async () => {
    const channelId = await served.world.addChannel(SMS);
    expect(await testOf(channelId)).toEqual({
      status: 200,
      body: { text: TEXT, providerStatus: 'queued', segments: 1 },
    });
    // Nothing in the ledger could take a report.
    expect(twilio.messages()).toMatchObject([{ to: SMS.to, from: '+15005550006', body: TEXT, statusCallback: null }]);
    expect(await served.audited()).toMatchObject([{ action: 'channel.test', subject_id: channelId }]);
    expect(await served.world.rows()).toEqual([]);
  });

  test('is signed for a webhook like an alert, and is of a type of its own, so that no program takes it for one', async () => {
    const channelId = await served.world.addChannel({ kind: 'webhook', url: `${receiver.url}/hook` });
    expect((await testOf(channelId)).status).toBe(200);
    const [request] = receiver.received();
    expect(request?.headers).toHaveProperty('x-ubot-signature');
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      type: 'test',
      text: TEXT,
      alert: { strategyName: 'Test message', source: 'example' },
    });
  });

  test('is answered with what the provider says against it', async () => {
    const channelId = await served.world.addChannel(SMS);
    twilio.script({ answer: { code: 21_211, http: 400 } });
    expect(await testOf(channelId)).toMatchObject({ status: 502, body: { code: 'CHANNEL_REFUSED' } });
    twilio.script({ answer: 'hang' });
    const hung = await served.ask('POST', `/channels/${channelId}/test`);
    expect(hung.status).toBe(502);
    expect(await hung.json()).toMatchObject({ code: 'CHANNEL_OUTCOME_UNKNOWN' });
    // By this the gateway does not send it once more under the same idempotency key.
    expect(hung.headers.get(OUTCOME_UNKNOWN_HEADER)).toBe('true');
  });

  test('counts against the caps before it goes, and does not pass them', async () => {
    await served.world.db.query('update account.users set settings = $2 where id = $1', [
      served.world.userId,
      JSON.stringify({ caps: { messagesPerDay: 2 } }),
    ]);
    const channelId = await served.world.addChannel(SMS);
    const statuses = [];
    for (let time = 0; time < 3; time += 1) statuses.push((await testOf(channelId)).status);
    expect(statuses).toEqual([200, 200, 409]);
    expect((await testOf(channelId)).body).toMatchObject({ code: 'OVER_CAP' });
    expect(twilio.messages()).toHaveLength(2);
  });

  test('goes to a channel that is paused because nothing got there, and not to one that wrote STOP', async () => {
    const channelId = await served.world.addChannel(SMS);
    await served.world.db.query(
      `insert into alert.channel_pauses (channel_id, user_id, target, reason, detail, paused_at)
       values ($1, $2, $3, 'unreachable', 'Nobody has this number.', now())`,
      [channelId, served.world.userId, JSON.stringify(SMS)],
    );
    expect((await testOf(channelId)).status).toBe(200);
    await served.world.db.query(
      'insert into alert.phone_numbers (number, opted_out_at, updated_at) values ($1, now(), now())',
      [SMS.to],
    );
    expect((await testOf(channelId)).body).toMatchObject({ code: 'CHANNEL_OPTED_OUT' });
    expect(twilio.messages()).toHaveLength(1);
  });

  test.each<[string, ChannelTarget, boolean, number, string]>([
    ['not shown to be its user’s', SMS, false, 422, 'CHANNEL_UNVERIFIED'],
    ['of a kind that is not set up', { kind: 'email', to: 'ada@example.org' }, true, 422, 'CHANNEL_NOT_CONFIGURED'],
  ])('does not go to a channel that is %s', async (_name, target, verified, status, code) => {
    const channelId = await served.world.addChannel(target, { verified });
    expect(await testOf(channelId)).toMatchObject({ status, body: { code } });
    expect(twilio.messages()).toEqual([]);
  });

  test('does not go to a channel of somebody else, nor for somebody who is not signed in', async () => {
    const channelId = await served.world.addChannel(SMS, { userId: await served.world.addUser() });
    expect(await testOf(channelId)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    const anonymous = await fetch(`${served.url}/channels/${channelId}/test`, { method: 'POST' });
    expect(anonymous.status).toBe(401);
  });
});
