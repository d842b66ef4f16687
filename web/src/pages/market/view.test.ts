import { describe, expect, test } from 'vitest';
import type { MarketCoin } from '../../live/coins.ts';
import { coinsOf, type MarketView } from './view.ts';

const coin = (id: number, name: string, symbol: string, given: Partial<MarketCoin> = {}): MarketCoin => ({
  id,
  name,
  symbol,
  rank: id,
  priceUsd: id,
  percentChange1h: null,
  percentChange24h: null,
  percentChange7d: null,
  volume24hUsd: null,
  marketCapUsd: null,
  moved: 0,
  movedIn: 0,
  words: `${name} ${symbol}`.toLowerCase(),
  ...given,
});
const COINS = new Map(
  [
    coin(1, 'Bitcoin', 'BTC', { percentChange24h: -1, marketCapUsd: 2e12 }),
    coin(2, 'Ethereum', 'ETH', { percentChange24h: 3, marketCapUsd: 4e11 }),
    coin(3, 'Bitcoin Cash', 'BCH', { percentChange24h: 3, marketCapUsd: 1e9 }),
    coin(4, 'Nobody knows', 'NBK'),
    coin(5, 'Wrapped BTC', 'WBTC', { percentChange24h: 0, rank: null }),
    coin(6, 'Bridged btc', 'BTC', { rank: 900 }),
  ].map((each) => [each.id, each]),
);
const VIEW: Pick<MarketView, 'search' | 'filter' | 'sorting'> = {
  search: '',
  filter: 'all',
  sorting: { id: 'rank', desc: false },
};
const ids = (view: Partial<typeof VIEW>, watched: ReadonlySet<number> | null = null) =>
  coinsOf(COINS, { ...VIEW, ...view }, watched).map(({ id }) => id);

describe('the coins to show', () => {
  test.each([
    ['all in the order of their rank, those without one last', {}, [1, 2, 3, 4, 6, 5]],
    ['gainers: above nought, which nought is not', { filter: 'gainers' }, [2, 3]],
    ['losers: below nought', { filter: 'losers' }, [1]],
    ['large: above a billion, which a billion is not', { filter: 'large' }, [1, 2]],
    ['by name', { search: ' BITCOIN ' }, [1, 3]],
    ['by symbol: who has exactly that one comes first', { search: 'btc' }, [1, 6, 5]],
    ['nothing fits', { search: 'no such coin' }, []],
    [
      'highest first; equals by rank, unknown last',
      { sorting: { id: 'percentChange24h', desc: true } },
      [2, 3, 5, 1, 4, 6],
    ],
    [
      'lowest first; unknown last all the same',
      { sorting: { id: 'percentChange24h', desc: false } },
      [1, 5, 2, 3, 4, 6],
    ],
    ['by name, from the end', { sorting: { id: 'name', desc: true } }, [5, 4, 2, 6, 3, 1]],
  ] as const)('%s', (_what, view, expected) => expect(ids(view)).toEqual(expected));

  test('of a watchlist those alone that it names', () => {
    expect(ids({}, new Set([3, 2, 77]))).toEqual([2, 3]);
    expect(ids({ filter: 'losers' }, new Set([3, 2]))).toEqual([]);
    expect(ids({}, new Set())).toEqual([]);
  });
});
