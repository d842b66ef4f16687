import { COIN_MATCHES, GLOBAL_METRICS } from '@ubot/contracts';
import { asQuery, byId, part, type Topic } from './topic.ts';

const TEXT = `
enum CoinMatchKind { ${COIN_MATCHES.join(' ')} }
enum GlobalMetric { ${GLOBAL_METRICS.join(' ')} }

extend type Query {
  "Coins by name, symbol or slug, best first; without a search all, by rank."
  coins(search: String, limit: Int = 50): [CoinMatch!]
  "By its CoinMarketCap id."
  coin(id: Int!): Coin
  "Oldest first; the last one may still be open."
  candles(
    coinId: Int!
    timeframe: String!
    limit: Int = 100
    before: EpochMs
    from: EpochMs
    to: EpochMs
  ): [Candle!]
  "The whole market: capitalisation, volume, dominance."
  global: GlobalAnswer
  globalCandles(
    metric: GlobalMetric!
    timeframe: String!
    limit: Int = 100
    before: EpochMs
    from: EpochMs
    to: EpochMs
  ): [GlobalCandle!]
  "Where the prices come from, how often, how old they are."
  sources: [Source!]
}

extend type Subscription {
  "Prices now, and again with each snapshot. Who reads slowly gets the newest and misses those between."
  coinPrices(ids: [Int!]!): PriceUpdate!
}

type Coin {
  id: Int!
  symbol: String!
  name: String!
  slug: String!
  rank: Int
  "Its line of the newest snapshot; null when it is not in it."
  ticker: Ticker
}

"A coin as a search finds it."
type CoinMatch {
  id: Int!
  symbol: String!
  name: String!
  slug: String!
  rank: Int
  ticker: Ticker
  "Why it was found: exactly its id, symbol, slug or name; a beginning; anywhere inside."
  match: CoinMatchKind!
  "How many other coins go by the same symbol: above 0, the symbol alone does not say which one is meant."
  symbolSharedWith: Int!
}

"One coin in the newest snapshot. Percentages: 5 means 5 %."
type Ticker {
  id: Int!
  symbol: String!
  name: String!
  slug: String!
  rank: Int
  priceUsd: Float!
  volume24hUsd: Float
  marketCapUsd: Float
  percentChange1h: Float
  percentChange24h: Float
  percentChange7d: Float
  providerTimeMs: EpochMs
}

type PriceUpdate {
  snapshotId: String!
  takenAtMs: EpochMs!
  source: String!
  "true: the prices are simulated."
  demo: Boolean!
  "Those of the coins that the snapshot has, in the order asked for."
  tickers: [Ticker!]!
}

type Candle {
  openAtMs: EpochMs!
  open: Float!
  high: Float!
  low: Float!
  close: Float!
  "The provider's rolling 24 h figure at the candle's last sample; not the candle's own volume."
  volume24hUsd: Float
  marketCapUsd: Float
  "How many polled prices the candle was built from."
  samples: Int!
  "false: the candle is still open and will change."
  closed: Boolean!
}

type GlobalCandle {
  openAtMs: EpochMs!
  open: Float!
  high: Float!
  low: Float!
  close: Float!
  samples: Int!
  closed: Boolean!
}

type GlobalAnswer {
  takenAtMs: EpochMs!
  source: String!
  label: String!
  demo: Boolean!
  global: GlobalMetrics!
}

type GlobalMetrics {
  totalMarketCapUsd: Float
  totalVolume24hUsd: Float
  btcDominancePct: Float
  ethDominancePct: Float
  providerTimeMs: EpochMs
}

type Source {
  name: String!
  label: String!
  demo: Boolean!
  active: Boolean!
  schedule: String!
  creditsLeft: SafeInt
  lastPollAtMs: EpochMs
  lastFailure: SourceFailure
  market: MarketState
}

type SourceFailure {
  code: String!
  detail: String!
  atMs: EpochMs!
}

"How current the data is and where it comes from."
type MarketState {
  source: String!
  label: String!
  demo: Boolean!
  snapshotId: String!
  takenAtMs: EpochMs!
  ageMs: SafeInt!
  "Older than three polls."
  stale: Boolean!
  pollIntervalMs: SafeInt!
}
`;

export const MARKET: Topic = {
  text: TEXT,
  query: {
    coins: { route: 'GET /coins', input: asQuery },
    coin: { route: 'GET /coins/:id', input: byId },
    candles: {
      route: 'GET /coins/:id/candles',
      input: ({ coinId, ...query }) => ({ params: { id: coinId }, query }),
      pick: part('candles'),
    },
    global: { route: 'GET /global' },
    globalCandles: { route: 'GET /global/candles', input: asQuery, pick: part('candles') },
    sources: { route: 'GET /sources' },
  },
};
