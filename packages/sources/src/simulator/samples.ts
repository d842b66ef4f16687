import type { GlobalMetrics, SnapshotColumns } from '@ubot/market';
import type { SimulatedCoin } from './coins.ts';
import { CHANGE_SPANS_MS } from './pastPrices.ts';
import type { MarketWalk } from './walk.ts';

const BITCOIN_ID = 1;
const ETHEREUM_ID = 1027;

export interface Sampler {
  /** What candles need of the instant where the market stands. */
  sample(atMs: number): SnapshotColumns;
  /** The same with ranks and percent changes. */
  snapshot(atMs: number): SnapshotColumns;
}

/** Looks at a simulated market as a provider would: columns, market caps, ranks, changes, dominance. */
export function createSampler(
  coins: readonly SimulatedCoin[],
  walk: MarketWalk,
  about: { source: string; pollIntervalMs: number },
): Sampler {
  const { market, past } = walk;
  const coinIds = Int32Array.from(coins, (coin) => coin.info.id);
  const unknown = new Float64Array(coins.length).fill(NaN);
  const unranked = new Int32Array(coins.length);

  function sample(atMs: number): SnapshotColumns {
    const marketCapUsd = market.prices.map((price, slot) => price * coins[slot]!.supply);
    return {
      takenAtMs: atMs,
      ...about,
      coinIds,
      priceUsd: market.prices.slice(),
      volume24hUsd: market.volumes.slice(),
      marketCapUsd,
      rank: unranked,
      percentChange1h: unknown,
      percentChange24h: unknown,
      percentChange7d: unknown,
      providerTimeMs: new Float64Array(coins.length).fill(atMs),
      global: globalOf(marketCapUsd, atMs),
    };
  }

  function globalOf(marketCapUsd: Float64Array, atMs: number): GlobalMetrics {
    const total = sum(marketCapUsd);
    const dominance = (id: number) => {
      const slot = coinIds.indexOf(id);
      return slot === -1 ? 0 : (100 * marketCapUsd[slot]!) / total;
    };
    return {
      totalMarketCapUsd: total,
      totalVolume24hUsd: sum(market.volumes),
      btcDominancePct: dominance(BITCOIN_ID),
      ethDominancePct: dominance(ETHEREUM_ID),
      providerTimeMs: atMs,
    };
  }

  function changeSince(spanMs: number, atMs: number): Float64Array {
    const then = past.at(atMs - spanMs);
    if (then === null) return unknown.slice();
    return market.prices.map((price, slot) => 100 * (price / then[slot]! - 1));
  }

  return {
    sample,
    snapshot(atMs) {
      const columns = sample(atMs);
      return {
        ...columns,
        rank: ranksOf(columns.marketCapUsd),
        percentChange1h: changeSince(CHANGE_SPANS_MS.hour, atMs),
        percentChange24h: changeSince(CHANGE_SPANS_MS.day, atMs),
        percentChange7d: changeSince(CHANGE_SPANS_MS.week, atMs),
      };
    },
  };
}

function ranksOf(marketCapUsd: Float64Array): Int32Array {
  const order = Array.from(marketCapUsd, (_, slot) => slot).sort((a, b) => marketCapUsd[b]! - marketCapUsd[a]!);
  const ranks = new Int32Array(order.length);
  for (const [position, slot] of order.entries()) ranks[slot] = position + 1;
  return ranks;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
