import { hasSharedData, NO_SHARED_DATA, sharedData, createCmcServer, cmcFrameOf, type CmcServer } from '@ubot/testing';
import type { AlertPage, AlertWithNotifications, CandlesAnswer, Channel, Strategy } from '@ubot/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from './lib/process.ts';
import { createStack, type Shape, type Stack } from './lib/stack.ts';

/**
 * From a poll to an SMS that says why, on real processes: once with the commands and variables of docker-compose.yml,
 * once as npm start.
 * The prices are recorded answers of CoinMarketCap, shown in order: 2020, then 2022, then 2023, which then stands still.
 */
interface Listing {
  readonly data: readonly {
    readonly id: number;
    readonly quote: { readonly USD: { price: number; volume_24h: number; market_cap: number } };
  }[];
}

const MINUTE_MS = 60_000;
const POLL_MS = 5_000;
const THRESHOLD_USD = 25_000;

const recorded = (path: string): Listing =>
  JSON.parse(sharedData(`cmc/listings-latest/${path}`).toString('utf8')) as Listing;

function bitcoinIn(listing: Listing): { price: number; volume_24h: number; market_cap: number } {
  const bitcoin = listing.data.find(({ id }) => id === 1);
  if (bitcoin === undefined) throw new Error('no Bitcoin in the recording');
  return bitcoin.quote.USD;
}

/** Waits for the first seconds of a minute, so that what follows lies in one candle. */
async function untilMinuteBegins(): Promise<number> {
  await until('a minute to begin', () => Date.now() % MINUTE_MS < POLL_MS - 2_000, 90_000);
  return Date.now() - (Date.now() % MINUTE_MS);
}

const SHAPES: readonly Shape[] = ['compose', 'npm start'];

describe.skipIf(!hasSharedData).each(SHAPES)(`the first alert, run as %s${NO_SHARED_DATA}`, (shape) => {
  let cmc: CmcServer;
  let stack: Stack;
  const answers = hasSharedData
    ? {
        y2020: recorded('2020-10-24_100.json.gz'),
        y2022: recorded('2022-12-16_100.json.gz'),
        y2023: recorded('2023-08-16/1_1000.json.gz'),
      }
    : null;
  if (answers === null) return;
  const [before, after] = [bitcoinIn(answers.y2022), bitcoinIn(answers.y2023)];
  let strategy: Strategy;
  let alert: AlertWithNotifications;
  let minuteMs: number;

  beforeAll(async () => {
    cmc = await createCmcServer({
      frames: [cmcFrameOf(answers.y2020)],
      plan: { creditsMonthly: 10_000_000, rateLimitMinute: 1_000 },
    });
    stack = await createStack({
      shape,
      cmc: { baseUrl: cmc.url, apiKey: cmc.apiKey },
      env: { UBOT_POLL_INTERVAL: String(POLL_MS / 1000) },
    });
    await stack.start();
  });
  afterAll(async () => {
    await stack?.close();
    await cmc?.close();
  });

  test('a channel and a strategy are made over the public door', async () => {
    const channel = await stack.api<Channel>('POST', '/channels', {
      name: 'My phone',
      target: { kind: 'sms', to: '+33612345678' },
    });
    expect(channel.verified).toBe(false);
    await stack.api('POST', `/channels/${channel.id}/verification`);
    const [letter] = await until('the code', () => stack.twilio.messages().length > 0 && stack.twilio.messages());
    const [code] = letter?.body.match(/^\d{6}/) ?? [];
    const verified = await stack.api<Channel>('POST', `/channels/${channel.id}/verification/check`, { code });
    expect(verified.verified).toBe(true);
    strategy = await stack.api<Strategy>('POST', '/strategies', {
      name: 'Bitcoin is back',
      universe: { kind: 'coins', ids: [1] },
      timeframe: '1m',
      condition: `price > ${THRESHOLD_USD}`,
      trigger: { on: 'snapshot' },
      channelIds: [channel.id],
    });
    expect(strategy).toMatchObject({ version: 1, enabled: true, condition: 'price > 25000' });
  });

  test('the recorded answers become one candle, equal to the one made by hand', async () => {
    // The first prices have to be stale by then, so that they are no part of the minute.
    await until('the first prices to be stale', async () => {
      const [first] = await stack.query<{ stale: boolean }>(
        `select min(taken_at) < now() - interval '20 seconds' as stale from market.snapshots`,
      );
      return first?.stale;
    });
    minuteMs = await untilMinuteBegins();
    cmc.setFrames([cmcFrameOf(answers.y2022), cmcFrameOf(answers.y2023)]);
    const candle = await until(
      'the minute to close',
      async () => {
        const { candles } = await stack.api<CandlesAnswer>('GET', '/coins/1/candles?timeframe=1m&limit=10');
        return candles.find(({ openAtMs, closed }) => openAtMs === minuteMs && closed);
      },
      2 * MINUTE_MS,
    );
    // A price that has stood still for more than three polls is stale and not observed any more: one poll of 2022, one of
    // 2023 and three that repeat it. A busy machine may have missed a poll, which is then a gap.
    const [observed] = await stack.query<{ samples: number }>(
      `select count(*)::int as samples from market.tickers t
       where coin_id = 1 and taken_at >= to_timestamp($1 / 1000.0) and taken_at < to_timestamp($1 / 1000.0 + 60)
         and taken_at - (select min(taken_at) from market.tickers f
                         where f.coin_id = 1 and f.provider_time = t.provider_time) <= interval '15 seconds'`,
      [minuteMs],
    );
    expect([4, 5]).toContain(observed?.samples);
    expect(candle).toEqual({
      openAtMs: minuteMs,
      open: before.price,
      high: after.price,
      low: before.price,
      close: after.price,
      volume24hUsd: after.volume_24h,
      marketCapUsd: after.market_cap,
      samples: observed?.samples,
      closed: true,
    });
  });

  test('the strategy fires once, on the first snapshot that is above', async () => {
    const { alerts } = await stack.api<AlertPage>('GET', `/alerts?strategyId=${strategy.id}`);
    expect(alerts).toHaveLength(1);
    const [only] = alerts;
    if (only === undefined) throw new Error('no alert');
    alert = only;
    const rows = await stack.query<{ at: string }>(
      `select (extract(epoch from min(taken_at)) * 1000)::bigint::text as at
       from market.tickers where coin_id = 1 and price_usd > $1`,
      [THRESHOLD_USD],
    );
    expect(alert.triggeredAtMs).toBe(Number(rows[0]?.at));
    expect(alert).toMatchObject({
      strategyVersion: 1,
      strategyName: 'Bitcoin is back',
      coin: { id: 1, symbol: 'BTC', name: 'Bitcoin', slug: 'bitcoin' },
      priceUsd: after.price,
      source: 'coinmarketcap',
      values: [{ text: 'price', value: after.price }],
      late: false,
      mayRepaint: true,
    });
  });

  test('exactly one SMS went out, and its text says why', async () => {
    // The first one brought the code.
    const alertMessages = () => stack.twilio.messages().slice(1);
    const messages = await until('the SMS', () => alertMessages().length > 0 && alertMessages());
    expect(messages).toHaveLength(1);
    const at = new Date(alert.triggeredAtMs).toISOString().slice(0, 16).replace('T', ' ');
    const [text, reference] = messages[0]?.body.split(' Ref ') ?? [];
    expect(text).toBe(
      `Bitcoin (BTC) ${after.price.toFixed(2)} USD, 1m candle still open at ${at} UTC. ` +
        `Bitcoin is back: ${alert.explanation}.`,
    );
    expect(alert.explanation).toMatch(/^price = 29\d\d\d\.?\d* > 25000$/);
    expect(reference).toMatch(/^[0-9A-Z]{6}$/);
    expect(messages[0]).toMatchObject({ to: '+33612345678', from: '+15005550006' });
  });

  test('its status callback, signed by the provider, marks it delivered', async () => {
    const delivered = await until('the delivery receipt', async () => {
      const found = await stack.api<AlertWithNotifications>('GET', `/alerts/${alert.id}`);
      return found.notifications[0]?.state === 'delivered' && found.notifications;
    });
    expect(delivered).toHaveLength(1);
    expect(delivered[0]).toMatchObject({
      channelKind: 'sms',
      attempts: 1,
      providerMessageId: stack.twilio.messages()[1]?.sid,
    });
  });

  test('a forged callback is refused and changes nothing', async () => {
    const sid = stack.twilio.messages()[1]?.sid ?? '';
    const posted = await stack.twilio.sendCallback({ sid, status: 'failed', errorCode: 30003, signature: 'Zm9yZ2Vk' });
    expect(posted.status).toBe(403);
    const { notifications } = await stack.api<AlertWithNotifications>('GET', `/alerts/${alert.id}`);
    expect(notifications[0]?.state).toBe('delivered');
  });
});
