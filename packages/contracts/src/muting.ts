import { Type, type Static } from 'typebox';
import { CoinId, EpochMs, LIMITS, Uuid } from './scalars.ts';
import { TagSchema } from './strategy.ts';

const strict = { additionalProperties: false } as const;
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

/** What a silence covers: whatever is named must fit; nothing named covers every alert of the user. */
const silenceFields = {
  strategyId: orNull(Uuid),
  coinId: orNull(CoinId),
  tag: orNull(TagSchema),
  /** Why, shown in the ledger beside each alert that it muted. */
  comment: Type.String({ maxLength: LIMITS.commentChars }),
};

/** POST /silences. It begins now when no start is named, and ends at most `LIMITS.silenceMs` from now. */
export const SilenceInputSchema = Type.Object(
  {
    strategyId: Type.Optional(silenceFields.strategyId),
    coinId: Type.Optional(silenceFields.coinId),
    tag: Type.Optional(silenceFields.tag),
    startsAtMs: Type.Optional(EpochMs),
    endsAtMs: EpochMs,
    comment: Type.Optional(silenceFields.comment),
  },
  strict,
);
export type SilenceInput = Static<typeof SilenceInputSchema>;

export const SILENCE_STATES = ['scheduled', 'active', 'ended'] as const;

export const SilenceSchema = Type.Object({
  id: Uuid,
  userId: Uuid,
  ...silenceFields,
  /** In force at `startsAtMs <= now < endsAtMs`. */
  startsAtMs: EpochMs,
  endsAtMs: EpochMs,
  state: Type.Enum(SILENCE_STATES),
  /** Alerts of which it kept at least one message from being sent: GET /alerts?mutedBy=id lists them. */
  mutedAlerts: Type.Integer({ minimum: 0 }),
  createdAtMs: EpochMs,
});
export type Silence = Static<typeof SilenceSchema>;

export const SilenceQuerySchema = Type.Object(
  {
    state: Type.Optional(Type.Enum(SILENCE_STATES)),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.listPage })),
    before: Type.Optional(Uuid),
  },
  strict,
);

export const SilencePageSchema = Type.Object({
  /** Newest first. */
  silences: Type.Array(SilenceSchema),
  /** Give this as `before` to get the next, older page; null at the end. */
  nextBefore: orNull(Uuid),
});
export type SilencePage = Static<typeof SilencePageSchema>;

const inhibitionFields = {
  name: Type.String({ minLength: 1, maxLength: LIMITS.nameChars }),
  enabled: Type.Boolean(),
  /** While this strategy fires, the targets are muted. It never mutes itself. */
  sourceStrategyId: Uuid,
  /** While it fires for this coin; null: for any. */
  sourceCoinId: orNull(CoinId),
  /** Mutes only alerts of the coin that the source fires for. */
  sameCoin: Type.Boolean(),
  /** Strategies with any of these tags; with `targetStrategyIds` null too: all others. */
  targetTags: orNull(Type.Array(TagSchema, { minItems: 1, maxItems: LIMITS.tagsPerStrategy, uniqueItems: true })),
  targetStrategyIds: orNull(
    Type.Array(Uuid, { minItems: 1, maxItems: LIMITS.strategiesPerInhibition, uniqueItems: true }),
  ),
};

/** POST and PUT /inhibitions. */
export const InhibitionInputSchema = Type.Object(
  {
    name: inhibitionFields.name,
    sourceStrategyId: inhibitionFields.sourceStrategyId,
    enabled: Type.Optional(inhibitionFields.enabled),
    sourceCoinId: Type.Optional(inhibitionFields.sourceCoinId),
    sameCoin: Type.Optional(inhibitionFields.sameCoin),
    targetTags: Type.Optional(inhibitionFields.targetTags),
    targetStrategyIds: Type.Optional(inhibitionFields.targetStrategyIds),
  },
  strict,
);
export type InhibitionInput = Static<typeof InhibitionInputSchema>;

export const InhibitionSchema = Type.Object({
  id: Uuid,
  userId: Uuid,
  ...inhibitionFields,
  /** The source fires, so that the targets are muted now. */
  active: Type.Boolean(),
  mutedAlerts: Type.Integer({ minimum: 0 }),
  createdAtMs: EpochMs,
  updatedAtMs: EpochMs,
});
export type Inhibition = Static<typeof InhibitionSchema>;

/** All of them, oldest first: a user has at most LIMITS.inhibitionsPerUser. */
export const InhibitionsAnswerSchema = Type.Object({ inhibitions: Type.Array(InhibitionSchema) });

/** How long a strategy is silent for a coin after a snooze, milliseconds. */
export const SNOOZES_MS = [15 * 60_000, 3_600_000, 4 * 3_600_000, 86_400_000] as const;

/** POST /alerts/:id/snooze. */
export const SnoozeInputSchema = Type.Object({ durationMs: Type.Enum(SNOOZES_MS) }, strict);

/** By which way an alert was acknowledged: the API (and the dashboard), the link in a message, a key pressed in a call. */
export const ACKNOWLEDGE_WAYS = ['api', 'link', 'call'] as const;
export type AcknowledgeWay = (typeof ACKNOWLEDGE_WAYS)[number];

/** Whether this was the first time or not, the alert stands acknowledged as told. */
export const AcknowledgementSchema = Type.Object({
  alertId: Uuid,
  acknowledgedAtMs: EpochMs,
  acknowledgedBy: Type.Enum(ACKNOWLEDGE_WAYS),
  /** It was acknowledged before. */
  already: Type.Boolean(),
});
export type Acknowledgement = Static<typeof AcknowledgementSchema>;

/** What the page behind a message's link shows; it names no account. */
export const AlertLinkStateSchema = Type.Object({
  strategyName: Type.String(),
  coinName: Type.String(),
  coinSymbol: Type.String(),
  triggeredAtMs: EpochMs,
  explanation: Type.String(),
  timeZone: Type.String(),
  acknowledgedAtMs: orNull(EpochMs),
  acknowledgedBy: orNull(Type.Enum(ACKNOWLEDGE_WAYS)),
  snoozedUntilMs: orNull(EpochMs),
});
export type AlertLinkState = Static<typeof AlertLinkStateSchema>;
