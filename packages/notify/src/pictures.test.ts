import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ChannelTarget } from '@ubot/contracts';
import { createMessengerServer, createTwilioServer, PUSHOVER_TOKEN, TELEGRAM_TOKEN } from '@ubot/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REFERENCE, sendRequest, TEXT } from './alert.testing.ts';
import { createChannelDrivers } from './createChannelDrivers.ts';
import { NO_MESSENGERS } from './messengers.ts';
import type { Picture, SendOutcome } from './types.ts';

/** Messages with a picture, at servers that take and fetch them as the providers do. E-mail has its own test. */
const PNG = Buffer.from('\u0089PNG of a chart', 'latin1');
const closing: (() => Promise<unknown>)[] = [];
let messengers: Awaited<ReturnType<typeof createMessengerServer>>;
let twilio: Awaited<ReturnType<typeof createTwilioServer>>;
let picture: Picture;

beforeAll(async () => {
  messengers = await createMessengerServer();
  twilio = await createTwilioServer({ callbacks: [] });
  const pictures = createServer((request, response) => {
    if (request.url === '/chart') response.writeHead(200, { 'content-type': 'image/png' }).end(PNG);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => pictures.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(pictures.address() as AddressInfo).port}/chart`;
  picture = { png: PNG, alt: 'BTC: Dip. 1h candles', url };
  closing.push(messengers.close, twilio.close, () => new Promise((resolve) => pictures.close(resolve)));
});
afterAll(() => Promise.all(closing.map((close) => close())));

const TARGETS = {
  telegram: { kind: 'telegram', chatId: '7' },
  discord: { kind: 'discord', webhookId: '42', webhookToken: 'token' },
  slack: { kind: 'slack', path: 'T1/B1/x' },
  pushover: { kind: 'pushover', userKey: 'u'.repeat(30) },
  whatsapp: { kind: 'whatsapp', to: '+14155550100' },
} as const satisfies Record<string, ChannelTarget>;

type Kind = keyof typeof TARGETS | 'ntfy';
const targetOf = (kind: Kind): ChannelTarget =>
  kind === 'ntfy' ? { kind, server: messengers.url, topic: 'alerts' } : TARGETS[kind];

function send(kind: Kind, changes: Parameters<typeof sendRequest>[0] = {}): Promise<SendOutcome> {
  const drivers = createChannelDrivers({
    twilio: {
      accountSid: twilio.accountSid,
      authToken: twilio.authToken,
      baseUrl: twilio.url,
      from: null,
      messagingServiceSid: null,
      whatsAppFrom: '+14155238886',
      whatsAppContentSid: 'HX1',
    },
    publicUrl: null,
    webhook: { allowPrivate: true, allowedRanges: [] },
    messengers: {
      ...NO_MESSENGERS,
      telegram: { botToken: TELEGRAM_TOKEN, baseUrl: messengers.url },
      pushover: { appToken: PUSHOVER_TOKEN, baseUrl: messengers.url },
      discordUrl: messengers.url,
      slackUrl: messengers.url,
    },
    log: () => {},
    nowMs: Date.now,
    timeoutMs: 1_000,
  });
  return drivers.get(kind)!.send(sendRequest({ target: targetOf(kind), picture, ...changes }));
}

describe.each([
  ['telegram', null],
  ['discord', 'BTC: Dip. 1h candles'],
  ['slack', 'BTC: Dip. 1h candles'],
  ['pushover', null],
  ['ntfy', null],
] as const)('%s', (kind, alt) => {
  test('gets the whole text with the picture, in one message', async () => {
    const before = messengers.received().length;
    expect(await send(kind)).toMatchObject({ kind: 'accepted', providerStatus: 'sent' });
    const [message, ...more] = messengers.received().slice(before);
    expect(message).toMatchObject({ provider: kind, text: TEXT });
    expect(message?.picture).toEqual({ png: PNG, alt });
    expect(more).toEqual([]);
  });

  test('gets the text alone when the picture is refused', async () => {
    messengers.script({ status: 400, json: { ok: false, description: 'Bad Request: IMAGE_PROCESS_FAILED' } });
    expect(await send(kind)).toMatchObject({ kind: 'accepted' });
    expect(messengers.received().at(-1)).toMatchObject({ text: TEXT, picture: null });
  });

  test('is not asked a second time when nobody knows what became of the first', async () => {
    const before = messengers.received().length;
    messengers.script('cut');
    expect(await send(kind)).toMatchObject({ kind: 'unknown' });
    expect(messengers.received()).toHaveLength(before);
  });
});

test('a text that is too long to stand under a picture of Telegram goes whole, without one', async () => {
  const text = `${'x'.repeat(1_020)} Ref ${REFERENCE}`;
  await send('telegram', { text });
  expect(messengers.received().at(-1)).toMatchObject({ text, picture: null });
});

test('Slack gets the text alone when it cannot fetch the picture, or there is no address for it', async () => {
  for (const url of [`${picture.url}/gone`, null]) {
    expect(await send('slack', { picture: { ...picture, url } })).toMatchObject({ kind: 'accepted' });
    expect(messengers.received().at(-1)).toMatchObject({ text: TEXT, picture: null });
  }
});

test('ntfy gets the text alone without an address for the picture, and the message all the same when its app cannot fetch it', async () => {
  await send('ntfy', { picture: { ...picture, url: null } });
  expect(JSON.parse(messengers.received().at(-1)?.raw ?? '')).not.toHaveProperty('attach');
  await send('ntfy', { picture: { ...picture, url: `${picture.url}/gone` } });
  expect(messengers.received().at(-1)).toMatchObject({ text: TEXT, picture: null });
});

describe('WhatsApp', () => {
  const sidOf = (outcome: SendOutcome): string =>
    outcome.kind === 'accepted' ? (outcome.providerMessageId ?? '') : '';

  test('gets the picture beside free text', async () => {
    twilio.openSession('+14155550100');
    const sid = sidOf(await send('whatsapp', { sessionOpen: true }));
    await expect.poll(() => twilio.mediaOf(sid)).toEqual(PNG);
    expect(twilio.messages().at(-1)).toMatchObject({ body: TEXT, mediaUrl: picture.url });
  });

  test('gets none with a template, nor with a text too long to stand under it', async () => {
    await send('whatsapp');
    expect(twilio.messages().at(-1)).toMatchObject({ contentSid: 'HX1', mediaUrl: null });
    await send('whatsapp', { sessionOpen: true, text: `${'x'.repeat(1_020)} Ref ${REFERENCE}` });
    expect(twilio.messages().at(-1)).toMatchObject({ contentSid: null, mediaUrl: null });
  });

  test('gets the text alone when the picture is refused', async () => {
    twilio.script({ answer: { code: 21_620 } });
    expect(await send('whatsapp', { sessionOpen: true })).toMatchObject({ kind: 'accepted' });
    expect(twilio.messages().at(-1)).toMatchObject({ body: TEXT, mediaUrl: null });
  });
});
