import { createTwilioServer, type TwilioBehaviour, type TwilioServer } from '@ubot/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lookUpRequest, NOTIFICATION_ID, REFERENCE, sendRequest } from '../alert.testing.ts';
import { createTwilioClient } from '../shared/twilioClient.ts';
import type { SendRequest } from '../types.ts';
import { createTwilioVoiceDriver } from './driver.ts';

let twilio: TwilioServer;
beforeAll(async () => {
  twilio = await createTwilioServer();
});
afterAll(() => twilio.close());

const NUMBER = '+14155550100';
const target = { kind: 'voice', to: NUMBER } as const;
const PUBLIC_URL = 'https://alerts.example.com';

function driver({ publicUrl = PUBLIC_URL as string | null, authToken = twilio.authToken, timeoutMs = 3_000 } = {}) {
  const settings = {
    accountSid: twilio.accountSid,
    authToken,
    baseUrl: twilio.url,
    from: null,
    messagingServiceSid: null,
    whatsAppFrom: null,
    whatsAppContentSid: null,
  };
  const client = createTwilioClient(settings, { timeoutMs });
  return createTwilioVoiceDriver({ client, from: '+15005550006', publicUrl });
}
const send = (changes: Partial<SendRequest> = {}, options: Parameters<typeof driver>[0] = {}) =>
  driver(options).send(sendRequest({ target, text: 'Bitcoin: 35000 US dollars.', ...changes }));
const last = () => twilio.calls().at(-1);

describe('a call', () => {
  test('says the alert twice, and asks for a key', async () => {
    const outcome = await send();
    expect(outcome).toEqual({ kind: 'accepted', providerMessageId: last()?.sid, providerStatus: 'queued' });
    const said = ['Bitcoin: 35000 US dollars.', 'Press 1 to acknowledge.'];
    expect(last()).toMatchObject({
      to: NUMBER,
      from: '+15005550006',
      spoken: [...said, ...said, 'Goodbye.'],
      keyUrl: `${PUBLIC_URL}/callbacks/twilio/voice/${NOTIFICATION_ID}?language=en-US`,
      statusCallback: `${PUBLIC_URL}/callbacks/twilio/${NOTIFICATION_ID}`,
      statusEvents: ['initiated', 'ringing', 'answered', 'completed'],
      ringS: 30,
    });
  });

  test('is in the language of its user where uBot speaks it', async () => {
    await send({ locale: 'fr-CH' });
    expect(last()?.twiml).toContain('<Say language="fr-FR">');
    expect(last()?.spoken).toContain('Appuyez sur 1 pour acquitter.');
    await send({ locale: 'de' });
    expect(last()?.twiml).toContain('<Say language="en-US">');
  });

  test('without a public address asks for no key and for no report', async () => {
    await send({}, { publicUrl: null });
    expect(last()).toMatchObject({ keyUrl: null, statusCallback: null });
    expect(last()?.spoken).toEqual(['Bitcoin: 35000 US dollars.', 'Bitcoin: 35000 US dollars.']);
  });

  test.each([
    ['markup', '<Hangup/> & "x" \'y\' > z', '<Hangup/> & "x" \'y\' > z'],
    ['control signs and half a character', 'a\u0000b\u001bc \ud83d d', 'abc \ufffd d'],
    ['addresses and the reference', `see https://u.example/alerts/1 now. Ref ${REFERENCE}`, 'see now.'],
    ['every script', 'Ünïcödé 比特币 עברית', 'Ünïcödé 比特币 עברית'],
  ])('of %s is said, not obeyed', async (_name, text, said) => {
    expect(await send({ text })).toMatchObject({ kind: 'accepted' });
    expect(last()?.spoken[0]).toBe(said);
  });

  test('of a long text is shortened between characters, and stays below what TwiML may be', async () => {
    expect(await send({ text: '&👩‍🚀'.repeat(2_000) })).toMatchObject({ kind: 'accepted' });
    expect(last()?.spoken[0]).toMatch(/^(&👩‍🚀)+&?\.\.\.$/u);
    expect(await send({ text: '"'.repeat(2_000) })).toMatchObject({ kind: 'accepted' });
    expect(last()?.spoken[0]).toMatch(/^"{260,}\.\.\.$/);
  });

  test('carries a code figure by figure', async () => {
    const { signal } = new AbortController();
    const asked = { target, code: '120456', text: '120456 is your uBot code.', signingSecret: null, signal };
    expect(await driver().sendCode!(asked)).toEqual({ kind: 'sent' });
    expect(last()?.spoken).toEqual(Array.from({ length: 3 }, () => 'Your uBot code is: 1, 2, 0, 4, 5, 6.'));
  });
});

describe('how a call ends that was not taken', () => {
  test.each<[string, string, object]>([
    ['+15005550001', 'not valid', { kind: 'refused', lasting: 'unreachable', failure: { code: 'CHANNEL_REFUSED' } }],
    ['+15005550002', 'out of reach', { kind: 'refused', lasting: 'unreachable' }],
    ['+15005550003', 'of a region that is off', { kind: 'refused', lasting: 'unreachable' }],
    ['+15005550004', 'blocked', { kind: 'refused', lasting: 'unreachable' }],
  ])('%s, a number that is %s', async (to, _name, expected) => {
    expect(await send({ target: { kind: 'voice', to } })).toMatchObject(expected);
  });

  test.each<[string, TwilioBehaviour, object]>([
    ['too many', { answer: { code: 20_429, retryAfterS: 7 } }, { kind: 'retry', failure: { retryAfterMs: 7_000 } }],
    ['a fault', { answer: { code: 20_500 } }, { kind: 'unknown', failure: { code: 'CHANNEL_OUTCOME_UNKNOWN' } }],
    ['a line that is cut', { answer: 'cut' }, { kind: 'unknown' }],
  ])('%s', async (_name, behaviour, expected) => {
    twilio.script(behaviour);
    expect(await send()).toMatchObject(expected);
  });

  test('silence is unknown; wrong credentials wait for the operator; neither tells a secret', async () => {
    twilio.script({ answer: 'hang' });
    const silence = await send({}, { timeoutMs: 300 });
    expect(silence).toMatchObject({ kind: 'unknown', failure: { code: 'CHANNEL_OUTCOME_UNKNOWN' } });
    const wrong = await send({}, { authToken: 'a-wrong-token' });
    expect(wrong).toMatchObject({ kind: 'retry', failure: { code: 'CHANNEL_NOT_CONFIGURED' } });
    for (const secret of [twilio.authToken, 'a-wrong-token', twilio.accountSid]) {
      expect(JSON.stringify([silence, wrong])).not.toContain(secret);
    }
  });
});

describe('a call of unknown fate', () => {
  const to = '+14155550123';
  const ask = (exceptIds: readonly string[] = [], sentAfterMs = Date.now()) =>
    driver().lookUp!(lookUpRequest({ target: { kind: 'voice', to }, exceptIds, sentAfterMs }));

  test('is absent where there is none, found where it is the only one, and not to be told among several', async () => {
    expect(await ask()).toEqual({ kind: 'absent' });
    twilio.script({ answer: 'cut', accept: true });
    await send({ target: { kind: 'voice', to } });
    const mine = last()?.sid ?? '';
    expect(await ask()).toMatchObject({
      kind: 'found',
      providerMessageId: mine,
      providerStatus: 'queued',
      charge: null,
    });
    await send({ target: { kind: 'voice', to } });
    const other = last()?.sid ?? '';
    expect(await ask()).toMatchObject({ kind: 'inconclusive', failure: { code: 'CHANNEL_OUTCOME_UNKNOWN' } });
    expect(await ask([other])).toMatchObject({ kind: 'found', providerMessageId: mine });
    expect(await ask([], Date.now() + 120_000)).toEqual({ kind: 'absent' });
  });

  test('stays so while the list cannot be read', async () => {
    twilio.setListAvailable(false);
    expect(await ask()).toMatchObject({ kind: 'inconclusive', failure: { code: 'CHANNEL_UNREACHABLE' } });
    twilio.setListAvailable(true);
  });

  test('tells its price once it has ended', async () => {
    await send();
    const { sid = '' } = last() ?? {};
    expect(await driver().chargeOf!(sid)).toEqual({ charge: null, segments: null });
    await twilio.reportCall({ sid, status: 'completed', at: `${twilio.url}/nowhere` });
    expect(await driver().chargeOf!(sid)).toEqual({ charge: { micros: 14_000, currency: 'USD' }, segments: null });
  });
});
