/** What a condition has to know of a coin that it names. */
export interface CoinName {
  readonly id: number;
  readonly slug: string;
  readonly symbol: string;
  readonly name: string;
}

/** Finds the coins that conditions name. */
export interface CoinResolver {
  /** By id or slug, as written between the quotation marks or as a number; null: there is none. */
  find(idOrSlug: string): CoinName | null;
  /** All coins that have this symbol, which is why a symbol names none of them. */
  bySymbol(symbol: string): readonly CoinName[];
  /** Slugs that a mistyped one may have meant. */
  readonly slugs: readonly string[];
  /** Whether it knows every coin there is, or only some. */
  readonly isComplete: boolean;
}

/** A resolver over a list of coins; slugs and symbols in any case. */
export function createCoinResolver(coins: readonly CoinName[], isComplete: boolean): CoinResolver {
  const known = new Map<string, CoinName>();
  for (const coin of coins) {
    known.set(coin.slug.toLowerCase(), coin);
    known.set(String(coin.id), coin);
  }
  return {
    find: (idOrSlug) => known.get(idOrSlug.trim().toLowerCase()) ?? null,
    bySymbol: (symbol) => coins.filter((coin) => coin.symbol.toLowerCase() === symbol.trim().toLowerCase()),
    slugs: coins.map(({ slug }) => slug),
    isComplete,
  };
}

const coin = (id: number, slug: string, symbol: string, name: string): CoinName => ({ id, slug, symbol, name });

/** The coins that everybody knows, by CoinMarketCap's ids: what a condition may name where no list of coins is at hand. */
export const WELL_KNOWN_COINS: CoinResolver = createCoinResolver(
  [
    coin(1, 'bitcoin', 'BTC', 'Bitcoin'),
    coin(1_027, 'ethereum', 'ETH', 'Ethereum'),
    coin(825, 'tether', 'USDT', 'Tether'),
    coin(52, 'xrp', 'XRP', 'XRP'),
    coin(1_839, 'bnb', 'BNB', 'BNB'),
    coin(5_426, 'solana', 'SOL', 'Solana'),
    coin(3_408, 'usd-coin', 'USDC', 'USDC'),
    coin(74, 'dogecoin', 'DOGE', 'Dogecoin'),
    coin(2_010, 'cardano', 'ADA', 'Cardano'),
    coin(1_958, 'tron', 'TRX', 'TRON'),
    coin(1_975, 'chainlink', 'LINK', 'Chainlink'),
    coin(5_805, 'avalanche', 'AVAX', 'Avalanche'),
    coin(512, 'stellar', 'XLM', 'Stellar'),
    coin(2, 'litecoin', 'LTC', 'Litecoin'),
    coin(1_831, 'bitcoin-cash', 'BCH', 'Bitcoin Cash'),
    coin(6_636, 'polkadot-new', 'DOT', 'Polkadot'),
    coin(328, 'monero', 'XMR', 'Monero'),
    coin(7_083, 'uniswap', 'UNI', 'Uniswap'),
  ],
  false,
);

/** The coins that texts name, so that they can be looked up before the texts are checked. */
export function coinsNamedIn(texts: readonly string[]): string[] {
  const names = texts.flatMap((text) => {
    const calls = text.matchAll(/coin\s*\(\s*(?:"([^"\n]{1,120})"|'([^'\n]{1,120})'|([0-9]{1,9}))\s*\)/gi);
    return [...calls].map(([, double, single, id]) => (double ?? single ?? id ?? '').trim());
  });
  return [...new Set(names)].filter((name) => name !== '');
}
