import type { MarketCoin } from '../../live/coins.ts';
import { createStore } from '../../lib/store.ts';

export type SortColumn =
  | 'rank'
  | 'name'
  | 'priceUsd'
  | 'percentChange1h'
  | 'percentChange24h'
  | 'percentChange7d'
  | 'marketCapUsd'
  | 'volume24hUsd';
export interface Sorting {
  readonly id: SortColumn;
  readonly desc: boolean;
}
export const FILTERS = ['all', 'gainers', 'losers', 'large'] as const;
export type Filter = (typeof FILTERS)[number];

/** What of the market is looked at; kept while one goes to a coin and back. */
export interface MarketView {
  readonly search: string;
  readonly filter: Filter;
  readonly watchlistId: string | null;
  readonly sorting: Sorting;
}
const FIRST: MarketView = {
  search: '',
  filter: 'all',
  watchlistId: null,
  sorting: { id: 'rank', desc: false },
};
export const marketView = createStore<MarketView>(FIRST);
/** Where the list was left. Not part of what is drawn: scrolling must not draw the page anew. */
export const scrolled = { px: 0 };
export const changeView = (change: Partial<MarketView>): void => marketView.set({ ...marketView.get(), ...change });

const LARGE_USD = 1e9;
const PASSES: Readonly<Record<Filter, (coin: MarketCoin) => boolean>> = {
  all: () => true,
  gainers: ({ percentChange24h }) => percentChange24h !== null && percentChange24h > 0,
  losers: ({ percentChange24h }) => percentChange24h !== null && percentChange24h < 0,
  large: ({ marketCapUsd }) => marketCapUsd !== null && marketCapUsd > LARGE_USD,
};

/**
 * The coins to show, in their order.
 *
 * Edges:  what is not known comes last, whichever way the column is sorted; equals keep the order of their rank.
 */
export function coinsOf(
  coins: ReadonlyMap<number, MarketCoin>,
  { search, filter, sorting }: Pick<MarketView, 'search' | 'filter' | 'sorting'>,
  watched: ReadonlySet<number> | null,
): MarketCoin[] {
  const wanted = search.trim().toLowerCase();
  const passes = PASSES[filter];
  const found: MarketCoin[] = [];
  for (const coin of coins.values()) {
    if (watched !== null && !watched.has(coin.id)) continue;
    if (passes(coin) && (wanted === '' || coin.words.includes(wanted))) found.push(coin);
  }
  return found.sort(orderOf(sorting, wanted));
}

function orderOf({ id, desc }: Sorting, wanted: string): (a: MarketCoin, b: MarketCoin) => number {
  const byRank = (a: MarketCoin, b: MarketCoin): number => (a.rank ?? Infinity) - (b.rank ?? Infinity) || a.id - b.id;
  const sign = desc ? -1 : 1;
  if (id === 'rank') {
    // Whoever types "btc" means the coin of that symbol.
    const isExact = (coin: MarketCoin): boolean => wanted !== '' && coin.symbol.toLowerCase() === wanted;
    return (a, b) => Number(isExact(b)) - Number(isExact(a)) || sign * byRank(a, b);
  }
  if (id === 'name') {
    const { compare } = new Intl.Collator();
    return (a, b) => sign * compare(a.name, b.name) || byRank(a, b);
  }
  return (a, b) => {
    const [first, second] = [a[id], b[id]];
    if (first === second) return byRank(a, b);
    if (first === null) return 1;
    if (second === null) return -1;
    return sign * (first - second);
  };
}
