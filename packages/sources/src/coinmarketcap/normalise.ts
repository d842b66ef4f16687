import type { GlobalMetrics } from '@ubot/market';
import { finite, notNegative, text, type Ticker } from '../shared/tickers.ts';
import type { CoinInfo } from '../types.ts';
import { figures, globalData, listedCoin, type ListedCoin } from './schemas.ts';

const USD_ID = 2781;

/**
 * One listed coin as a ticker, or null when it fails its check.
 *
 * Edges:  no id, no price, or a price that is not a finite number above zero → null. Any other figure that is missing
 *         or senseless is NaN. A market cap or volume of 0 is the provider's word and stays.
 */
export function tickerOf(coin: unknown): Ticker | null {
  if (!listedCoin.Check(coin)) return null;
  const usd = usdOf(coin.quote);
  if (usd === null) return null;
  const priceUsd = finite(usd.price);
  if (!(priceUsd > 0)) return null;
  return {
    info: infoOf(coin),
    priceUsd,
    volume24hUsd: notNegative(usd.volume_24h),
    marketCapUsd: notNegative(usd.market_cap),
    percentChange1h: finite(usd.percent_change_1h),
    percentChange24h: finite(usd.percent_change_24h),
    percentChange7d: finite(usd.percent_change_7d),
    providerTimeMs: timeMs(usd.last_updated ?? coin.last_updated),
  };
}

function infoOf(coin: ListedCoin): CoinInfo {
  const symbol = text(coin.symbol) ?? `#${coin.id}`;
  const rank = finite(coin.cmc_rank);
  return {
    id: coin.id,
    symbol,
    name: text(coin.name) ?? symbol,
    slug: text(coin.slug) ?? `coin-${coin.id}`,
    rank: Number.isInteger(rank) && rank >= 1 ? rank : null,
  };
}

/** The dollar figures of a quote in any of its shapes. */
export function usdOf(quote: ListedCoin['quote']): Readonly<Record<string, unknown>> | null {
  if (Array.isArray(quote)) return quote.find((entry) => entry.id === USD_ID || entry.symbol === 'USD') ?? null;
  const usd: unknown = quote.USD ?? quote[String(USD_ID)];
  return figures.Check(usd) ? usd : null;
}

export function globalMetricsOf(data: unknown): GlobalMetrics | null {
  if (!globalData.Check(data)) return null;
  const usd = usdOf(data.quote);
  if (usd === null) return null;
  const metrics = {
    totalMarketCapUsd: notNegative(usd.total_market_cap),
    totalVolume24hUsd: notNegative(usd.total_volume_24h),
    btcDominancePct: notNegative(data.btc_dominance),
    ethDominancePct: notNegative(data.eth_dominance),
  };
  if (Object.values(metrics).every(Number.isNaN)) return null;
  return { ...metrics, providerTimeMs: timeMs(usd.last_updated ?? data.last_updated) };
}

export function timeMs(value: unknown): number {
  const atMs = typeof value === 'string' ? Date.parse(value) : NaN;
  return atMs >= 0 ? atMs : NaN;
}
