import {
  cmcCoin,
  cmcCoins,
  createCmcServer,
  type CmcFault,
  type CmcServer,
  type CmcServerOptions,
} from '@ubot/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { createSource } from '../createSource.ts';
import type { PollOutcome } from '../types.ts';
import { createCoinMarketCap, type CoinMarketCapOptions } from './driver.ts';

const NOW_MS = Date.UTC(2026, 5, 10, 12, 0, 0);
const KEY = 'secret-key-7f3a9c';
const servers: CmcServer[] = [];
const said: string[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function setUp(serverOptions: CmcServerOptions = {}, options: Partial<CoinMarketCapOptions> = {}) {
  const clock = { ms: NOW_MS };
  const nowMs = () => clock.ms;
  const server = await createCmcServer({ apiKey: KEY, nowMs, ...serverOptions });
  servers.push(server);
  const log: Record<string, unknown>[] = [];
  const source = createCoinMarketCap({
    apiKey: KEY,
    baseUrl: server.url,
    coins: 10,
    nowMs,
    random: () => 0.5,
    timeoutMs: 400,
    retryBaseMs: 1,
    log: (event) => log.push(event),
    ...options,
  });
  const poll = async (wantGlobal = false) => {
    const result = await source.poll({ nominalAtMs: clock.ms, wantGlobal, signal: new AbortController().signal });
    said.push(JSON.stringify(result), JSON.stringify(log));
    return result;
  };
  const polled = async (wantGlobal = false): Promise<PollOutcome> => {
    const result = await poll(wantGlobal);
    if (!result.ok) throw new Error(`${result.failure.code} ${result.failure.detail}`);
    return result.value;
  };
  return { server, source, clock, log, poll, polled };
}

describe('a poll', () => {
  it('brings the listing as columns, with the tick’s own time', async () => {
    const { polled } = await setUp({ frames: [{ coins: cmcCoins(3, NOW_MS - 30_000) }] });
    const { snapshot, coins, leftOutCount, creditCount } = await polled();
    expect({ leftOutCount, creditCount }).toEqual({ leftOutCount: 0, creditCount: 1 });
    expect(coins).toEqual([
      { id: 1, symbol: 'C1', name: 'Coin 1', slug: 'coin-1', rank: 1 },
      { id: 2, symbol: 'C2', name: 'Coin 2', slug: 'coin-2', rank: 2 },
      { id: 3, symbol: 'C3', name: 'Coin 3', slug: 'coin-3', rank: 3 },
    ]);
    expect(snapshot).toEqual({
      takenAtMs: NOW_MS,
      source: 'coinmarketcap',
      // No key info was asked for yet: the cautious plan's cadence.
      pollIntervalMs: 420_000,
      coinIds: Int32Array.of(1, 2, 3),
      priceUsd: Float64Array.of(10_000, 5_000, 10_000 / 3),
      volume24hUsd: Float64Array.of(1_000, 1_000, 1_000),
      marketCapUsd: Float64Array.of(1e12, 5e11, 1e12 / 3),
      rank: Int32Array.of(1, 2, 3),
      percentChange1h: Float64Array.of(0.1, 0.1, 0.1),
      percentChange24h: Float64Array.of(1.5, 1.5, 1.5),
      percentChange7d: Float64Array.of(-2, -2, -2),
      providerTimeMs: Float64Array.of(NOW_MS - 30_000, NOW_MS - 30_000, NOW_MS - 30_000),
      global: null,
    });
  });

  it('reads both shapes of a listing the same, and remembers which one the host has', async () => {
    const [v1, v3] = await Promise.all([setUp({ versions: ['v1'] }), setUp({ versions: ['v3'] })]);
    expect(await v1.polled()).toEqual(await v3.polled());
    await v1.polled();
    expect(v1.server.requests.map((request) => request.path)).toEqual([
      '/v3/cryptocurrency/listings/latest',
      '/v1/cryptocurrency/listings/latest',
      '/v1/cryptocurrency/listings/latest',
    ]);
  });

  it('asks for the global metrics only when they are wanted', async () => {
    const { polled, server } = await setUp();
    expect((await polled(false)).snapshot.global).toBeNull();
    const { snapshot, creditCount } = await polled(true);
    expect(snapshot.global).toMatchObject({ btcDominancePct: expect.closeTo(34.14, 1), providerTimeMs: NOW_MS });
    expect(creditCount).toBe(2);
    expect(server.requests.filter((request) => request.path.includes('global'))).toHaveLength(1);
  });

  it('brings prices even when the global metrics fail', async () => {
    const { polled, server, log } = await setUp();
    server.failAlways({ kind: 'error', errorCode: 1006, path: 'global' });
    expect((await polled(true)).snapshot.global).toBeNull();
    expect(log).toContainEqual(expect.objectContaining({ event: 'source.global-failed', code: 'SOURCE_PLAN_REFUSED' }));
    expect((await polled(true)).snapshot.coinIds).toHaveLength(10);
  });

  it('takes 5,000 coins from one page', async () => {
    const { polled, server } = await setUp({ coinCount: 6_000 }, { coins: 5_000, timeoutMs: 5_000 });
    const { snapshot, creditCount } = await polled();
    expect([snapshot.coinIds.length, creditCount, server.requests.length]).toEqual([5_000, 25, 1]);
  });

  it('merges pages by id: a coin that moved between them comes once', async () => {
    const coins = cmcCoins(7_000);
    coins[5_000] = coins[4_999]!;
    const { polled, server } = await setUp({ frames: [{ coins }] }, { coins: 7_000, timeoutMs: 5_000 });
    const { snapshot } = await polled();
    expect(snapshot.coinIds.length).toBe(6_999);
    expect(new Set(snapshot.coinIds).size).toBe(6_999);
    expect(server.requests.map((request) => request.query)).toEqual([
      { start: '1', limit: '5000', convert: 'USD' },
      { start: '5001', limit: '2000', convert: 'USD' },
    ]);
  });

  it('keeps the first page when the second fails, counts the missing ones, and says so', async () => {
    const { polled, server, log } = await setUp({ coinCount: 6_000 }, { coins: 6_000, timeoutMs: 5_000 });
    server.fail({ kind: 'slow', delayMs: 0 }, { kind: 'error', errorCode: 1008 });
    const { snapshot, leftOutCount } = await polled();
    expect([snapshot.coinIds.length, leftOutCount]).toEqual([5_000, 1_000]);
    expect(log).toContainEqual(expect.objectContaining({ event: 'source.page-failed', code: 'SOURCE_RATE_LIMITED' }));
  });
});

describe('a coin that fails its check is left out and counted; the others go on', () => {
  const good = cmcCoin({ id: 1, priceUsd: 100 });
  it.each<[string, unknown]>([
    ['null price', cmcCoin({ id: 2, priceUsd: null })],
    ['negative price', cmcCoin({ id: 2, priceUsd: -1 })],
    ['zero price', cmcCoin({ id: 2, priceUsd: 0 })],
    ['price as text', cmcCoin({ id: 2, priceUsd: '12.5' })],
    ['no id', { ...cmcCoin({ id: 2, priceUsd: 5 }), id: undefined }],
    ['id as text', { ...cmcCoin({ id: 2, priceUsd: 5 }), id: '2' }],
    ['id too large', cmcCoin({ id: 2_147_483_648, priceUsd: 5 })],
    ['no quote', { ...cmcCoin({ id: 2, priceUsd: 5 }), quote: undefined }],
    ['a quote in another currency', { ...cmcCoin({ id: 2, priceUsd: 5 }), quote: { EUR: { price: 5 } } }],
    ['null in place of a coin', null],
    ['text in place of a coin', 'BTC'],
  ])('%s', async (_, bad) => {
    for (const versions of [['v1'], ['v3']] as const) {
      const { polled } = await setUp({ frames: [{ coins: [bad, good] }], versions });
      const { snapshot, leftOutCount } = await polled();
      expect([Array.from(snapshot.coinIds), leftOutCount]).toEqual([[1], 1]);
    }
  });

  it('a price beyond any number is left out too', async () => {
    const { polled, server } = await setUp({ frames: [{ coins: [good] }] });
    server.fail({ kind: 'slow', delayMs: 0 });
    expect((await polled()).leftOutCount).toBe(0);
    const { tickerOf } = await import('./normalise.ts');
    expect(tickerOf(JSON.parse('{"id":5,"quote":{"USD":{"price":1e400}}}'))).toBeNull();
  });

  it('missing particulars are tolerated: unknown figures are NaN, unknown names fall back', async () => {
    const { polled } = await setUp({
      frames: [
        { coins: [{ id: 7, brand_new_field: { deep: [1] }, quote: { USD: { price: 1e-22, volume_24h: -5 } } }] },
      ],
    });
    const { snapshot, coins } = await polled();
    expect(coins).toEqual([{ id: 7, symbol: '#7', name: '#7', slug: 'coin-7', rank: null }]);
    expect(snapshot.priceUsd[0]).toBe(1e-22);
    expect(snapshot.rank[0]).toBe(0);
    for (const column of ['volume24hUsd', 'marketCapUsd', 'percentChange1h', 'providerTimeMs'] as const) {
      expect(snapshot[column][0]).toBeNaN();
    }
  });

  it('symbols shared by several coins are no matter: ids tell them apart', async () => {
    const twins = [cmcCoin({ id: 1, priceUsd: 1, symbol: 'X' }), cmcCoin({ id: 2, priceUsd: 2, symbol: 'X' })];
    const { polled } = await setUp({ frames: [{ coins: twins }] });
    expect((await polled()).coins.map((coin) => [coin.id, coin.symbol])).toEqual([
      [1, 'X'],
      [2, 'X'],
    ]);
  });

  it('a listing without one usable coin is a failure', async () => {
    const { poll } = await setUp({ frames: [{ coins: [null] }] });
    expect(await poll()).toEqual({
      ok: false,
      failure: {
        code: 'SOURCE_ANSWER_INVALID',
        detail: "CoinMarketCap's listing held no usable coin (1 were left out).",
      },
    });
  });
});

describe('every documented error has its own result, also on HTTP 200 and as text', () => {
  const untilMidnight = 12 * 3_600_000;
  const untilReset = Date.UTC(2026, 6, 1) - NOW_MS;
  it.each<[number, string, number | undefined]>([
    [400, 'SOURCE_BAD_REQUEST', undefined],
    [500, 'SOURCE_FAILED', undefined],
    [1001, 'SOURCE_KEY_REFUSED', undefined],
    [1002, 'SOURCE_KEY_REFUSED', undefined],
    [1003, 'SOURCE_PLAN_REFUSED', undefined],
    [1004, 'SOURCE_PLAN_REFUSED', undefined],
    [1005, 'SOURCE_KEY_REFUSED', undefined],
    [1006, 'SOURCE_PLAN_REFUSED', undefined],
    [1007, 'SOURCE_KEY_REFUSED', undefined],
    [1008, 'SOURCE_RATE_LIMITED', 60_000],
    [1009, 'SOURCE_ALLOWANCE_SPENT', untilMidnight],
    [1010, 'SOURCE_ALLOWANCE_SPENT', untilReset],
    [1011, 'SOURCE_RATE_LIMITED', 300_000],
    [1022, 'SOURCE_RATE_LIMITED', 300_000],
    [4242, 'SOURCE_FAILED', undefined],
  ])('%i is %s', async (errorCode, code, retryAfterMs) => {
    for (const how of [{}, { httpStatus: 200 }, { httpStatus: 200, codeAsText: true }]) {
      const { poll, server } = await setUp();
      server.failAlways({ kind: 'error', errorCode, message: 'as they say', ...how });
      const result = await poll();
      expect(result).toMatchObject({ ok: false, failure: { code } });
      if (result.ok) throw new Error('unreachable');
      expect(result.failure.retryAfterMs).toBe(retryAfterMs);
      expect(result.failure.detail).toContain(`error ${errorCode}`);
      expect(result.failure.detail).toContain('as they say');
    }
  });

  it.each<[string, CmcFault, string]>([
    ['no answer at all', { kind: 'hang' }, 'SOURCE_TIMEOUT'],
    ['an answer later than the limit', { kind: 'slow', delayMs: 5_000 }, 'SOURCE_TIMEOUT'],
    ['a body that breaks off', { kind: 'cut-off' }, 'SOURCE_ANSWER_INVALID'],
    ['a connection that is reset', { kind: 'reset' }, 'SOURCE_UNREACHABLE'],
    ['JSON that does not end', { kind: 'malformed' }, 'SOURCE_ANSWER_INVALID'],
    ['HTML with 200', { kind: 'html', httpStatus: 200 }, 'SOURCE_ANSWER_INVALID'],
    ['HTML with 502', { kind: 'html', httpStatus: 502 }, 'SOURCE_FAILED'],
    ['HTML with 403', { kind: 'html', httpStatus: 403 }, 'SOURCE_PLAN_REFUSED'],
    ['410 without a status object', { kind: 'gone' }, 'SOURCE_GONE'],
    ['a redirect, which is not followed', { kind: 'redirect', to: 'http://127.0.0.1:1/' }, 'SOURCE_GONE'],
  ])('%s is a failure of its own', async (_, fault, code) => {
    const { poll, server } = await setUp();
    server.failAlways(fault);
    expect(await poll()).toMatchObject({ ok: false, failure: { code } });
  });

  it('an answer larger than the limit is cut, not swallowed', async () => {
    const { poll, server } = await setUp({}, { responseBytesMax: 100_000 });
    server.failAlways({ kind: 'huge', bytes: 1_000_000 });
    expect(await poll()).toEqual({
      ok: false,
      failure: {
        code: 'SOURCE_ANSWER_INVALID',
        detail: 'The answer of CoinMarketCap broke off or is larger than allowed.',
      },
    });
  });

  it.each([
    ['a refused connection', 'http://127.0.0.1:1', /ECONNREFUSED/],
    ['a name that does not exist', 'http://no-such-host.invalid', /ENOTFOUND|EAI_AGAIN/],
  ])('%s is SOURCE_UNREACHABLE', async (_, baseUrl, reason) => {
    const { poll } = await setUp({}, { baseUrl, timeoutMs: 3_000 });
    const result = await poll();
    expect(result).toMatchObject({
      ok: false,
      failure: { code: 'SOURCE_UNREACHABLE', detail: expect.stringMatching(reason) },
    });
  });

  it('none of them stops a later poll', async () => {
    const faults: CmcFault[] = [
      { kind: 'hang' },
      { kind: 'cut-off' },
      { kind: 'malformed' },
      { kind: 'html', httpStatus: 502 },
      { kind: 'error', errorCode: 1008 },
      { kind: 'error', errorCode: 1009 },
      { kind: 'error', errorCode: 500 },
      { kind: 'gone' },
    ];
    const { poll, server, clock } = await setUp();
    for (const fault of faults) {
      server.failAlways(fault);
      expect((await poll()).ok).toBe(false);
      server.failAlways(null);
      clock.ms += 86_400_000;
      expect((await poll()).ok).toBe(true);
    }
  });
});

describe('what follows from a failure', () => {
  it('retries at once what passes by itself, and brings the snapshot', async () => {
    const { polled, server } = await setUp();
    server.fail({ kind: 'html', httpStatus: 502 }, { kind: 'reset' });
    expect((await polled()).snapshot.coinIds).toHaveLength(10);
    expect(server.requests).toHaveLength(3);
  });

  it('leaves a failing provider alone ever longer, at most ten minutes', async () => {
    const { poll, server, clock } = await setUp();
    server.failAlways({ kind: 'html', httpStatus: 403 });
    const restsMs: number[] = [];
    for (let n = 0; n < 9; n += 1) {
      const before = server.requests.length;
      await poll();
      expect(server.requests).toHaveLength(before + 1);
      const resting = await poll();
      const restMs = resting.ok ? 0 : (resting.failure.retryAfterMs ?? 0);
      // The first failure does not delay the next tick, so that second look was a poll of its own.
      restsMs.push(server.requests.length > before + 1 ? 0 : restMs);
      clock.ms += 3_600_000;
    }
    expect(restsMs).toEqual([0, 22_500, 45_000, 90_000, 180_000, 360_000, 450_000, 450_000, 450_000]);
    server.failAlways(null);
    expect((await poll()).ok).toBe(true);
  });

  it('asks no more than three times', async () => {
    const { poll, server } = await setUp();
    server.failAlways({ kind: 'html', httpStatus: 502 });
    await poll();
    expect(server.requests).toHaveLength(3);
  });

  it.each([
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after': new Date(NOW_MS + 90_000).toUTCString() }, 90_000],
    [{ 'x-ratelimit-reset': '45' }, 45_000],
    [{ 'x-ratelimit-reset': String((NOW_MS + 33_000) / 1_000) }, 33_000],
    [{ 'retry-after': 'soon' }, 60_000],
    [{ 'retry-after': '-5' }, 60_000],
    [{ 'retry-after': '99999999999' }, 60_000],
  ])('%o is obeyed as %i ms', async (headers, waitMs) => {
    const { poll, server, clock } = await setUp();
    server.fail({ kind: 'error', errorCode: 1008, headers });
    await poll();
    clock.ms += waitMs - 1;
    expect(await poll()).toMatchObject({ ok: false, failure: { code: 'SOURCE_RATE_LIMITED', retryAfterMs: 1 } });
    expect(server.requests).toHaveLength(1);
    clock.ms += 1;
    expect((await poll()).ok).toBe(true);
  });

  it('a refused key is never tried again, and the operator is told once', async () => {
    const { poll, source, server, log, clock } = await setUp({ apiKey: 'another' });
    expect(await source.schedule()).toEqual({
      ok: false,
      failure: { code: 'SOURCE_KEY_REFUSED', detail: 'CoinMarketCap error 1001 (HTTP 401): This API Key is invalid.' },
    });
    clock.ms += 30 * 86_400_000;
    expect(await poll()).toMatchObject({ ok: false, failure: { code: 'SOURCE_KEY_REFUSED' } });
    expect(server.requests).toHaveLength(1);
    expect(log.filter((event) => event['event'] === 'source.refused')).toHaveLength(1);
  });

  it('1011 halves the cadence, and good polls bring it back', async () => {
    const { poll, source, server, clock } = await setUp();
    const minutes = async () => {
      const schedule = await source.schedule();
      return schedule.ok ? schedule.value.intervalMs / 60_000 : NaN;
    };
    expect(await minutes()).toBe(4);
    server.fail({ kind: 'error', errorCode: 1011 });
    await poll();
    expect(await minutes()).toBe(8);
    for (let n = 0; n < 12; n += 1) {
      clock.ms += 480_000;
      expect((await poll()).ok).toBe(true);
    }
    expect(await minutes()).toBe(4);
  });
});

describe('credits', () => {
  it('come from the key’s account and are followed by each answer’s own count', async () => {
    const { source, polled, clock, server } = await setUp({ plan: { creditsUsed: 100 } });
    expect(await source.schedule()).toMatchObject({
      ok: true,
      value: { sentence: 'top 10 every 4 min, global every 15 min: 13,680 of 15,000 credits a month' },
    });
    expect((await polled(true)).creditsLeft).toBe(14_898);
    clock.ms += 240_000;
    expect((await polled()).creditsLeft).toBe(14_897);
    expect(server.creditsUsed()).toBe(103);
    expect(server.requests.filter((request) => request.path === '/v1/key/info')).toHaveLength(1);
  });

  it('slow the polls down before they end', async () => {
    const { source } = await setUp({ plan: { creditsUsed: 14_000 } });
    const schedule = await source.schedule();
    expect(schedule).toMatchObject({ ok: true, value: { intervalMs: 60 * 60_000 } });
  });

  it('are spent: 1010 waits for the month’s reset, then goes on', async () => {
    const { source, poll, clock } = await setUp({ plan: { creditsUsed: 15_000 } });
    expect(await source.schedule()).toMatchObject({ ok: false, failure: { code: 'SOURCE_ALLOWANCE_SPENT' } });
    const untilResetMs = Date.UTC(2026, 6, 1) - NOW_MS;
    expect(await poll()).toMatchObject({
      ok: false,
      failure: { code: 'SOURCE_ALLOWANCE_SPENT', retryAfterMs: untilResetMs },
    });
    clock.ms += untilResetMs + 2_000;
    expect(await source.schedule()).toMatchObject({ ok: true });
  });

  it.each<[string, CmcFault]>([
    ['fails', { kind: 'error', errorCode: 500, path: 'key/info' }],
    ['does not exist', { kind: 'html', httpStatus: 404, path: 'key/info' }],
    ['makes no sense', { kind: 'error', errorCode: 0, httpStatus: 200, path: 'key/info' }],
  ])('when key info %s a cautious plan is assumed and polls go on', async (_, fault) => {
    const { source, server, poll } = await setUp();
    server.failAlways(fault);
    expect(await source.schedule()).toMatchObject({
      ok: true,
      value: { sentence: 'top 10 every 7 min, global every 15 min: 9,052 of an assumed 10,000 credits a month' },
    });
    expect((await poll()).ok).toBe(true);
  });
});

describe('without a key', () => {
  it.each(['/public-api', '/trial-pro-api'] as const)('answers come from %s, gently', async (keylessPrefix) => {
    const { source, polled, server } = await setUp({ keylessPrefix }, { apiKey: null });
    const outcome = await polled(true);
    expect(outcome.snapshot.coinIds).toHaveLength(10);
    expect(outcome.snapshot.global).not.toBeNull();
    expect(await source.schedule()).toEqual({
      ok: true,
      value: {
        intervalMs: 300_000,
        globalIntervalMs: 900_000,
        sentence: 'top 10 every 5 min, global every 15 min, without a key (set CMC_API_KEY for more)',
        creditsPerMonth: 0,
        creditsAllowed: null,
      },
    });
    expect(server.requests.every((request) => request.key === null)).toBe(true);
    expect(server.requests.at(-1)?.path).toBe(`${keylessPrefix}/v1/global-metrics/quotes/latest`);
  });
});

it('a prefix that asks for a key after all is passed over', async () => {
  const { polled, server } = await setUp({ keylessPrefix: '/trial-pro-api' }, { apiKey: null });
  server.failAlways({ kind: 'error', errorCode: 1002, path: '/public-api' });
  expect((await polled()).snapshot.coinIds).toHaveLength(10);
});

describe('the warm-up', () => {
  it('spends only what the month’s polls do not need, and folds points into closed candles', async () => {
    const { source, server } = await setUp({ coinCount: 20, plan: { creditsMonthly: 100_000 } }, { coins: 20 });
    const counts: Record<string, number> = {};
    const hours: number[] = [];
    for await (const part of source.history!({ toMs: NOW_MS })) {
      if (!part.ok) throw new Error(part.failure.detail);
      for (const candle of part.value.candles) {
        counts[candle.timeframe] = (counts[candle.timeframe] ?? 0) + candle.coinIds.length;
        if (candle.timeframe === '4h' && candle.coinIds[0] === 1) hours.push(candle.close[0]! - candle.open[0]!);
      }
    }
    expect(counts['1h']).toBe(720 * 20);
    expect(counts['1d']).toBe(364 * 20);
    expect(new Set(hours)).toEqual(new Set([3]));
    expect(server.creditsUsed()).toBeLessThanOrEqual(1 + 20 * 12);
  });

  it('warms up fewer coins when little is to spare, and none without a known plan', async () => {
    const few = await setUp({ coinCount: 200, plan: { creditsUsed: 5_560 } }, { coins: 200 });
    for await (const part of few.source.history!({ toMs: NOW_MS })) expect(part.ok).toBe(true);
    expect(few.server.creditsUsed() - 5_560).toBeLessThanOrEqual(300);
    const unknown = await setUp({ apiKey: KEY });
    unknown.server.failAlways({ kind: 'html', httpStatus: 404, path: 'key/info' });
    for await (const part of unknown.source.history!({ toMs: NOW_MS })) throw new Error(JSON.stringify(part));
    expect(unknown.server.requests.every((request) => request.path === '/v1/key/info')).toBe(true);
  });
});

describe('which source a setting means', () => {
  const sourceFor = async (
    setting: 'auto' | 'coinmarketcap' | 'demo',
    apiKey: string | null,
    server: CmcServerOptions,
  ) => {
    const cmc = await createCmcServer({ apiKey: KEY, ...server });
    servers.push(cmc);
    const result = await createSource({
      setting,
      cmc: { apiKey, baseUrl: cmc.url, coins: 10, retryBaseMs: 1 },
      demo: { coins: 5 },
      nowMs: Date.now,
      random: () => 0.5,
      log: () => {},
    });
    return result.ok ? result.value.label : result.failure.code;
  };

  it.each<['auto' | 'coinmarketcap' | 'demo', string | null, CmcServerOptions, string]>([
    ['demo', KEY, {}, 'demo market'],
    ['auto', KEY, {}, 'CoinMarketCap'],
    ['auto', null, { keylessPrefix: '/public-api' }, 'CoinMarketCap (without a key)'],
    ['auto', '', { keylessPrefix: '/trial-pro-api' }, 'CoinMarketCap (without a key)'],
    ['auto', null, {}, 'demo market'],
    ['coinmarketcap', null, {}, 'CoinMarketCap (without a key)'],
    ['coinmarketcap', 'wrong', {}, 'CoinMarketCap'],
    ['coinmarketcap', KEY, { plan: { creditsMonthly: 100 } }, 'SOURCE_SCHEDULE_UNPAYABLE'],
  ])('%s with key %s and a host like %o: %s', async (setting, apiKey, server, label) => {
    expect(await sourceFor(setting, apiKey, server)).toBe(label);
  });
});

it('the key is in no failure, log line, or URL, whatever went wrong', async () => {
  const { poll, server } = await setUp();
  server.failAlways({ kind: 'error', errorCode: 1011, message: `The key ${KEY} is asking too much.` });
  await poll();
  expect(said.join('\n')).not.toContain(KEY);
  expect(said.length).toBeGreaterThan(20);
  expect(JSON.stringify(server.requests.map(({ path, query }) => [path, query]))).not.toContain(KEY);
  expect(server.requests.at(-1)?.key).toBe(KEY);
});
