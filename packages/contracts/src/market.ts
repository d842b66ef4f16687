import { Type, type Static } from 'typebox';
import { CoinId, EpochMs, LIMITS, NumberOrNull, Sequence, TimeframeSchema } from './scalars.ts';

export const GlobalMetricsSchema = Type.Object(
  {
    totalMarketCapUsd: NumberOrNull,
    totalVolume24hUsd: NumberOrNull,
    btcDominancePct: NumberOrNull,
    ethDominancePct: NumberOrNull,
    providerTimeMs: Type.Union([EpochMs, Type.Null()]),
  },
  { additionalProperties: false },
);
export type GlobalMetricsWire = Static<typeof GlobalMetricsSchema>;

const columnOf = <T extends Parameters<typeof Type.Array>[0]>(item: T) =>
  Type.Array(item, { maxItems: LIMITS.snapshotCoins });

/**
 * All tickers at one instant, as columns: entry i of every column belongs to coinIds[i]. What the bus announces, what
 * POST /snapshots at the scanner takes. Percentages: 5 means 5 %. null where the source said nothing.
 */
export const SnapshotMessageSchema = Type.Object(
  {
    takenAtMs: EpochMs,
    source: Type.String({ minLength: 1, maxLength: 40, pattern: '^[a-z0-9-]+$' }),
    /** Distance of two polls; a coin whose provider time stands still for more than three of these is stale. */
    pollIntervalMs: Type.Integer({ minimum: 1_000, maximum: 86_400_000 }),
    coinIds: columnOf(CoinId),
    priceUsd: columnOf(Type.Number({ exclusiveMinimum: 0 })),
    volume24hUsd: columnOf(NumberOrNull),
    marketCapUsd: columnOf(NumberOrNull),
    rank: columnOf(Type.Union([Type.Integer({ minimum: 1 }), Type.Null()])),
    percentChange1h: columnOf(NumberOrNull),
    percentChange24h: columnOf(NumberOrNull),
    percentChange7d: columnOf(NumberOrNull),
    providerTimeMs: columnOf(Type.Union([EpochMs, Type.Null()])),
    global: Type.Union([GlobalMetricsSchema, Type.Null()]),
  },
  { additionalProperties: false },
);
export type SnapshotMessage = Static<typeof SnapshotMessageSchema>;

export const CoinSchema = Type.Object({
  id: CoinId,
  symbol: Type.String(),
  name: Type.String(),
  slug: Type.String(),
  rank: Type.Union([Type.Integer(), Type.Null()]),
});
export type CoinWire = Static<typeof CoinSchema>;

/** Why a coin was found, best first: exactly its id, symbol, slug or name; a beginning; anywhere inside. */
export const COIN_MATCHES = ['id', 'symbol', 'slug', 'name', 'beginning', 'inside'] as const;
export type CoinMatchKind = (typeof COIN_MATCHES)[number];

/** A coin as a search finds it. */
export const CoinMatchSchema = Type.Object({
  ...CoinSchema.properties,
  match: Type.Enum(COIN_MATCHES),
  /** How many other coins go by the same symbol: above 0, the symbol alone does not say which one is meant. */
  symbolSharedWith: Type.Integer({ minimum: 0 }),
});
export type CoinMatch = Static<typeof CoinMatchSchema>;

export const CandleSchema = Type.Object({
  openAtMs: EpochMs,
  open: Type.Number(),
  high: Type.Number(),
  low: Type.Number(),
  close: Type.Number(),
  /** The provider's rolling 24 h figure at the candle's last sample; not the candle's own volume. */
  volume24hUsd: NumberOrNull,
  marketCapUsd: NumberOrNull,
  /** How many polled prices the candle was built from. */
  samples: Type.Integer({ minimum: 1 }),
  /** false: the candle is still open and will change. */
  closed: Type.Boolean(),
});
export type CandleWire = Static<typeof CandleSchema>;

export const CandlesAnswerSchema = Type.Object({
  coinId: CoinId,
  timeframe: TimeframeSchema,
  /** Oldest first. Gaps stay gaps: a candle nobody observed is absent. */
  candles: Type.Array(CandleSchema),
});
export type CandlesAnswer = Static<typeof CandlesAnswerSchema>;

/**
 * Which candles: those that opened at `from` or later and before `to` (`before` is an older word for it), and of these the
 * newest `limit`. Without `to` the open candle is among them.
 */
export const CANDLES_RANGE = {
  timeframe: TimeframeSchema,
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.candlesPerRequest })),
  from: Type.Optional(EpochMs),
  to: Type.Optional(EpochMs),
  before: Type.Optional(EpochMs),
  /** As the Accept header says when not given. */
  format: Type.Optional(Type.Enum(['json', 'csv'] as const)),
};

/** How current the data is and where it comes from; shown wherever prices are shown. */
export const MarketStateSchema = Type.Object({
  source: Type.String(),
  /** What people see: "CoinMarketCap", "demo market". */
  label: Type.String(),
  /** true: the prices are simulated. */
  demo: Type.Boolean(),
  snapshotId: Sequence,
  takenAtMs: EpochMs,
  ageMs: Type.Integer({ minimum: 0 }),
  /** true: older than three poll intervals. */
  stale: Type.Boolean(),
  pollIntervalMs: Type.Integer({ minimum: 1 }),
});
export type MarketState = Static<typeof MarketStateSchema>;

export const PhotoCoinSchema = Type.Object({
  id: CoinId,
  symbol: Type.String(),
  name: Type.String(),
  slug: Type.String(),
  rank: Type.Union([Type.Integer(), Type.Null()]),
  priceUsd: Type.Number(),
  volume24hUsd: NumberOrNull,
  marketCapUsd: NumberOrNull,
  percentChange1h: NumberOrNull,
  percentChange24h: NumberOrNull,
  percentChange7d: NumberOrNull,
  providerTimeMs: Type.Union([EpochMs, Type.Null()]),
});

/**
 * The photo: the latest snapshot, serialised and compressed once. It has no age in it, so that its ETag changes only
 * with the snapshot; the `age` header and /api/v1/sources say how old it is.
 */
export const PhotoSchema = Type.Object({
  snapshotId: Sequence,
  takenAtMs: EpochMs,
  source: Type.String(),
  label: Type.String(),
  demo: Type.Boolean(),
  global: Type.Union([GlobalMetricsSchema, Type.Null()]),
  coins: Type.Array(PhotoCoinSchema),
});
export type Photo = Static<typeof PhotoSchema>;

export const GlobalAnswerSchema = Type.Object({
  takenAtMs: EpochMs,
  source: Type.String(),
  label: Type.String(),
  demo: Type.Boolean(),
  global: GlobalMetricsSchema,
});
export type GlobalAnswer = Static<typeof GlobalAnswerSchema>;

export const GLOBAL_METRICS = ['total_market_cap', 'total_volume_24h', 'btc_dominance', 'eth_dominance'] as const;
export type GlobalMetric = (typeof GLOBAL_METRICS)[number];

export const GlobalCandlesAnswerSchema = Type.Object({
  metric: Type.Enum(GLOBAL_METRICS),
  timeframe: TimeframeSchema,
  candles: Type.Array(Type.Omit(CandleSchema, ['volume24hUsd', 'marketCapUsd'])),
});
export type GlobalCandlesAnswer = Static<typeof GlobalCandlesAnswerSchema>;

export const SourceStateSchema = Type.Object({
  name: Type.String(),
  label: Type.String(),
  demo: Type.Boolean(),
  active: Type.Boolean(),
  /** "top 200 every 4 min, global every 15 min: 13,680 of 15,000 credits a month" */
  schedule: Type.String(),
  creditsLeft: Type.Union([Type.Integer(), Type.Null()]),
  lastPollAtMs: Type.Union([EpochMs, Type.Null()]),
  lastFailure: Type.Union([Type.Object({ code: Type.String(), detail: Type.String(), atMs: EpochMs }), Type.Null()]),
  market: Type.Union([MarketStateSchema, Type.Null()]),
});
export type SourceState = Static<typeof SourceStateSchema>;
