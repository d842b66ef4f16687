import { createPushServer, type PushFault, type PushServer, type Subscription } from '@ubot/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ALERT, NOTIFICATION_ID, REFERENCE, sendRequest, TEXT } from '../alert.testing.ts';
import type { ChannelDriver, SendOutcome, SendRequest } from '../types.ts';
import { createWebPushDriver, makeWebPushKeys } from './driver.ts';

const KEYS = makeWebPushKeys();
const settings = { ...KEYS, subject: 'mailto:operator@ubot.example' };
let server: PushServer;
let browser: Subscription;
let driver: ChannelDriver;
beforeAll(async () => {
  server = await createPushServer();
  browser = server.subscribe(KEYS.publicKey);
  driver = createWebPushDriver({ settings, addresses: { allowPrivate: true, allowedRanges: [] }, timeoutMs: 3_000 });
});
afterAll(async () => {
  await driver.close();
  await server.close();
});

const send = (changes: Partial<SendRequest> = {}, to: Subscription = browser): Promise<SendOutcome> =>
  driver.send(sendRequest({ target: { kind: 'web_push', ...to }, ...changes }));
const last = () => server.received().at(-1)!;

test('the browser decrypts the whole message, which waits no longer than the alert is worth reading', async () => {
  const link = 'https://u.example/alerts/1';
  expect(await send({ link, validForMs: 90_500 })).toEqual({
    kind: 'accepted',
    providerMessageId: null,
    providerStatus: 'sent',
  });
  expect(last()).toEqual({
    subscription: browser.endpoint,
    ttlS: 91,
    topic: NOTIFICATION_ID.replaceAll('-', ''),
    urgency: 'high',
    payload: { title: 'BTC: Dip', body: TEXT, url: link, alertId: ALERT.id, tag: NOTIFICATION_ID },
    encryptedBytes: expect.any(Number),
    vapid: { aud: server.url, sub: settings.subject, exp: expect.any(Number) },
  });
});

test('that tells of several alerts counts them in its title', async () => {
  expect(await send({ digest: [ALERT, ALERT, ALERT] })).toMatchObject({ kind: 'accepted' });
  expect(last().payload).toMatchObject({ title: '3 alerts', body: TEXT });
});

test.each([
  ['every script', '比特币 🚀 עברית <b> & "q" \\n'.repeat(400)],
  ['signs that grow in JSON', '"\\'.repeat(4_000)],
  ['control signs', '\u0001\u001b\n'.repeat(4_000)],
])('of %s and any length fits, its reference kept', async (_name, text) => {
  const alert = { ...ALERT, strategyName: '"🚀比\u0001'.repeat(100) };
  const link = `https://u.example/${'x'.repeat(480)}`;
  expect(await send({ text: `${text} Ref ${REFERENCE}`, alert, link })).toMatchObject({ kind: 'accepted' });
  const { body, url } = last().payload as { body: string; url: string };
  expect(body.endsWith(REFERENCE)).toBe(true);
  expect(body.isWellFormed()).toBe(true);
  expect(url).toBe(link);
  expect(last().encryptedBytes).toBeLessThanOrEqual(4_096);
});

describe('a push service', () => {
  test.each<[string, PushFault, object]>([
    ['refuses', { status: 400 }, { kind: 'refused', failure: { code: 'CHANNEL_REFUSED' } }],
    ['finds it too large', { status: 413 }, { kind: 'refused' }],
    ['has forgotten the browser', { status: 404 }, { kind: 'refused', lasting: 'unreachable' }],
    [
      'has too much',
      { status: 429, headers: { 'retry-after': '7' } },
      { kind: 'retry', failure: { code: 'CHANNEL_RATE_LIMITED', retryAfterMs: 7_000 } },
    ],
    ['does not take our keys', { status: 403 }, { kind: 'retry', failure: { code: 'CHANNEL_NOT_CONFIGURED' } }],
    ['fails', { status: 500 }, { kind: 'unknown', failure: { code: 'CHANNEL_OUTCOME_UNKNOWN' } }],
    ['does not answer', 'hang', { kind: 'unknown' }],
    ['cuts the line', 'cut', { kind: 'unknown' }],
    ['sends elsewhere', { status: 302, headers: { location: '/' } }, { kind: 'refused' }],
  ])('that %s ends the send so, and no secret is told', async (_name, fault, expected) => {
    server.script(fault);
    const outcome = await send();
    expect(outcome).toMatchObject(expected);
    for (const secret of [
      KEYS.privateKey,
      browser.keys.auth,
      browser.keys.p256dh,
      new URL(browser.endpoint).pathname,
    ]) {
      expect(JSON.stringify(outcome)).not.toContain(secret);
    }
  });

  test('that cannot be reached has taken nothing', async () => {
    const outcome = await send({}, { ...browser, endpoint: 'http://127.0.0.1:1/push/x' });
    expect(outcome).toMatchObject({ kind: 'retry', failure: { code: 'CHANNEL_UNREACHABLE' } });
  });
});

test('a browser that has unsubscribed ends its channel for good', async () => {
  const gone = server.subscribe(KEYS.publicKey);
  server.unsubscribe(gone);
  expect(await send({}, gone)).toMatchObject({ kind: 'refused', lasting: 'unreachable' });
});

test('a browser that subscribed with another key is not ours to send to', async () => {
  const others = server.subscribe(makeWebPushKeys().publicKey);
  expect(await send({}, others)).toMatchObject({ kind: 'retry', failure: { code: 'CHANNEL_NOT_CONFIGURED' } });
});

test('keys that are none are refused', async () => {
  const broken = { ...browser, keys: { p256dh: 'AAAA', auth: 'AAAA' } };
  expect(await send({}, broken)).toMatchObject({ kind: 'refused', lasting: 'unreachable' });
});

test('an endpoint on a private address is refused unless the operator allows it', async () => {
  const guarded = createWebPushDriver({ settings, addresses: { allowPrivate: false, allowedRanges: [] } });
  const outcome = await guarded.send(sendRequest({ target: { kind: 'web_push', ...browser } }));
  expect(outcome).toMatchObject({ kind: 'refused', failure: { code: 'CHANNEL_TARGET_INVALID' } });
  await guarded.close();
});
