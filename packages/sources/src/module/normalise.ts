import { CoinId } from '@ubot/contracts';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { finite, notNegative, text, type Ticker } from '../shared/tickers.ts';

const Unchecked = Type.Optional(Type.Unknown());
const sourceCoin = Compile(
  Type.Object({
    id: CoinId,
    symbol: Type.String(),
    priceUsd: Type.Number({ exclusiveMinimum: 0 }),
    name: Unchecked,
    slug: Unchecked,
    rank: Unchecked,
    volume24hUsd: Unchecked,
    marketCapUsd: Unchecked,
    percentChange1h: Unchecked,
    percentChange24h: Unchecked,
    percentChange7d: Unchecked,
    providerTimeMs: Unchecked,
  }),
);

/**
 * What a module says of each coin as tickers.
 *
 * Edges:  no id, no symbol, no price above zero, or an id that came before → left out. Any other figure that is missing or
 *         senseless is NaN.
 */
export function tickersOf(coins: readonly unknown[]): Ticker[] {
  const seen = new Set<number>();
  return coins.flatMap((coin) => {
    if (!sourceCoin.Check(coin) || seen.has(coin.id)) return [];
    seen.add(coin.id);
    const symbol = text(coin.symbol) ?? `#${coin.id}`;
    const rank = finite(coin.rank);
    const ticker: Ticker = {
      info: {
        id: coin.id,
        symbol,
        name: text(coin.name) ?? symbol,
        slug: text(coin.slug) ?? `coin-${coin.id}`,
        rank: Number.isInteger(rank) && rank >= 1 ? rank : null,
      },
      priceUsd: coin.priceUsd,
      volume24hUsd: notNegative(coin.volume24hUsd),
      marketCapUsd: notNegative(coin.marketCapUsd),
      percentChange1h: finite(coin.percentChange1h),
      percentChange24h: finite(coin.percentChange24h),
      percentChange7d: finite(coin.percentChange7d),
      providerTimeMs: notNegative(coin.providerTimeMs),
    };
    return [ticker];
  });
}
