import { cmcFrameOf, createCmcServer, hasSharedData, NO_SHARED_DATA, sharedData, type CmcFrame } from '@ubot/testing';
import { describe, expect, it } from 'vitest';
import type { PollOutcome } from '../types.ts';
import { createCoinMarketCap } from './driver.ts';
import { tickerOf } from './normalise.ts';

const NOW_MS = Date.UTC(2023, 7, 16, 13);
const json = (path: string): unknown => JSON.parse(sharedData(path).toString('utf8'));

async function pollOf(frame: CmcFrame, options: { coins: number; version: 'v1' | 'v3' }): Promise<PollOutcome> {
  const server = await createCmcServer({ frames: [frame], versions: [options.version], nowMs: () => NOW_MS });
  const source = createCoinMarketCap({
    apiKey: server.apiKey,
    baseUrl: server.url,
    coins: options.coins,
    nowMs: () => NOW_MS,
    random: () => 0.5,
    log: () => {},
  });
  try {
    const result = await source.poll({ nominalAtMs: NOW_MS, wantGlobal: true, signal: new AbortController().signal });
    if (!result.ok) throw new Error(result.failure.detail);
    return result.value;
  } finally {
    await server.close();
  }
}

describe.skipIf(!hasSharedData)(`recorded answers${NO_SHARED_DATA}`, () => {
  const pages = ['1_1000', '1001_2000', '2001_3000', '3001_4000', '4001_5000'];

  it.each(['v1', 'v3'] as const)('5,000 coins on one %s page', async (version) => {
    const coins = pages.flatMap(
      (page) => cmcFrameOf(json(`cmc/listings-latest/2023-08-16/${page}.json.gz`)).coins as { id: number }[],
    );
    const global = cmcFrameOf({ data: [] }, json('cmc/global-metrics/2023-08-09.json')).global;
    const outcome = await pollOf({ coins, global }, { coins: 5_000, version });
    const { snapshot } = outcome;
    expect(outcome.leftOutCount).toBe(0);
    expect(snapshot.coinIds.length).toBe(new Set(coins.map((coin) => coin.id)).size);
    expect(outcome.creditCount).toBe(26);
    expect([snapshot.coinIds[0], snapshot.rank[0]]).toEqual([1, 1]);
    expect(snapshot.priceUsd.every((price) => price > 0 && Number.isFinite(price))).toBe(true);
    expect(snapshot.global).toEqual({
      totalMarketCapUsd: 1_188_636_518_728.578,
      totalVolume24hUsd: 40_563_742_848.39,
      btcDominancePct: 48.988474082093,
      ethDominancePct: 18.837620157115,
      providerTimeMs: Date.parse('2023-08-09T12:40:59.999Z'),
    });
  });

  it.each(['2020-10-24_100', '2022-12-16_100'])('the older schema of %s', async (file) => {
    const outcome = await pollOf(cmcFrameOf(json(`cmc/listings-latest/${file}.json.gz`)), {
      coins: 100,
      version: 'v1',
    });
    expect([outcome.snapshot.coinIds.length, outcome.leftOutCount]).toEqual([100, 0]);
    expect(outcome.coins[0]).toEqual({ id: 1, symbol: 'BTC', name: 'Bitcoin', slug: 'bitcoin', rank: 1 });
    expect(outcome.snapshot.providerTimeMs.every(Number.isFinite)).toBe(true);
  });

  it('obscure coins: no price means left out, no rank means unknown', () => {
    const { data } = json('cmc/quotes-latest/v2-by-id/2023-09-13_10001_10500.json.gz') as {
      data: Record<string, unknown>;
    };
    const records = Object.values(data) as { quote: { USD: { price: number | null } }; cmc_rank: number | null }[];
    const expected = records.map((record) => {
      const { price } = record.quote.USD;
      return price !== null && price > 0 ? [price, record.cmc_rank] : null;
    });
    const read = records.map(tickerOf).map((ticker) => (ticker === null ? null : [ticker.priceUsd, ticker.info.rank]));
    expect(read).toEqual(expected);
    expect(records.some((record) => !(record.quote.USD.price! > 0))).toBe(true);
    expect(records.some((record) => record.cmc_rank === null)).toBe(true);
  });
});
