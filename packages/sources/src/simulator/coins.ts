import type { CoinInfo } from '../types.ts';
import { createRandom, seedOf, type Random } from './random.ts';

/** A coin of the demo market and how it behaves. Prices are invented round figures, not quotations. */
export interface SimulatedCoin {
  readonly info: Omit<CoinInfo, 'rank'>;
  /** What its price wanders around. */
  readonly anchorPriceUsd: number;
  readonly supply: number;
  /** How strongly it follows the market; 0 for stablecoins. */
  readonly beta: number;
  /** Of its own moves, per year: 0.8 is 80 %. */
  readonly ownVolatility: number;
  /** 24 h volume as a share of its market cap on a calm day. */
  readonly turnover: number;
  readonly stable: boolean;
}

/** Ids of invented coins begin here, far above the provider's own. */
export const INVENTED_COIN_ID_FIRST = 9_000_001;

// id, symbol, name, slug, invented price, invented supply. Names and ids are CoinMarketCap's, so that a strategy written
// for the demo market means the same coins later.
const KNOWN: readonly (readonly [number, string, string, string, number, number])[] = [
  [1, 'BTC', 'Bitcoin', 'bitcoin', 65_000, 19.8e6],
  [1027, 'ETH', 'Ethereum', 'ethereum', 3_200, 120e6],
  [825, 'USDT', 'Tether USDt', 'tether', 1, 110e9],
  [1839, 'BNB', 'BNB', 'bnb', 560, 148e6],
  [5426, 'SOL', 'Solana', 'solana', 150, 460e6],
  [52, 'XRP', 'XRP', 'xrp', 0.6, 55e9],
  [3408, 'USDC', 'USDC', 'usd-coin', 1, 34e9],
  [74, 'DOGE', 'Dogecoin', 'dogecoin', 0.14, 144e9],
  [2010, 'ADA', 'Cardano', 'cardano', 0.45, 35e9],
  [1958, 'TRX', 'TRON', 'tron', 0.14, 87e9],
  [5805, 'AVAX', 'Avalanche', 'avalanche', 28, 400e6],
  [5994, 'SHIB', 'Shiba Inu', 'shiba-inu', 0.000018, 589e12],
  [1975, 'LINK', 'Chainlink', 'chainlink', 14, 610e6],
  [6636, 'DOT', 'Polkadot', 'polkadot-new', 6.2, 1.4e9],
  [1831, 'BCH', 'Bitcoin Cash', 'bitcoin-cash', 380, 19.7e6],
  [6535, 'NEAR', 'NEAR Protocol', 'near-protocol', 5, 1.1e9],
  [4943, 'DAI', 'Dai', 'multi-collateral-dai', 1, 5.3e9],
  [2, 'LTC', 'Litecoin', 'litecoin', 72, 74e6],
  [8916, 'ICP', 'Internet Computer', 'internet-computer', 9, 460e6],
  [7083, 'UNI', 'Uniswap', 'uniswap', 7.5, 600e6],
  [1321, 'ETC', 'Ethereum Classic', 'ethereum-classic', 22, 147e6],
  [328, 'XMR', 'Monero', 'monero', 160, 18.4e6],
  [512, 'XLM', 'Stellar', 'stellar', 0.1, 29e9],
  [4642, 'HBAR', 'Hedera', 'hedera', 0.07, 35e9],
  [3794, 'ATOM', 'Cosmos', 'cosmos', 6.4, 390e6],
  [2280, 'FIL', 'Filecoin', 'filecoin', 4.2, 570e6],
  [3077, 'VET', 'VeChain', 'vechain', 0.026, 81e9],
  [4157, 'RUNE', 'THORChain', 'thorchain', 4.6, 335e6],
  [7278, 'AAVE', 'Aave', 'aave', 95, 14.9e6],
  [4030, 'ALGO', 'Algorand', 'algorand', 0.14, 8.2e9],
  [2416, 'THETA', 'Theta Network', 'theta-network', 1.5, 1e9],
  [1518, 'MKR', 'Maker', 'maker', 2_300, 0.93e6],
  [6719, 'GRT', 'The Graph', 'the-graph', 0.17, 9.5e9],
  [2011, 'XTZ', 'Tezos', 'tezos', 0.75, 990e6],
  [1765, 'EOS', 'EOS', 'eos', 0.6, 1.5e9],
  [6210, 'SAND', 'The Sandbox', 'the-sandbox', 0.3, 2.3e9],
  [1966, 'MANA', 'Decentraland', 'decentraland', 0.32, 1.9e9],
  [1376, 'NEO', 'Neo', 'neo', 10, 70.5e6],
  [1437, 'ZEC', 'Zcash', 'zcash', 30, 16.3e6],
  [131, 'DASH', 'Dash', 'dash', 26, 11.9e6],
];
const STABLE_IDS: ReadonlySet<number> = new Set([825, 3408, 4943]);

const HEADS = 'ar bel cor dra el fen gal hel in jor kal lum mar nex or pyr qua rho sol tar um vel wex yar zen'.split(
  ' ',
);
const MIDDLES = ['', 'a', 'i', 'o', 'e', 'ari', 'ena', 'olo', 'ix'];
const TAILS = 'chain dex fi net ra dia via vault nova swap lith mesh grid pay dao verse'.split(' ');

/**
 * The coins of a demo market: well-known ones first, then invented ones down to the size of a village.
 *
 * Edges:  the same seed gives the same coins, and a longer list begins with the shorter one. Invented symbols and slugs
 *         are unique.
 */
export function simulatedCoins(options: { count: number; seed: number }): SimulatedCoin[] {
  const random = createRandom(seedOf(options.seed, 'coins'));
  const coins = KNOWN.slice(0, options.count).map((row) => knownCoin(row, random));
  const taken = new Set(KNOWN.flatMap((row) => [row[1], row[3]]));
  for (let n = 0; coins.length < options.count; n += 1) coins.push(inventedCoin(n, taken, random));
  return coins;
}

function knownCoin(row: (typeof KNOWN)[number], random: Random): SimulatedCoin {
  const [id, symbol, name, slug, anchorPriceUsd, supply] = row;
  const stable = STABLE_IDS.has(id);
  const share = id === 1 ? 0.15 : id === 1027 ? 0.3 : 0.55 + 0.4 * random.uniform();
  return {
    info: { id, symbol, name, slug },
    anchorPriceUsd,
    supply,
    beta: stable ? 0 : id === 1 ? 0.95 : id === 1027 ? 1.15 : 1 + 0.5 * random.uniform(),
    ownVolatility: share,
    turnover: stable ? 0.25 : 0.02 + 0.05 * random.uniform(),
    stable,
  };
}

function inventedCoin(n: number, taken: Set<string>, random: Random): SimulatedCoin {
  const name = inventedName(taken, random);
  const symbol = inventedSymbol(name, taken);
  const slug = name.toLowerCase();
  taken.add(symbol).add(slug);
  // Market caps fall off as in the real tail: each place down about 1.5 % smaller, with scatter.
  const capUsd = 6e8 * Math.exp(-0.015 * n + 0.25 * random.normal());
  const anchorPriceUsd = 10 ** (2 - 7 * random.uniform() ** 1.5);
  return {
    info: { id: INVENTED_COIN_ID_FIRST + n, symbol, name, slug },
    anchorPriceUsd,
    supply: capUsd / anchorPriceUsd,
    beta: 0.7 + 0.9 * random.uniform(),
    ownVolatility: 0.6 + 0.9 * random.uniform(),
    turnover: 0.01 + 0.12 * random.uniform() ** 2,
    stable: false,
  };
}

function inventedName(taken: ReadonlySet<string>, random: Random): string {
  const pick = (words: readonly string[]) => words[Math.floor(random.uniform() * words.length)]!;
  for (let attempt = 0; ; attempt += 1) {
    const word = pick(HEADS) + pick(MIDDLES) + pick(TAILS);
    // There are 3,600 words; beyond that a number keeps them apart.
    const name = word[0]!.toUpperCase() + word.slice(1) + (attempt < 50 ? '' : String(attempt));
    if (!taken.has(name.toLowerCase())) return name;
  }
}

function inventedSymbol(name: string, taken: ReadonlySet<string>): string {
  const letters = name.toUpperCase().replaceAll(/[^A-Z]/g, '');
  const consonants = letters[0]! + letters.slice(1).replaceAll(/[AEIOU]/g, '');
  for (const length of [3, 4, 5]) {
    for (const base of [letters, consonants]) {
      if (base.length >= length && !taken.has(base.slice(0, length))) return base.slice(0, length);
    }
  }
  for (let n = 2; ; n += 1) if (!taken.has(letters.slice(0, 3) + n)) return letters.slice(0, 3) + n;
}
