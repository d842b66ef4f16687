import { Type, type Static } from 'typebox';

/** Times are epoch milliseconds in UTC everywhere inside and on the wire. 8.64e15 is the last instant a Date can hold. */
export const EpochMs = Type.Integer({
  minimum: 0,
  maximum: 8_640_000_000_000_000,
  description: 'Epoch milliseconds, UTC',
});

export const Uuid = Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' });

/** A position in an append-only list, as decimal text: 64 bits do not fit a JSON number. */
export const Sequence = Type.String({ pattern: '^[0-9]{1,19}$' });

/** A CoinMarketCap id: permanent, unlike a symbol. */
export const CoinId = Type.Integer({ minimum: 1, maximum: 2_147_483_647 });

export const NumberOrNull = Type.Union([Type.Number(), Type.Null()]);

export const TIMEFRAMES = ['1m', '5m', '15m', '30m', '1h', '4h', '12h', '1d', '1w'] as const;
export const TimeframeSchema = Type.Enum(TIMEFRAMES);
export type Timeframe = (typeof TIMEFRAMES)[number];

/** The limits of requests and lists, named once. */
export const LIMITS = {
  /** Bodies of ordinary routes; a strategy with a full-length condition and message fits several times over. */
  bodyBytes: 64 * 1024,
  /** POST /snapshots at the scanner: 20,000 coins in nine columns of full-precision numbers. */
  snapshotBodyBytes: 16 * 1024 * 1024,
  /** POST /strategies/apply: a file of strategies. */
  applyBodyBytes: 1024 * 1024,
  strategiesPerFile: 500,
  snapshotCoins: 20_000,
  candlesPerRequest: 5_000,
  listPage: 200,
  /** Things that a service reads by their ids for another service in one request. */
  idsPerBatch: 1_000,
  /** The text of a GraphQL query; its variables come on top. */
  graphqlQueryChars: 100 * 1024,
  graphqlBodyBytes: 256 * 1024,
  strategiesPerPage: 1_000,
  channelsPerUser: 50,
  watchlistsPerUser: 50,
  coinsPerWatchlist: 1_000,
  channelsPerStrategy: 10,
  tagsPerStrategy: 10,
  /** Silences of one user that have not ended. */
  silencesPerUser: 200,
  /** How far from now a silence may end: a year with its leap day. */
  silenceMs: 366 * 86_400_000,
  inhibitionsPerUser: 50,
  strategiesPerInhibition: 100,
  commentChars: 300,
  universeCoins: 1_000,
  conditionChars: 2_000,
  messageChars: 1_000,
  nameChars: 120,
  indicatorNames: 64,
  /** Idempotency keys of one user in 24 hours. */
  idempotencyKeysPerUser: 5_000,
} as const;

export type EpochMs = Static<typeof EpochMs>;
