import {
  createMessengerServer,
  PUSHOVER_TOKEN,
  TELEGRAM_TOKEN,
  type MessengerFault,
  type MessengerServer,
} from '@ubot/testing';
import type { ChannelTarget } from '@ubot/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ALERT, lookUpRequest, sendRequest, TEXT } from './alert.testing.ts';
import { createChannelDrivers } from './createChannelDrivers.ts';
import { NO_MESSENGERS } from './messengers.ts';

/** What messengers have in common beside the contract of all drivers (`contract.test.ts`). */
let server: MessengerServer;
beforeAll(async () => {
  server = await createMessengerServer();
});
afterAll(() => server.close());

const TIMEOUT_MS = 400;
const USER_KEY = 'uQiRzpo4DXghDmr9QzzfQu27cmVRsG';
const DISCORD_TOKEN = 'a-secret-of-a-channel';
const NTFY_TOKEN = 'tk_secretOfATopic';
type Kind = 'telegram' | 'discord' | 'slack' | 'ntfy' | 'pushover';

interface Case {
  readonly kind: Kind;
  readonly target: () => ChannelTarget;
  readonly to: string;
  readonly id: string | null;
  readonly titled: boolean;
}
const CASES: readonly Case[] = [
  {
    kind: 'telegram',
    target: () => ({ kind: 'telegram', chatId: '-100200300' }),
    to: '-100200300',
    id: '77',
    titled: false,
  },
  {
    kind: 'discord',
    target: () => ({ kind: 'discord', webhookId: '42', webhookToken: DISCORD_TOKEN }),
    to: '42',
    id: '9001',
    titled: false,
  },
  {
    kind: 'slack',
    target: () => ({ kind: 'slack', path: 'T0001/B0001/secretOfAChannel' }),
    to: 'T0001/B0001/secretOfAChannel',
    id: null,
    titled: false,
  },
  {
    kind: 'ntfy',
    target: () => ({ kind: 'ntfy', server: server.url, topic: 'alerts', token: NTFY_TOKEN }),
    to: 'alerts',
    id: 'xE73Iyuabi',
    titled: true,
  },
  {
    kind: 'pushover',
    target: () => ({ kind: 'pushover', userKey: USER_KEY }),
    to: USER_KEY,
    id: '647d2300-702c-4b38-8b2f-d56326ae460b',
    titled: true,
  },
];

function driversAt(url: string, { allowPrivate = true, botToken = TELEGRAM_TOKEN, appToken = PUSHOVER_TOKEN } = {}) {
  return createChannelDrivers({
    twilio: null,
    publicUrl: null,
    webhook: { allowPrivate, allowedRanges: [] },
    messengers: {
      ...NO_MESSENGERS,
      telegram: { botToken, baseUrl: url },
      pushover: { appToken, baseUrl: url },
      discordUrl: url,
      slackUrl: url,
    },
    log: () => {},
    nowMs: Date.now,
    timeoutMs: TIMEOUT_MS,
  });
}
const send = (kind: Kind, changes: Parameters<typeof sendRequest>[0], url = server.url) =>
  driversAt(url).get(kind)!.send(sendRequest(changes));
const last = () => server.received().at(-1);

describe.each(CASES)('$kind', ({ kind, target, to, id, titled }) => {
  test('gets the whole text, once, and says what it calls it', async () => {
    const before = server.received().length;
    const outcome = await send(kind, { target: target() });
    expect(outcome).toEqual({ kind: 'accepted', providerMessageId: id, providerStatus: 'sent' });
    expect(server.received()).toHaveLength(before + 1);
    const title = titled ? `${ALERT.coin.symbol}: ${ALERT.strategyName}` : null;
    expect(last()).toMatchObject({ provider: kind, to, title, text: TEXT });
  });

  test('gets an address in the text unbroken', async () => {
    const text = 'see https://u.example/alerts/a_b-c*d(e)#f and *that* Ref K7QX2M';
    expect(await send(kind, { target: target(), text })).toMatchObject({ kind: 'accepted' });
    expect(last()).toMatchObject({ text });
    const raw = last()?.raw ?? '';
    const sent = kind === 'pushover' ? (new URLSearchParams(raw).get('message') ?? '') : raw;
    expect(sent).toContain('https://u.example/alerts/a_b-c');
  });

  test.each<[string, MessengerFault, object]>([
    ['sends elsewhere', { status: 302, headers: { location: '/' } }, { kind: 'refused' }],
    ['has gone', { status: 410 }, { kind: 'refused' }],
    ['fails', { status: 500 }, { kind: 'unknown', failure: { code: 'CHANNEL_OUTCOME_UNKNOWN' } }],
    ['answers nonsense', { status: 503, json: 'nonsense' }, { kind: 'unknown' }],
  ])('that %s ends the send so', async (_name, fault, expected) => {
    server.script(fault);
    expect(await send(kind, { target: target() })).toMatchObject(expected);
  });

  test('is never asked twice for a message of unknown fate: nobody could tell', async () => {
    const outcome = await driversAt(server.url)
      .get(kind)!
      .lookUp?.(lookUpRequest({ target: target() }));
    expect(outcome).toMatchObject({ kind: 'cannot_be_asked', failure: { code: 'CHANNEL_OUTCOME_UNKNOWN' } });
  });

  test('carries a code to its reader, and says when it could not', async () => {
    const text = '123456 is your uBot code.';
    const signal = new AbortController().signal;
    const driver = driversAt(server.url).get(kind)!;
    const sendCode = () => driver.sendCode?.({ target: target(), code: '123456', text, signingSecret: null, signal });
    expect(await sendCode()).toEqual({ kind: 'sent' });
    expect(last()).toMatchObject({ to, text });
    server.script({ status: 400 });
    expect(await sendCode()).toMatchObject({ kind: 'failed', failure: { code: 'CHANNEL_REFUSED' } });
  });
});

test.each([
  ['ntfy', { click: 'https://u.example/alerts/1' }],
  ['pushover', { url: 'https://u.example/alerts/1', url_title: 'Open in uBot' }],
] as const)('%s has the link in a place of its own', async (kind, expected) => {
  const { target } = CASES.find((each) => each.kind === kind)!;
  await send(kind, { target: target(), link: 'https://u.example/alerts/1' });
  const raw = last()?.raw ?? '';
  const fields: unknown = kind === 'ntfy' ? JSON.parse(raw) : Object.fromEntries(new URLSearchParams(raw));
  expect(fields).toMatchObject(expected);
});

describe('Telegram', () => {
  test.each([
    ['a chat that is not there', '404', 'chat not found'],
    ['a user who has blocked the bot', '403', 'blocked by the user'],
  ])('refuses %s in its own words', async (_name, chatId, words) => {
    const outcome = await send('telegram', { target: { kind: 'telegram', chatId } });
    const failure = { detail: expect.stringContaining(words) };
    expect(outcome).toMatchObject({ kind: 'refused', lasting: 'unreachable', failure });
  });

  test('and Pushover with credentials that are wrong wait for the operator', async () => {
    const wrong = driversAt(server.url, { botToken: '1:wrong', appToken: 'w'.repeat(30) });
    const waits = { kind: 'retry', failure: { code: 'CHANNEL_NOT_CONFIGURED', retryAfterMs: 300_000 } };
    const telegram = sendRequest({ target: { kind: 'telegram', chatId: '1' } });
    expect(await wrong.get('telegram')!.send(telegram)).toMatchObject(waits);
    const pushover = sendRequest({ target: { kind: 'pushover', userKey: USER_KEY } });
    expect(await wrong.get('pushover')!.send(pushover)).toMatchObject(waits);
    const nobody = sendRequest({ target: { kind: 'pushover', userKey: 'x'.repeat(30) } });
    expect(await driversAt(server.url).get('pushover')!.send(nobody)).toMatchObject({ kind: 'refused' });
  });
});

test.each<['discord' | 'slack', ChannelTarget, number, 'unreachable' | undefined]>([
  ['discord', { kind: 'discord', webhookId: '42', webhookToken: DISCORD_TOKEN }, 404, 'unreachable'],
  ['discord', { kind: 'discord', webhookId: '42', webhookToken: DISCORD_TOKEN }, 400, undefined],
  ['slack', { kind: 'slack', path: 'T1/B1/x' }, 404, 'unreachable'],
  ['slack', { kind: 'slack', path: 'T1/B1/x' }, 400, undefined],
])('a webhook of %s %o that answers %i is given up for good: %s', async (kind, target, status, lasting) => {
  server.script({ status });
  expect(await send(kind, { target })).toMatchObject({ kind: 'refused', ...(lasting !== undefined && { lasting }) });
});

test('ntfy on a private address is refused unless the operator allows it', async () => {
  const target = { kind: 'ntfy', server: server.url, topic: 'alerts' } as const;
  const outcome = await driversAt(server.url, { allowPrivate: false }).get('ntfy')!.send(sendRequest({ target }));
  expect(outcome).toMatchObject({ kind: 'refused', failure: { code: 'CHANNEL_REFUSED' } });
});

test('an ntfy server that does not answer holds up only its own users', async () => {
  const slow = await createMessengerServer();
  slow.script('hang', 'hang', 'hang', 'hang');
  const ntfy = driversAt(server.url).get('ntfy')!;
  const to = (url: string) => ntfy.send(sendRequest({ target: { kind: 'ntfy', server: url, topic: 'alerts' } }));
  const waiting = Array.from({ length: 4 }, () => to(slow.url));
  expect(await to(slow.url)).toMatchObject({ kind: 'deferred', failure: { code: 'CHANNEL_RATE_LIMITED' } });
  expect(await to(server.url)).toMatchObject({ kind: 'accepted' });
  expect((await Promise.all(waiting)).map(({ kind }) => kind)).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
  expect(await to(slow.url)).toMatchObject({ kind: 'accepted' });
  await slow.close();
});
