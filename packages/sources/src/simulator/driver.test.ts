import { TIMEFRAMES, TIMEFRAME_MS, type CandleColumns, type SnapshotColumns, type Timeframe } from '@ubot/market';
import { describe, expect, it } from 'vitest';
import type { HistoryPart, MarketSource } from '../types.ts';
import { simulatedCoins } from './coins.ts';
import { createSimulator } from './driver.ts';
import { HISTORY_PLAN } from './history.ts';

const NOW_MS = Date.UTC(2026, 2, 4, 9, 30); // a Wednesday
const MINUTE_MS = 60_000;
const signal = new AbortController().signal;

async function historyOf(source: MarketSource, toMs = NOW_MS): Promise<HistoryPart[]> {
  const parts: HistoryPart[] = [];
  for await (const part of source.history!({ toMs })) {
    if (!part.ok) throw new Error(part.failure.detail);
    parts.push(part.value);
  }
  return parts;
}

async function pollAt(source: MarketSource, nominalAtMs: number, wantGlobal = true): Promise<SnapshotColumns> {
  const outcome = await source.poll({ nominalAtMs, wantGlobal, signal });
  if (!outcome.ok) throw new Error(outcome.failure.detail);
  return outcome.value.snapshot;
}

const ofTimeframe = (parts: readonly HistoryPart[], timeframe: Timeframe): CandleColumns[] =>
  parts.flatMap((part) => part.candles).filter((columns) => columns.timeframe === timeframe);

const seriesOf = (columns: readonly CandleColumns[], coinId: number): number[] =>
  columns.map((candle) => candle.close[candle.coinIds.indexOf(coinId)]!);

const returnsOf = (closes: readonly number[]) => closes.slice(1).map((close, i) => Math.log(close / closes[i]!));
const mean = (values: readonly number[]) => values.reduce((total, value) => total + value, 0) / values.length;

function correlation(left: readonly number[], right: readonly number[]): number {
  const [ml, mr] = [mean(left), mean(right)];
  const cov = mean(left.map((value, i) => (value - ml) * (right[i]! - mr)));
  const variance = (values: readonly number[], m: number) => mean(values.map((value) => (value - m) ** 2));
  return cov / Math.sqrt(variance(left, ml) * variance(right, mr));
}

describe('the coins of the demo market', () => {
  it('carry the provider’s ids where they are known, and unique ids, symbols and slugs', () => {
    const coins = simulatedCoins({ count: 2_000, seed: 1 }).map((coin) => coin.info);
    expect(coins.slice(0, 2)).toEqual([
      { id: 1, symbol: 'BTC', name: 'Bitcoin', slug: 'bitcoin' },
      { id: 1027, symbol: 'ETH', name: 'Ethereum', slug: 'ethereum' },
    ]);
    for (const key of ['id', 'symbol', 'slug'] as const) {
      expect(new Set(coins.map((coin) => coin[key])).size).toBe(2_000);
    }
  });

  it('stay the same when more are asked for', () => {
    const short = simulatedCoins({ count: 60, seed: 7 });
    expect(simulatedCoins({ count: 90, seed: 7 }).slice(0, 60)).toEqual(short);
  });
});

describe('the history of a first start', () => {
  const source = createSimulator({ seed: 3 });
  const walked = historyOf(source);

  it.each(TIMEFRAMES)('gives %s candles oldest first, without a gap, closed at the end', async (timeframe) => {
    const columns = ofTimeframe(await walked, timeframe);
    const lengthMs = TIMEFRAME_MS[timeframe];
    expect(columns.length).toBeGreaterThanOrEqual(HISTORY_PLAN[timeframe].candles);
    expect(columns.every((candle, i) => i === 0 || candle.openAtMs === columns[i - 1]!.openAtMs + lengthMs)).toBe(true);
    const lastCloseMs = columns.at(-1)!.openAtMs + lengthMs;
    expect(lastCloseMs).toBeLessThanOrEqual(NOW_MS);
    expect(lastCloseMs).toBeGreaterThan(NOW_MS - lengthMs);
    const samples = lengthMs / HISTORY_PLAN[timeframe].stepMs;
    expect(columns.every((candle) => candle.coinIds.length === 250 && candle.samples[0]! >= samples)).toBe(true);
  });

  it('nests: a 1h candle is its four 15m candles', async () => {
    const hour = ofTimeframe(await walked, '1h').at(-1)!;
    const quarters = ofTimeframe(await walked, '15m').filter(
      ({ openAtMs }) => openAtMs >= hour.openAtMs && openAtMs < hour.openAtMs + TIMEFRAME_MS['1h'],
    );
    expect(quarters).toHaveLength(4);
    expect(hour.open).toEqual(quarters[0]!.open);
    expect(hour.close).toEqual(quarters[3]!.close);
    expect(hour.high[0]).toBe(Math.max(...quarters.map((candle) => candle.high[0]!)));
  });

  it('has the market’s own candles beside them', async () => {
    const days = (await walked).flatMap((part) => part.globalCandles).filter(({ timeframe }) => timeframe === '1d');
    expect(days.length).toBeGreaterThanOrEqual(520);
    expect(days[0]!.metrics).toEqual(['total_market_cap', 'total_volume_24h', 'btc_dominance', 'eth_dominance']);
  });

  it('moves like a market: correlated, fat-tailed, volatility in clusters, stablecoins near 1', async () => {
    const hours = ofTimeframe(await walked, '4h');
    const bitcoin = returnsOf(seriesOf(hours, 1));
    expect(correlation(bitcoin, returnsOf(seriesOf(hours, 1027)))).toBeGreaterThan(0.6);
    const m = mean(bitcoin);
    const variance = mean(bitcoin.map((value) => (value - m) ** 2));
    expect(mean(bitcoin.map((value) => (value - m) ** 4)) / variance ** 2).toBeGreaterThan(3.5);
    const sizes = bitcoin.map(Math.abs);
    expect(correlation(sizes.slice(1), sizes.slice(0, -1))).toBeGreaterThan(0.08);
    const tether = seriesOf(hours, 825);
    expect(Math.min(...tether)).toBeGreaterThan(0.99);
    expect(Math.max(...tether)).toBeLessThan(1.01);
  });

  it('begins again, the same, when it was broken off', async () => {
    const once = createSimulator({ seed: 3, coins: 5 });
    for await (const part of once.history!({ toMs: NOW_MS })) if (part.ok) break;
    const again = await historyOf(once);
    expect(again.length).toBeGreaterThan(50);
    expect(again).toEqual(await historyOf(createSimulator({ seed: 3, coins: 5 })));
  });

  it('is followed by polls that go on where it ended', async () => {
    await walked;
    const at = await pollAt(source, NOW_MS);
    const later = await pollAt(source, NOW_MS + MINUTE_MS);
    const jumps = Array.from(later.priceUsd, (price, i) => Math.abs(Math.log(price / at.priceUsd[i]!)));
    expect(Math.max(...jumps)).toBeLessThan(0.2);
    expect(mean(jumps)).toBeLessThan(0.005);
    expect(mean(jumps)).toBeGreaterThan(0);
  });
});

describe('a poll', () => {
  it('tells percent changes that agree with the candles of that past', async () => {
    const source = createSimulator({ seed: 4, coins: 40 });
    const parts = await historyOf(source);
    const now = await pollAt(source, NOW_MS);
    const minutes = ofTimeframe(parts, '1m');
    const hourAgo = minutes.find((candle) => candle.openAtMs === NOW_MS - 60 * MINUTE_MS)!;
    const weekAgo = ofTimeframe(parts, '30m').find((candle) => candle.openAtMs === NOW_MS - 7 * TIMEFRAME_MS['1d'])!;
    for (const [slot, id] of now.coinIds.entries()) {
      const inHour = hourAgo.open[hourAgo.coinIds.indexOf(id)]!;
      expect(now.percentChange1h[slot]).toBeCloseTo(100 * (now.priceUsd[slot]! / inHour - 1), 9);
      const inWeek = weekAgo.open[weekAgo.coinIds.indexOf(id)]!;
      expect(now.percentChange7d[slot]).toBeCloseTo(100 * (now.priceUsd[slot]! / inWeek - 1), 9);
    }
  });

  it('ranks by market cap, and takes dominance and totals from the same figures', async () => {
    const snapshot = await pollAt(createSimulator({ seed: 5, coins: 60 }), NOW_MS);
    const byRank = Array.from(snapshot.rank, (rank, slot) => ({ rank, cap: snapshot.marketCapUsd[slot]! })).sort(
      (a, b) => a.rank - b.rank,
    );
    expect(byRank.map(({ rank }) => rank)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
    expect(byRank.every(({ cap }, i) => i === 0 || cap <= byRank[i - 1]!.cap)).toBe(true);
    const total = snapshot.marketCapUsd.reduce((sum, cap) => sum + cap, 0);
    expect(snapshot.global).toEqual({
      totalMarketCapUsd: total,
      totalVolume24hUsd: snapshot.volume24hUsd.reduce((sum, volume) => sum + volume, 0),
      btcDominancePct: (100 * snapshot.marketCapUsd[0]!) / total,
      ethDominancePct: (100 * snapshot.marketCapUsd[1]!) / total,
      providerTimeMs: NOW_MS,
    });
  });

  it('leaves the global metrics out when they are not wanted', async () => {
    expect((await pollAt(createSimulator({ coins: 5 }), NOW_MS, false)).global).toBeNull();
  });

  it('is the same for the same seed and times, and another for another seed', async () => {
    const [one, same, other] = await Promise.all(
      [8, 8, 9].map(async (seed) => {
        const source = createSimulator({ seed, coins: 50 });
        await pollAt(source, NOW_MS);
        return pollAt(source, NOW_MS + MINUTE_MS);
      }),
    );
    expect(one).toEqual(same);
    expect(one!.priceUsd).not.toEqual(other!.priceUsd);
  });

  it('goes on from a stored snapshot without a jump, percent changes included', async () => {
    const first = createSimulator({ seed: 6, coins: 50 });
    const stored = await pollAt(first, NOW_MS);
    const second = createSimulator({ seed: 6, coins: 55, resume: stored });
    expect(await historyOf(second)).toEqual([]);
    const again = await pollAt(second, NOW_MS);
    for (let slot = 0; slot < 50; slot += 1) {
      expect(again.priceUsd[slot]).toBe(stored.priceUsd[slot]);
      expect(again.percentChange24h[slot]).toBeCloseTo(stored.percentChange24h[slot]!, 6);
      expect(again.percentChange7d[slot]).toBeCloseTo(stored.percentChange7d[slot]!, 6);
    }
    const later = await pollAt(second, NOW_MS + 3 * 86_400_000);
    expect(later.takenAtMs).toBe(NOW_MS + 3 * 86_400_000);
    expect(later.priceUsd.every((price) => price > 0 && Number.isFinite(price))).toBe(true);
  });

  it('does not take the prices of another source for its own past', async () => {
    const foreign = { ...(await pollAt(createSimulator({ coins: 5 }), NOW_MS)), source: 'coinmarketcap' };
    expect(await historyOf(createSimulator({ coins: 5, resume: foreign }))).not.toEqual([]);
  });

  it('refuses to go back in time', async () => {
    const source = createSimulator({ coins: 5 });
    await pollAt(source, NOW_MS);
    expect(await source.poll({ nominalAtMs: NOW_MS - 1, wantGlobal: false, signal })).toEqual({
      ok: false,
      failure: { code: 'SNAPSHOT_OUT_OF_ORDER', detail: 'The demo market does not go back in time.' },
    });
  });
});

it('says what it is and costs nothing', async () => {
  const source = createSimulator();
  expect([source.name, source.label, source.demo]).toEqual(['demo', 'demo market', true]);
  expect(await source.schedule()).toEqual({
    ok: true,
    value: {
      intervalMs: 60_000,
      globalIntervalMs: 60_000,
      sentence: 'demo market: 250 simulated coins and global metrics every 1 min',
      creditsPerMonth: 0,
      creditsAllowed: null,
    },
  });
});
