import { Type, type Static, type TSchema } from 'typebox';
import { AlertWithNotificationsSchema, NotificationSchema } from './alert.ts';
import { ERRORS, type ErrorCode } from './errors.ts';
import { CandleSchema, GlobalMetricsSchema } from './market.ts';
import { CoinId, EpochMs, LIMITS, NumberOrNull, Sequence, TimeframeSchema, Uuid } from './scalars.ts';

const strict = { additionalProperties: false } as const;

/** What one connection to /ws may do; a user or a process may have less left. */
export const LIVE_LIMITS = {
  /** A message of a client; a thousand coin ids fit. */
  messageBytes: 16 * 1024,
  /** Messages, and pings that the client sends, within the window. */
  messages: 60,
  messagesWindowMs: 10_000,
  subscriptions: 32,
  candleSubscriptions: 16,
  candles: 1_000,
  socketsOfOneUser: 50,
  signInMs: 5_000,
  heartbeatMs: 30_000,
} as const;

export const LIVE_STREAMS = ['market', 'candles', 'alerts', 'deliveries'] as const;
export type LiveStream = (typeof LIVE_STREAMS)[number];

export const LIVE_FORMATS = ['json', 'binary'] as const;
export type LiveFormat = (typeof LIVE_FORMATS)[number];

/** The client's own name for a subscription. */
const SubscriptionId = Type.String({ minLength: 1, maxLength: 64, pattern: '^[\\x21-\\x7e]+$' });

const MarketUniverseSchema = Type.Union([
  Type.Object({ kind: Type.Literal('all') }, strict),
  Type.Object(
    {
      kind: Type.Literal('coins'),
      ids: Type.Array(CoinId, { minItems: 1, maxItems: LIMITS.universeCoins, uniqueItems: true }),
    },
    strict,
  ),
  // The coins that the list has now; follow it anew after changing it.
  Type.Object({ kind: Type.Literal('watchlist'), id: Uuid }, strict),
]);
export type LiveUniverse = Static<typeof MarketUniverseSchema>;

const message = <Name extends string, Properties extends Record<string, TSchema>>(type: Name, properties: Properties) =>
  Type.Object({ type: Type.Literal(type), ...properties }, { ...strict, title: type });
const subscription = <Name extends LiveStream, Properties extends Record<string, TSchema>>(
  stream: Name,
  properties: Properties,
) =>
  Type.Object(
    { type: Type.Literal('subscribe'), id: SubscriptionId, stream: Type.Literal(stream), ...properties },
    { ...strict, title: `subscribe_${stream}` },
  );

/** What a client may send over /ws, by name. */
export const LIVE_CLIENT_MESSAGES = {
  sign_in: message('sign_in', { token: Type.String({ minLength: 1, maxLength: 4_096 }) }),
  subscribe_market: subscription('market', {
    universe: Type.Optional(MarketUniverseSchema),
    format: Type.Optional(Type.Enum(LIVE_FORMATS)),
  }),
  subscribe_candles: subscription('candles', {
    coinId: CoinId,
    timeframe: TimeframeSchema,
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIVE_LIMITS.candles })),
  }),
  subscribe_alerts: subscription('alerts', {
    /** The last alert that was received: those after it are sent first. Without it only new ones are. */
    afterSequence: Type.Optional(Sequence),
  }),
  subscribe_deliveries: subscription('deliveries', {}),
  unsubscribe: message('unsubscribe', { id: SubscriptionId }),
  /** A gap was seen in the sequence numbers: the topic's snapshot is sent again. */
  resync: message('resync', { id: SubscriptionId }),
  ping: message('ping', { id: Type.Optional(SubscriptionId) }),
} as const;

export const LiveClientMessageSchema = Type.Union([
  LIVE_CLIENT_MESSAGES.sign_in,
  LIVE_CLIENT_MESSAGES.subscribe_market,
  LIVE_CLIENT_MESSAGES.subscribe_candles,
  LIVE_CLIENT_MESSAGES.subscribe_alerts,
  LIVE_CLIENT_MESSAGES.subscribe_deliveries,
  LIVE_CLIENT_MESSAGES.unsubscribe,
  LIVE_CLIENT_MESSAGES.resync,
  LIVE_CLIENT_MESSAGES.ping,
]);
export type LiveClientMessage = Static<typeof LiveClientMessageSchema>;
export type LiveSubscribe = Extract<LiveClientMessage, { type: 'subscribe' }>;

/** A row of a market snapshot in this order; bit i of a delta's mask is column i + 1. */
export const LIVE_COLUMNS = [
  'id',
  'priceUsd',
  'percentChange1h',
  'percentChange24h',
  'percentChange7d',
  'volume24hUsd',
  'marketCapUsd',
] as const;

/** Which shared list of frames this is, on this connection; `subscribed` says whose. */
const TopicNumber = Type.Integer({ minimum: 1, maximum: 4_294_967_295 });
/** One more with each frame of the topic. A delta brings the state of the number before it to its own. */
const FrameNumber = Type.Integer({ minimum: 1, maximum: 4_294_967_295 });
const numbered = { topic: TopicNumber, sequence: FrameNumber };
const marketHead = {
  ...numbered,
  snapshotId: Sequence,
  takenAtMs: EpochMs,
  source: Type.String(),
  label: Type.String(),
  demo: Type.Boolean(),
  global: Type.Union([GlobalMetricsSchema, Type.Null()]),
};

/** What the server sends over /ws as text, by name. */
export const LIVE_SERVER_MESSAGES = {
  signed_in: message('signed_in', { userId: Uuid, heartbeatMs: Type.Integer() }),
  subscribed: message('subscribed', {
    id: SubscriptionId,
    stream: Type.Enum(LIVE_STREAMS),
    /** Of market and candles. */
    topic: Type.Optional(TopicNumber),
    format: Type.Optional(Type.Enum(LIVE_FORMATS)),
    /** Of alerts: where the stream begins. Until an alert comes, resume after this. */
    afterSequence: Type.Optional(Sequence),
  }),
  unsubscribed: message('unsubscribed', { id: SubscriptionId }),
  resync: message('resync', { topic: TopicNumber, reason: Type.Enum(['slow_reader', 'gap', 'requested'] as const) }),
  market_snapshot: Type.Object(
    {
      type: Type.Literal('snapshot'),
      stream: Type.Literal('market'),
      ...marketHead,
      columns: Type.Array(Type.Enum(LIVE_COLUMNS)),
      rows: Type.Array(Type.Array(NumberOrNull, { minItems: LIVE_COLUMNS.length, maxItems: LIVE_COLUMNS.length })),
    },
    { ...strict, title: 'market_snapshot' },
  ),
  market_delta: Type.Object(
    {
      type: Type.Literal('delta'),
      stream: Type.Literal('market'),
      ...marketHead,
      /** [coin id, mask, the value of each column whose bit is set]. A coin that is new has every bit. */
      rows: Type.Array(Type.Array(NumberOrNull, { minItems: 3, maxItems: LIVE_COLUMNS.length + 1 })),
      /** Coins that are no longer in the market. */
      removed: Type.Array(CoinId),
    },
    { ...strict, title: 'market_delta' },
  ),
  candles_snapshot: Type.Object(
    {
      type: Type.Literal('snapshot'),
      stream: Type.Literal('candles'),
      ...numbered,
      coinId: CoinId,
      timeframe: TimeframeSchema,
      /** Oldest first, the open one last. */
      candles: Type.Array(CandleSchema),
    },
    { ...strict, title: 'candles_snapshot' },
  ),
  candles_delta: Type.Object(
    {
      type: Type.Literal('delta'),
      stream: Type.Literal('candles'),
      ...numbered,
      coinId: CoinId,
      timeframe: TimeframeSchema,
      /** Those that are new or changed: put each in the place of the one with its `openAtMs`. */
      candles: Type.Array(CandleSchema),
    },
    { ...strict, title: 'candles_delta' },
  ),
  alert: message('alert', { id: SubscriptionId, alert: AlertWithNotificationsSchema }),
  deliveries: message('deliveries', {
    id: SubscriptionId,
    /** Of the newest alerts. Comes first, and again when changes may have been missed. */
    notifications: Type.Array(NotificationSchema),
  }),
  /** The newest state of one notification; may come again unchanged. */
  delivery: message('delivery', { id: SubscriptionId, notification: NotificationSchema }),
  error: message('error', {
    /** The subscription that it is about; null when it is about none. */
    id: Type.Union([SubscriptionId, Type.Null()]),
    code: Type.Enum(Object.keys(ERRORS) as ErrorCode[]),
    detail: Type.String(),
  }),
  pong: message('pong', { id: Type.Optional(SubscriptionId) }),
  /** The server is about to stop. The time differs from connection to connection, so that not all come back at once. */
  goodbye: message('goodbye', { reconnectAfterMs: Type.Integer({ minimum: 0 }) }),
} as const;

export type LiveServerMessage = {
  [Name in keyof typeof LIVE_SERVER_MESSAGES]: Static<(typeof LIVE_SERVER_MESSAGES)[Name]>;
}[keyof typeof LIVE_SERVER_MESSAGES];

/** Why the server ends a connection: the code of RFC 6455, and a reason that begins with a code of the registry. */
export const LIVE_CLOSE = {
  badMessage: { code: 1008, reason: 'VALIDATION_FAILED: not a message that this server knows' },
  notSignedIn: { code: 1008, reason: 'UNAUTHENTICATED: the token is missing, wrong or expired' },
  signInTimeout: { code: 1008, reason: 'UNAUTHENTICATED: no sign-in in time' },
  tooManyMessages: { code: 1008, reason: 'RATE_LIMITED: too many messages' },
  tooManySockets: { code: 1008, reason: 'LIMIT_REACHED: too many connections' },
  tooSlow: { code: 1008, reason: 'QUEUE_FULL: read faster, and resume with afterSequence' },
  tooLarge: { code: 1009, reason: 'BODY_TOO_LARGE: a message may have 16 KB' },
  goingAway: { code: 1001, reason: 'NOT_READY: stopping; connect again after the time given' },
  unavailable: { code: 1013, reason: 'SERVICE_UNAVAILABLE: try again a little later' },
} as const;
export type LiveClose = (typeof LIVE_CLOSE)[keyof typeof LIVE_CLOSE];
