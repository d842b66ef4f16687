import { createServer, type AddressInfo } from 'node:net';
import { DEFAULT_TRIGGER, type Alert, type ChannelTarget } from '@ubot/contracts';
import {
  claimAlerts,
  createDatabase,
  insertChannel,
  insertStrategy,
  storeCandles,
  withTransaction,
  type Database,
} from '@ubot/db';
import { newId } from '@ubot/service-kit';
import {
  createMessengerServer,
  createTwilioServer,
  PUSHOVER_TOKEN,
  TELEGRAM_TOKEN,
  waitFor,
  type MessengerServer,
  type TwilioServer,
} from '@ubot/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWholeUbot, type WholeUbot } from './wholeUbot.testing.ts';

/** Charts in messages through all services: drawn from stored candles, fetched from the public door. */
const NUMBER = '+14155550177';
const HOUR_MS = 3_600_000;
let ubot: WholeUbot;
let db: Database;
let messengers: MessengerServer;
let twilio: TwilioServer;
let userId: string;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

beforeAll(async () => {
  messengers = await createMessengerServer();
  twilio = await createTwilioServer({ callbacks: [] });
  const port = String(await freePort());
  ubot = await startWholeUbot({
    env: {
      UBOT_PORT: port,
      UBOT_PUBLIC_URL: `http://127.0.0.1:${port}`,
      // This machine may be busy with other tests.
      UBOT_PICTURE_WAIT_MS: '10000',
      UBOT_DIGEST_WAIT_MS: '0',
      UBOT_DIGEST_INTERVAL_MS: '0',
      TELEGRAM_BOT_TOKEN: TELEGRAM_TOKEN,
      TELEGRAM_BASE_URL: messengers.url,
      SLACK_BASE_URL: messengers.url,
      PUSHOVER_TOKEN,
      PUSHOVER_BASE_URL: messengers.url,
      DISCORD_BASE_URL: messengers.url,
      TWILIO_ACCOUNT_SID: twilio.accountSid,
      TWILIO_AUTH_TOKEN: twilio.authToken,
      TWILIO_BASE_URL: twilio.url,
      TWILIO_WHATSAPP_FROM: '+14155238886',
    },
  });
  db = createDatabase({ connectionString: ubot.databaseUrl, applicationName: 'pictures-test', poolSize: 4 });
  userId = ((await ubot.call('GET', '/api/v1/me')).body as { id: string }).id;
  await addCandles();
}, 90_000);
afterAll(async () => {
  await db?.close();
  await ubot?.close();
  await Promise.all([messengers.close(), twilio.close()]);
});

const lastCloseMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
const COIN = 987_654;

async function addCandles(): Promise<void> {
  const of = (value: number) => Float64Array.of(value);
  const columns = Array.from({ length: 70 }, (_, at) => {
    const price = 30_000 + 100 * at;
    const [open, close] = [of(price), of(price + 60)];
    return {
      timeframe: '1h' as const,
      openAtMs: lastCloseMs - (70 - at) * HOUR_MS,
      coinIds: Int32Array.of(COIN),
      open,
      close,
      high: of(price + 90),
      low: of(price - 40),
      volume24hUsd: of(1),
      marketCapUsd: of(1),
      samples: Int32Array.of(1),
    };
  });
  await withTransaction(db, (tx) => storeCandles(tx, columns));
}

async function addChannel(target: ChannelTarget, options = {}): Promise<string> {
  const id = newId();
  const stamps = { createdAtMs: Date.now(), updatedAtMs: Date.now() };
  await insertChannel(
    db,
    { id, userId, name: 'mine', target, enabled: true, verified: true, digest: null, ...stamps },
    null,
  );
  await db.query('update account.channels set options = $2 where id = $1', [id, JSON.stringify(options)]);
  return id;
}

async function addAlert(channelIds: readonly string[], coinId = COIN): Promise<string> {
  const id = newId();
  const strategyVersionId = newId();
  const strategyId = newId();
  const stamps = { createdAtMs: Date.now(), updatedAtMs: Date.now() };
  const about = { name: 'Dip', timeframe: '1h' as const, condition: 'close < 36000' };
  const body: Omit<Alert, 'id' | 'sequence' | 'createdAtMs'> = {
    userId,
    strategyId,
    strategyVersionId,
    strategyVersion: 1,
    strategyName: 'Dip',
    coin: { id: coinId, symbol: 'BTC', name: 'Bitcoin', slug: 'bitcoin' },
    timeframe: '1h',
    triggeredAtMs: lastCloseMs,
    snapshotTakenAtMs: lastCloseMs,
    priceUsd: 35_000,
    source: 'coinmarketcap',
    condition: about.condition,
    explanation: 'close = 35000 < 36000',
    values: [],
    candle: null,
    late: false,
    mayRepaint: false,
  };
  await withTransaction(db, async (tx) => {
    await insertStrategy(tx, {
      id: strategyId,
      userId,
      version: 1,
      versionId: strategyVersionId,
      ...about,
      enabled: true,
      message: null,
      channelIds: [],
      universe: { kind: 'all' },
      indicators: [],
      tags: [],
      urgent: false,
      ...stamps,
      trigger: { ...DEFAULT_TRIGGER, maxAgeMs: 10 * HOUR_MS },
    });
    const notifications = channelIds.map((channelId) => ({ id: newId(), channelId }));
    await claimAlerts(tx, { alerts: [{ id, body, notifications }], nowMs: Date.now() });
  });
  return id;
}

test('one chart goes with an alert to every channel that takes one, sent or fetched', async () => {
  const url = `${ubot.url}/callbacks/twilio/inbound`;
  const written = await twilio.receive({ url, from: NUMBER, to: '+14155238886', body: 'hello', whatsApp: true });
  expect(written.status).toBe(200);
  const before = messengers.received().length;
  const channelIds = await Promise.all([
    addChannel({ kind: 'telegram', chatId: '7' }),
    addChannel({ kind: 'discord', webhookId: '42', webhookToken: 'token' }),
    addChannel({ kind: 'slack', path: 'T1/B1/x' }),
    addChannel({ kind: 'whatsapp', to: NUMBER }),
    addChannel({ kind: 'pushover', userKey: 'u'.repeat(30) }),
    addChannel({ kind: 'ntfy', server: messengers.url, topic: 'mine' }),
    addChannel({ kind: 'telegram', chatId: '8' }, { picture: false }),
  ]);
  await addAlert(channelIds);
  await waitFor(() => messengers.received().length === before + 6 && twilio.messages().length === 1, {
    deadlineMs: 25_000,
  });
  const got = messengers.received().slice(before);
  const plain = got.find(({ to }) => to === '8');
  expect(plain?.picture).toBeNull();
  const [sid = ''] = twilio.messages().map((message) => message.sid);
  await waitFor(() => twilio.mediaOf(sid) !== null);
  const pictures = [
    ...got.filter((message) => message !== plain).map(({ picture }) => picture?.png),
    twilio.mediaOf(sid),
  ];
  expect(pictures).toHaveLength(6);
  const [first] = pictures;
  expect(first?.subarray(1, 4).toString('latin1')).toBe('PNG');
  for (const picture of pictures) expect(picture?.equals(first!)).toBe(true);
  expect(got.find(({ provider }) => provider === 'slack')?.picture?.alt).toMatch(
    /^BTC: Dip\. 1h candles until .* The alert is marked at 35000 USD\.$/,
  );
});

test('its address shows it to whoever has it, and nothing to who makes one up', async () => {
  const { mediaUrl = '' } = twilio.messages()[0] ?? {};
  const shown = await fetch(mediaUrl ?? '');
  expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/png']);
  const token = mediaUrl?.split('/').at(-1) ?? '';
  const forged = token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A');
  expect((await ubot.call('GET', `/pictures/${forged}`, { token: null })).status).toBe(404);
  expect((await ubot.call('GET', '/pictures/x', { token: null })).status).toBe(400);
  // A link that acts is no picture, and the other way round.
  expect((await ubot.call('GET', `/a/${token}`, { token: null })).status).toBe(404);
  await db.query(`update alert.alerts set created_at = created_at - interval '7 days'`);
  expect((await fetch(mediaUrl ?? '')).status).toBe(404);
});

test('an alert of a coin without candles goes without a chart', async () => {
  await addAlert([await addChannel({ kind: 'telegram', chatId: '9' })], 123_456);
  await waitFor(() => messengers.received().at(-1)?.to === '9');
  expect(messengers.received().at(-1)?.picture).toBeNull();
});

test('a channel of a kind without pictures cannot be set to have none', async () => {
  const channel = (kind: object) => ({ name: 'x', target: kind, options: { picture: false } });
  const refused = await ubot.call('POST', '/api/v1/channels', { body: channel({ kind: 'sms', to: NUMBER }) });
  expect(refused).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
  const made = await ubot.call('POST', '/api/v1/channels', { body: channel({ kind: 'email', to: 'a@b.example' }) });
  expect(made).toMatchObject({ status: 201, body: { options: { picture: false } } });
});
