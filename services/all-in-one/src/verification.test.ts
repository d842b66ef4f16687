import type { AlertPage, Channel, ChannelCreated, DecisionAnswer } from '@ubot/contracts';
import { createTwilioServer, createWebhookReceiver, waitFor, type TwilioServer } from '@ubot/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { STRATEGY } from './apiExamples.testing.ts';
import { startWholeUbot, type WholeUbot } from './wholeUbot.testing.ts';

/** Channels shown to be their user's, over all services, with a local Twilio and a webhook receiver. */
let ubot: WholeUbot;
let twilio: TwilioServer;
beforeAll(async () => {
  twilio = await createTwilioServer({ callbacks: [] });
  ubot = await startWholeUbot({
    env: {
      TWILIO_ACCOUNT_SID: twilio.accountSid,
      TWILIO_AUTH_TOKEN: twilio.authToken,
      TWILIO_BASE_URL: twilio.url,
      TWILIO_FROM: '+15005550006',
      TWILIO_SMS_PER_SECOND: '1000',
      TWILIO_WHATSAPP_FROM: '+14155238886',
      TWILIO_WHATSAPP_CONTENT_SID: 'HX1',
      UBOT_DIGEST_WAIT_MS: '0',
      UBOT_DIGEST_INTERVAL_MS: '0',
    },
  });
}, 90_000);
afterAll(async () => {
  await ubot?.close();
  await twilio?.close();
});

const post = (path: string, body?: unknown) => ubot.call('POST', `/api/v1${path}`, body === undefined ? {} : { body });
const made = async (target: object) => (await post('/channels', { name: 'Mine', target })).body as ChannelCreated;
/** A strategy that fires every second, and the deliveries of its alerts, newest first. */
async function firing(channelId: string) {
  const strategy = { ...STRATEGY, trigger: { on: 'snapshot', fires: 'while_true' }, channelIds: [channelId] };
  const { id: strategyId } = (await post('/strategies', strategy)).body as { id: string };
  const states = async () => {
    const { alerts } = (await ubot.call('GET', `/api/v1/alerts?strategyId=${strategyId}`)).body as AlertPage;
    return alerts.flatMap(({ notifications }) => notifications);
  };
  return { strategyId, states };
}
const codeIn = (text: string | undefined) => /^\d{6}/.exec(text ?? '')?.[0] ?? '';

describe('a phone', () => {
  test('gets no alert before its code has come back, and "why no alert?" says so; then it gets them', async () => {
    const { id: channelId } = await made({ kind: 'sms', to: '+33612345678' });
    const { strategyId, states } = await firing(channelId);
    const first = await waitFor(async () => (await states()).findLast(({ state }) => state !== 'queued'), {
      deadlineMs: 20_000,
    });
    expect(first).toMatchObject({ state: 'not_sent', errorCode: 'CHANNEL_UNVERIFIED' });
    const decision = await ubot.call('GET', `/api/v1/decisions?strategyId=${strategyId}&coinId=1`);
    expect((decision.body as DecisionAnswer).channelProblems).toEqual([
      {
        channelId,
        code: 'CHANNEL_UNVERIFIED',
        sentence: '"Mine" has not been verified, so no alert goes there.',
      },
    ]);
    expect(twilio.messages()).toEqual([]);

    const sent = await post(`/channels/${channelId}/verification`);
    expect(sent).toMatchObject({ status: 200, body: { verified: false, sendsLeft: 4 } });
    const [letter] = twilio.messages();
    expect(letter).toMatchObject({ to: '+33612345678', from: '+15005550006' });
    expect(letter?.body).toMatch(/^\d{6} is your uBot code\. /);
    const checked = await post(`/channels/${channelId}/verification/check`, { code: codeIn(letter?.body) });
    expect(checked).toMatchObject({ status: 200, body: { id: channelId, verified: true } });
    await waitFor(async () => (await states()).some(({ state }) => state === 'sent'), { deadlineMs: 20_000 });
    await ubot.call('DELETE', `/api/v1/strategies/${strategyId}`);
  }, 60_000);

  test('on WhatsApp gets its code in the approved template', async () => {
    const { id } = await made({ kind: 'whatsapp', to: '+33612345679' });
    expect((await post(`/channels/${id}/verification`)).status).toBe(200);
    const letter = twilio.messages().findLast(({ to }) => to === 'whatsapp:+33612345679');
    const code = codeIn(letter?.body.replace(/^.*?(\d{6} is your)/s, '$1'));
    expect((await post(`/channels/${id}/verification/check`, { code })).body).toMatchObject({ verified: true });
  });

  test('that is paused since nothing gets to it gets the next alert once its user resumes it', async () => {
    const to = '+33612345681';
    const { id } = await made({ kind: 'sms', to });
    await post(`/channels/${id}/verification`);
    const isTo = (message: { to: string }): boolean => message.to === to;
    await post(`/channels/${id}/verification/check`, { code: codeIn(twilio.messages().find(isTo)?.body) });
    twilio.script({ answer: { code: 21_614 } });
    const { strategyId, states } = await firing(id);
    const hasEnded = async (code: string) =>
      waitFor(async () => (await states()).find(({ errorCode }) => errorCode === code), { deadlineMs: 20_000 });
    const paused = async () => ((await ubot.call('GET', `/api/v1/channels/${id}`)).body as Channel).paused;

    expect(await hasEnded('CHANNEL_REFUSED')).toMatchObject({ state: 'failed', attempts: 1 });
    expect(await paused()).toMatchObject({ reason: 'unreachable', detail: expect.stringContaining('21614') });
    expect(await hasEnded('channel_paused')).toMatchObject({ state: 'not_sent', attempts: 0 });
    expect(twilio.messages().filter(isTo)).toHaveLength(1);

    const byAnother = await ubot.call('POST', `/api/v1/channels/${id}/resume`, { token: ubot.otherToken });
    expect(byAnother).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect(await paused()).toBeDefined();
    const resumed = await post(`/channels/${id}/resume`);
    expect(resumed).toMatchObject({ status: 200, body: { id, verified: true } });
    expect(resumed.body).not.toHaveProperty('paused');
    await waitFor(async () => (await states()).some(({ state }) => state === 'sent'), { deadlineMs: 20_000 });
    // The code, and the first alert that came after.
    expect(twilio.messages().filter(isTo)[1]?.body).toContain('Any price');
    expect((await post(`/channels/${id}/resume`)).status).toBe(200);
    await ubot.call('DELETE', `/api/v1/strategies/${strategyId}`);
  }, 60_000);

  test('that the provider refuses is said to be refused', async () => {
    const { id } = await made({ kind: 'sms', to: '+33600000000' });
    twilio.script({ answer: { code: 21_211, http: 400 } });
    expect(await post(`/channels/${id}/verification`)).toMatchObject({
      status: 502,
      body: { code: 'CHANNEL_REFUSED' },
    });
  });

  test('of another user is not there', async () => {
    const { id } = await made({ kind: 'sms', to: '+33612345680' });
    const token = ubot.otherToken;
    const before = twilio.creationCount();
    const asked = await ubot.call('POST', `/api/v1/channels/${id}/verification`, { token });
    expect(asked).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect(twilio.creationCount()).toBe(before);
  });
});

describe('a webhook', () => {
  const verify = async (url: string): Promise<{ status: number; body: unknown }> => {
    const { id } = await made({ kind: 'webhook', url });
    return post(`/channels/${id}/verification`);
  };

  test('is verified by sending the signed challenge back', async () => {
    const receiver = await createWebhookReceiver();
    const { id } = await made({ kind: 'webhook', url: receiver.url });
    expect(await post(`/channels/${id}/verification`)).toMatchObject({ status: 200, body: { verified: true } });
    const channel = (await ubot.call('GET', `/api/v1/channels/${id}`)).body as Channel;
    expect(channel.verified).toBe(true);
    const [posted] = receiver.received();
    expect(JSON.parse(posted!.body)).toEqual({
      id: expect.any(String),
      type: 'verification',
      challenge: expect.stringMatching(/^[\w-]{32}$/),
      sentAtMs: expect.any(Number),
    });
    expect(posted!.headers['x-ubot-signature']).toMatch(/^v1=[0-9a-f]{64}$/);
    await receiver.close();
  });

  test.each([
    ['echoes something else', { echo: '{"challenge": "something-else"}' }, 422, 'VERIFICATION_CODE_WRONG'],
    ['only says that it is there', { echo: 'OK, thank you' }, 422, 'VERIFICATION_NOT_ECHOED'],
    ['answers with a page', { echo: `{${' '.repeat(10_000)}}` }, 422, 'VERIFICATION_NOT_ECHOED'],
    ['echoes with an error', { status: 500 }, 422, 'VERIFICATION_NOT_ECHOED'],
    ['sends elsewhere', { status: 302, headers: { location: '/x' } }, 422, 'VERIFICATION_NOT_ECHOED'],
    ['hangs up', { answer: 'cut' as const }, 502, 'CHANNEL_UNREACHABLE'],
  ])('that %s is not', async (_name, behaviour, status, code) => {
    const receiver = await createWebhookReceiver();
    receiver.setDefault(behaviour);
    expect(await verify(receiver.url)).toMatchObject({ status, body: { code } });
    await receiver.close();
  });
});
