import { Type, type Static } from 'typebox';
import { CHANNEL_KINDS } from './channel.ts';
import { Currency, Money } from './money.ts';
import { CoinId, EpochMs, LIMITS, NumberOrNull, Sequence, TimeframeSchema, Uuid } from './scalars.ts';

/** Every evaluation ends in a decision with one of these reasons (LANGUAGE.md). */
export const DECISION_REASONS = [
  'sent',
  'not_true',
  'not_warm',
  'stale',
  'pending',
  'cooling_down',
  'not_rearmed',
  'silenced',
  'over_daily_cap',
  // The account has had all the alerts of its day.
  'over_account_quota',
  'expired',
  // The condition stays true and the strategy fires on change only; or a "once" strategy has fired.
  'already_fired',
  // Came true while the service was down, and is older than max_age: recorded, not sent.
  'too_late',
  // The coin is not in the strategy's universe.
  'not_in_universe',
] as const;
export type DecisionReason = (typeof DECISION_REASONS)[number];

/** One part of the condition as it stood when the alert fired: `rsi(14)` = 28.4. */
export const AlertValueSchema = Type.Object({ text: Type.String(), value: NumberOrNull });
export type AlertValue = Static<typeof AlertValueSchema>;

export const AlertCandleSchema = Type.Object({
  timeframe: TimeframeSchema,
  openAtMs: EpochMs,
  open: Type.Number(),
  high: Type.Number(),
  low: Type.Number(),
  close: Type.Number(),
  samples: Type.Integer({ minimum: 1 }),
});
export type AlertCandle = Static<typeof AlertCandleSchema>;

export const NOTIFICATION_STATES = ['queued', 'sending', 'sent', 'delivered', 'failed', 'unknown', 'not_sent'] as const;
export type NotificationState = (typeof NOTIFICATION_STATES)[number];

export const NotificationSchema = Type.Object({
  id: Uuid,
  alertId: Uuid,
  channelId: Uuid,
  channelKind: Type.Enum(CHANNEL_KINDS),
  state: Type.Enum(NOTIFICATION_STATES),
  attempts: Type.Integer({ minimum: 0 }),
  providerMessageId: Type.Union([Type.String(), Type.Null()]),
  errorCode: Type.Union([Type.String(), Type.Null()]),
  errorDetail: Type.Union([Type.String(), Type.Null()]),
  queuedAtMs: EpochMs,
  sentAtMs: Type.Union([EpochMs, Type.Null()]),
  deliveredAtMs: Type.Union([EpochMs, Type.Null()]),
  /** When its alert was acknowledged; absent while it is not. */
  acknowledgedAtMs: Type.Optional(EpochMs),
  /**
   * The notification with whose message it went out, together with others: its own id for the one that stands for all.
   * null: by itself.
   */
  digestId: Type.Union([Uuid, Type.Null()]),
  /** The kind it went by where that is not its channel's, as the SMS in whose place WhatsApp could not carry it. */
  sentAs: Type.Union([Type.Enum(CHANNEL_KINDS), Type.Null()]),
  /** Of SMS; null before the first attempt, and of those that go with another's message. */
  segments: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
  /** What the message cost; null: nothing, or nobody knows. A digest is paid once, by the one that stands for all. */
  price: Type.Union([Money, Type.Null()]),
  currency: Type.Union([Currency, Type.Null()]),
  /** The price is that of the operator's table: the provider has not told its own yet. null without a price. */
  priceEstimated: Type.Union([Type.Boolean(), Type.Null()]),
});
export type Notification = Static<typeof NotificationSchema>;

export const AlertSchema = Type.Object({
  id: Uuid,
  /** Order of claiming; resume a stream from here. */
  sequence: Sequence,
  userId: Uuid,
  strategyId: Uuid,
  strategyVersionId: Uuid,
  strategyVersion: Type.Integer({ minimum: 1 }),
  strategyName: Type.String(),
  coin: Type.Object({ id: CoinId, symbol: Type.String(), name: Type.String(), slug: Type.String() }),
  timeframe: TimeframeSchema,
  /** Close time of the candle (on: candle_close) or time of the snapshot (on: snapshot): part of the alert's identity. */
  triggeredAtMs: EpochMs,
  snapshotTakenAtMs: EpochMs,
  priceUsd: Type.Number(),
  source: Type.String(),
  condition: Type.String(),
  /** "rsi(14) = 28.4 < 30 and close = 101.2 crosses above sma(50) = 100.9" */
  explanation: Type.String(),
  values: Type.Array(AlertValueSchema),
  candle: Type.Union([AlertCandleSchema, Type.Null()]),
  /** Came true while the service was down and was caught up. */
  late: Type.Boolean(),
  mayRepaint: Type.Boolean(),
  createdAtMs: EpochMs,
});
export type Alert = Static<typeof AlertSchema>;

export const AlertWithNotificationsSchema = Type.Object({
  ...AlertSchema.properties,
  notifications: Type.Array(NotificationSchema),
  /** When and by which way it was acknowledged: 'api', 'link' or 'call'; absent while it is not. */
  acknowledgedAtMs: Type.Optional(EpochMs),
  acknowledgedBy: Type.Optional(Type.String()),
});
export type AlertWithNotifications = Static<typeof AlertWithNotificationsSchema>;

export const AlertPageSchema = Type.Object({
  alerts: Type.Array(AlertWithNotificationsSchema),
  /** Give this as `before` to get the next, older page; null at the end. */
  nextBefore: Type.Union([Sequence, Type.Null()]),
});
export type AlertPage = Static<typeof AlertPageSchema>;

const listLimit = Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.listPage }));
const strict = { additionalProperties: false } as const;
/** `from <= time < to`. */
const timeRange = { from: Type.Optional(EpochMs), to: Type.Optional(EpochMs) };

/** GET /alerts; the range is that of `triggeredAtMs`. */
export const AlertQuerySchema = Type.Object(
  {
    limit: listLimit,
    before: Type.Optional(Sequence),
    strategyId: Type.Optional(Uuid),
    coinId: Type.Optional(CoinId),
    /** A silence or an inhibition of yours: the alerts of which it muted something. */
    mutedBy: Type.Optional(Uuid),
    ...timeRange,
  },
  strict,
);

/** GET /notifications; the range is that of `queuedAtMs`. */
export const NotificationQuerySchema = Type.Object(
  {
    limit: listLimit,
    before: Type.Optional(Uuid),
    state: Type.Optional(Type.Enum(NOTIFICATION_STATES)),
    channelId: Type.Optional(Uuid),
    alertId: Type.Optional(Uuid),
    ...timeRange,
  },
  strict,
);

export const NotificationPageSchema = Type.Object({
  /** Newest first. */
  notifications: Type.Array(NotificationSchema),
  /** Give this as `before` to get the next, older page; null at the end. */
  nextBefore: Type.Union([Uuid, Type.Null()]),
});

/** GET /decisions; without `atMs` the answer is about now. */
export const DecisionQuerySchema = Type.Object(
  { strategyId: Uuid, coinId: CoinId, atMs: Type.Optional(EpochMs) },
  strict,
);
export type DecisionQuery = Static<typeof DecisionQuerySchema>;

/** What an answer can say beside the reasons of decisions: that there was nothing to decide upon. */
export const ANSWER_REASONS = [
  ...DECISION_REASONS,
  // The strategy was made, or got its present shape, after the last evaluation before the time asked about.
  'not_created',
  // What the evaluation saw is not stored: it was never recorded, or is older than what is kept.
  'not_stored',
] as const;
export type AnswerReason = (typeof ANSWER_REASONS)[number];

/** What an answer about the past rests upon. */
export const DECISION_BASES = ['alert', 'stored_decision', 'evaluated_again', 'nothing'] as const;
export type DecisionBasis = (typeof DECISION_BASES)[number];

/** Only in answers about a past time. */
export const PastDecisionSchema = Type.Object({
  askedAtMs: EpochMs,
  /** `alert`: one was sent. `stored_decision`: the scanner wrote down why not. `evaluated_again`: from what is stored of the market. */
  basis: Type.Enum(DECISION_BASES),
  alertId: Type.Union([Uuid, Type.Null()]),
  /** What has become of the alert's messages by now. */
  notifications: Type.Array(NotificationSchema),
  /** The candle judged; of a snapshot, the open one as it stood. */
  candle: Type.Union([AlertCandleSchema, Type.Null()]),
  /** What the answer cannot know, and what has changed since: plain sentences. */
  notes: Type.Array(Type.String()),
});
export type PastDecision = Static<typeof PastDecisionSchema>;

export const DecisionAnswerSchema = Type.Object({
  strategyId: Uuid,
  strategyVersion: Type.Integer(),
  coinId: CoinId,
  reason: Type.Enum(ANSWER_REASONS),
  /** One plain sentence: "rsi(14) is 41.2, which is not below 30." */
  sentence: Type.String(),
  evaluatedAtMs: Type.Union([EpochMs, Type.Null()]),
  values: Type.Array(AlertValueSchema),
  /** Channels of the strategy that get nothing, whatever the strategy decides; absent when there are none. */
  channelProblems: Type.Optional(
    Type.Array(
      Type.Object({
        channelId: Uuid,
        code: Type.Enum(['CHANNEL_UNVERIFIED', 'CHANNEL_GONE'] as const),
        sentence: Type.String(),
      }),
    ),
  ),
  past: Type.Optional(PastDecisionSchema),
});
export type DecisionAnswer = Static<typeof DecisionAnswerSchema>;
