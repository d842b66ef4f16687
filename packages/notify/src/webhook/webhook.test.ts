import { createWebhookReceiver, type WebhookBehaviour, type WebhookReceiver } from '@ubot/testing';
import type { LookupAddress } from 'node:dns';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ALERT, NOTIFICATION_ID, sendRequest, TEXT } from '../alert.testing.ts';
import { createAddressCheck, type AddressRules } from '../shared/addresses.ts';
import { createWebhookDriver, type WebhookOptions } from './driver.ts';

const SECRET = 'whsec-0123456789';
const NOW_MS = 1_700_000_009_000;
const TIMEOUT_MS = 300;

let receiver: WebhookReceiver;
beforeEach(async () => {
  receiver = await createWebhookReceiver({ secret: SECRET });
});
afterEach(() => receiver.close());

const anywhere: AddressRules = { allowPrivate: true, allowedRanges: [] };
const publicOnly: AddressRules = { allowPrivate: false, allowedRanges: [] };

const driver = (options: Partial<WebhookOptions> = {}) =>
  createWebhookDriver({ addresses: anywhere, nowMs: () => NOW_MS, timeoutMs: TIMEOUT_MS, ...options });
const to = (url: string) => sendRequest({ target: { kind: 'webhook', url }, signingSecret: SECRET });

/** A resolver that answers so, call after call. */
function answering(...answers: string[][]): NonNullable<WebhookOptions['lookup']> {
  let calls = 0;
  const lookup = (_name: string, _options: unknown, callback: (error: null, found: LookupAddress[]) => void): void => {
    const found = answers[Math.min(calls, answers.length - 1)] ?? [];
    calls += 1;
    callback(
      null,
      found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return lookup as NonNullable<WebhookOptions['lookup']>;
}

describe('a webhook', () => {
  test('is the alert as signed JSON', async () => {
    expect(await driver().send(to(`${receiver.url}/hook?x=1`))).toEqual({
      kind: 'accepted',
      providerMessageId: null,
      providerStatus: '200',
    });
    const [received] = receiver.received();
    expect(receiver.received()).toHaveLength(1);
    expect(received).toMatchObject({ method: 'POST', path: '/hook?x=1', verified: true });
    expect(received?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-ubot-id': NOTIFICATION_ID,
      'x-ubot-timestamp': String(NOW_MS),
    });
    expect(JSON.parse(received?.body ?? '')).toEqual({
      id: NOTIFICATION_ID,
      type: 'alert',
      alert: ALERT,
      text: TEXT,
      sentAtMs: NOW_MS,
    });
  });

  test.each<[string, WebhookBehaviour, object]>([
    ['200', { status: 200 }, { kind: 'accepted' }],
    ['204', { status: 204 }, { kind: 'accepted' }],
    ['200 with a large body', { bytes: 8_000_000 }, { kind: 'accepted' }],
    ['a redirect', { status: 302, headers: { location: '/elsewhere' } }, { kind: 'refused' }],
    ['400', { status: 400 }, { kind: 'refused', failure: { code: 'CHANNEL_REFUSED' } }],
    ['410', { status: 410 }, { kind: 'refused', failure: { code: 'CHANNEL_REFUSED' } }],
    ['408', { status: 408 }, { kind: 'retry', failure: { code: 'CHANNEL_UNREACHABLE' } }],
    ['429', { status: 429, headers: { 'retry-after': '9' } }, { kind: 'retry', failure: { retryAfterMs: 9_000 } }],
    ['500', { status: 500 }, { kind: 'retry' }],
    ['503', { status: 503 }, { kind: 'retry' }],
    ['nothing', { answer: 'hang' }, { kind: 'retry', failure: { code: 'CHANNEL_UNREACHABLE' } }],
    ['a cut connection', { answer: 'cut' }, { kind: 'retry' }],
  ])('that is answered %s ends accordingly', async (_, behaviour, expected) => {
    receiver.script(behaviour);
    expect(await driver().send(to(receiver.url))).toMatchObject(expected);
    expect(receiver.received()).toHaveLength(1);
  });

  test('names neither its secret nor its address in a failure', async () => {
    receiver.script({ status: 500 }, { answer: 'cut' }, { status: 404 });
    const url = `${receiver.url.replace('//', '//user:pass-word@')}/secret-path?token=abc`;
    const outcomes = [];
    for (let index = 0; index < 3; index += 1) outcomes.push(await driver().send(to(url)));
    const text = JSON.stringify(outcomes);
    for (const secret of [SECRET, 'secret-path', 'abc', 'pass-word']) expect(text).not.toContain(secret);
  });

  test('to a busy address waits, and is no attempt', async () => {
    receiver.setDefault({ answer: 'hang' });
    const one = driver({ perHostLimit: 1 });
    const first = one.send(to(receiver.url));
    expect(await one.send(to(receiver.url))).toMatchObject({ kind: 'deferred' });
    expect(await first).toMatchObject({ kind: 'retry' });
  });
});

describe('a private address', () => {
  test.each([
    'http://127.0.0.1:1/',
    'http://[::1]:1/',
    'http://[::ffff:127.0.0.1]:1/',
    'http://2130706433:1/',
    'http://0x7f.1:1/',
  ])('as in %s is refused', async (url) => {
    expect(await driver({ addresses: publicOnly }).send(to(url))).toMatchObject({
      kind: 'refused',
      failure: { code: 'CHANNEL_TARGET_INVALID' },
    });
  });

  test('behind a name is refused at the connection', async () => {
    const guarded = driver({ addresses: publicOnly, lookup: answering(['127.0.0.1']) });
    const outcome = await guarded.send(to(`http://innocent.example:${receiver.port}/`));
    expect(outcome).toMatchObject({ kind: 'refused', failure: { code: 'CHANNEL_TARGET_INVALID' } });
    expect(receiver.received()).toHaveLength(0);
  });

  test('among public ones is refused', async () => {
    const guarded = driver({ addresses: publicOnly, lookup: answering(['93.184.216.34', '10.0.0.1']) });
    expect(await guarded.send(to(`http://mixed.example:${receiver.port}/`))).toMatchObject({ kind: 'refused' });
  });

  test('that a name turns to later is refused then (DNS rebinding)', async () => {
    const rules: AddressRules = { allowPrivate: false, allowedRanges: ['127.0.0.1/32'] };
    const guarded = driver({ addresses: rules, lookup: answering(['127.0.0.1'], ['127.0.0.2']) });
    const url = `http://turning.example:${receiver.port}/`;
    expect(await guarded.send(to(url))).toMatchObject({ kind: 'accepted' });
    expect(await guarded.send(to(url))).toMatchObject({ kind: 'refused' });
    expect(receiver.received()).toHaveLength(1);
  });

  test('in a range that the operator names is reached', async () => {
    const rules: AddressRules = { allowPrivate: false, allowedRanges: ['127.0.0.0/8'] };
    expect(await driver({ addresses: rules }).send(to(receiver.url))).toMatchObject({ kind: 'accepted' });
  });

  test.each([
    ['8.8.8.8', true],
    ['9.255.255.255', true],
    ['10.0.0.0', false],
    ['10.255.255.255', false],
    ['11.0.0.0', true],
    ['172.15.255.255', true],
    ['172.16.0.0', false],
    ['172.31.255.255', false],
    ['172.32.0.0', true],
    ['192.168.1.1', false],
    ['169.254.169.254', false],
    ['100.64.0.1', false],
    ['0.0.0.0', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['2606:4700::1', true],
    ['::1', false],
    ['::', false],
    ['fe80::1', false],
    ['fd00::1', false],
    ['::ffff:10.0.0.1', false],
    ['::ffff:a00:1', false],
    ['::ffff:8.8.8.8', true],
    ['64:ff9b::7f00:1', false],
    ['64:ff9b:1::1', false],
    ['2002:7f00:1::', false],
    ['2001::1', false],
    ['::7f00:1', false],
    ['fec0::1', false],
    ['fe80::1%eth0', false],
    ['198.18.0.1', false],
    ['192.0.0.1', false],
    ['168.63.129.16', false],
    ['0x7f.1', false],
    ['017700000001', false],
    ['not an address', false],
  ])('%s may be reached: %s', (address, expected) => {
    expect(createAddressCheck(publicOnly)(address)).toBe(expected);
  });
});
