/** A coin as the documented listings give it (v1 shape; the server turns it into v3 where that is asked for). */
export interface CmcCoin {
  readonly id: number;
  readonly name: string;
  readonly symbol: string;
  readonly slug: string;
  readonly cmc_rank: number | null;
  readonly last_updated: string;
  readonly quote: { readonly USD: Readonly<Record<string, unknown>> };
  readonly [field: string]: unknown;
}

/** What one poll is answered with. */
export interface CmcFrame {
  /** As in an answer's `data`; anything may stand here, the server passes it on. */
  readonly coins: readonly unknown[];
  /** The `data` of global metrics; made from the coins when it is absent. */
  readonly global?: unknown;
}

export interface CmcCoinFigures {
  readonly id: number;
  readonly priceUsd: unknown;
  readonly symbol?: string;
  readonly name?: string;
  readonly slug?: string;
  readonly rank?: number | null;
  readonly volume24hUsd?: unknown;
  readonly marketCapUsd?: unknown;
  readonly percentChange24h?: unknown;
  readonly updatedAtMs?: number;
}

/** One listed coin; what is not given is filled in plausibly. */
export function cmcCoin(figures: CmcCoinFigures): CmcCoin {
  const symbol = figures.symbol ?? `C${figures.id}`;
  const updated = new Date(figures.updatedAtMs ?? Date.UTC(2026, 0, 1)).toISOString();
  return {
    id: figures.id,
    name: figures.name ?? `Coin ${figures.id}`,
    symbol,
    slug: figures.slug ?? `coin-${figures.id}`,
    num_market_pairs: 10,
    date_added: '2020-01-01T00:00:00.000Z',
    tags: [],
    max_supply: null,
    circulating_supply: 1_000_000,
    total_supply: 1_000_000,
    platform: null,
    cmc_rank: figures.rank === undefined ? figures.id : figures.rank,
    last_updated: updated,
    quote: {
      USD: {
        price: figures.priceUsd,
        volume_24h: figures.volume24hUsd ?? 1_000,
        percent_change_1h: 0.1,
        percent_change_24h: figures.percentChange24h ?? 1.5,
        percent_change_7d: -2,
        market_cap: figures.marketCapUsd ?? 1_000_000,
        last_updated: updated,
      },
    },
  };
}

/** So many coins with ids and ranks from 1 and round prices that differ; nothing random. */
export function cmcCoins(count: number, updatedAtMs?: number): CmcCoin[] {
  return Array.from({ length: count }, (_, i) =>
    cmcCoin({
      id: i + 1,
      priceUsd: 10_000 / (i + 1),
      marketCapUsd: 1e12 / (i + 1),
      ...(updatedAtMs !== undefined && { updatedAtMs }),
    }),
  );
}

/** A frame from a recorded listings answer (the whole body, as parsed). */
export function cmcFrameOf(listings: unknown, global?: unknown): CmcFrame {
  const coins = dataOf(listings);
  if (!Array.isArray(coins)) throw new Error('A recorded listings answer needs an array `data`.');
  return { coins: coins as unknown[], ...(global !== undefined && { global: dataOf(global) }) };
}

function dataOf(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'data' in body ? body.data : undefined;
}

/** The v3 shape: `quote` as an array that names its currency. */
export function asV3(coin: unknown): unknown {
  if (typeof coin !== 'object' || coin === null || !('quote' in coin)) return coin;
  const { quote } = coin;
  if (typeof quote !== 'object' || quote === null || !('USD' in quote)) return coin;
  return { ...coin, quote: [{ id: 2781, symbol: 'USD', ...(quote.USD as object) }] };
}

/** Global metrics that agree with the coins. */
export function globalOf(coins: readonly unknown[], nowMs: number): unknown {
  const figures = coins.map((coin) => {
    const usd = (coin as Partial<CmcCoin>).quote?.USD ?? {};
    return {
      id: (coin as Partial<CmcCoin>).id,
      cap: Number(usd['market_cap'] ?? 0) || 0,
      volume: Number(usd['volume_24h'] ?? 0) || 0,
    };
  });
  const total = figures.reduce((sum, { cap }) => sum + cap, 0);
  const dominance = (id: number) => (100 * (figures.find((coin) => coin.id === id)?.cap ?? 0)) / (total || 1);
  const updated = new Date(nowMs).toISOString();
  return {
    active_cryptocurrencies: coins.length,
    btc_dominance: dominance(1),
    eth_dominance: dominance(1027),
    quote: {
      USD: {
        total_market_cap: total,
        total_volume_24h: figures.reduce((sum, { volume }) => sum + volume, 0),
        last_updated: updated,
      },
    },
    last_updated: updated,
  };
}
