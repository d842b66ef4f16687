import { Type, type Static } from 'typebox';
import { CoinId, EpochMs, LIMITS, Sequence, TimeframeSchema, Uuid } from './scalars.ts';

const strict = { additionalProperties: false } as const;
const DAY_MS = 86_400_000;

export const UniverseSchema = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('coins'),
      ids: Type.Array(CoinId, { minItems: 1, maxItems: LIMITS.universeCoins, uniqueItems: true }),
    },
    strict,
  ),
  Type.Object(
    { kind: Type.Literal('top'), count: Type.Integer({ minimum: 1, maximum: LIMITS.snapshotCoins }) },
    strict,
  ),
  Type.Object({ kind: Type.Literal('all') }, strict),
  /** The coins of a watchlist of the user's, as it is at each evaluation. */
  Type.Object({ kind: Type.Literal('watchlist'), id: Uuid }, strict),
]);
export type Universe = Static<typeof UniverseSchema>;

/** How long a condition must hold before it fires: in time, or in candles of the strategy's timeframe. */
export const HoldSchema = Type.Union([
  Type.Object({ ms: Type.Integer({ minimum: 1, maximum: 30 * DAY_MS }) }, strict),
  Type.Object({ candles: Type.Integer({ minimum: 1, maximum: 500 }) }, strict),
]);
export type Hold = Static<typeof HoldSchema>;

/** When an alert is sent (LANGUAGE.md). Every field has the default that `DEFAULT_TRIGGER` gives. */
export const TriggerSchema = Type.Object(
  {
    /** candle_close cannot repaint; snapshot evaluates the open candle too. */
    on: Type.Enum(['candle_close', 'snapshot'] as const),
    fires: Type.Enum(['on_change', 'while_true', 'once'] as const),
    for: Type.Union([HoldSchema, Type.Null()]),
    /** Between two alerts of one coin. */
    cooldownMs: Type.Integer({ minimum: 0, maximum: 30 * DAY_MS }),
    /** A second condition that must come true before it can fire again. */
    rearm: Type.Union([Type.String({ minLength: 1, maxLength: LIMITS.conditionChars }), Type.Null()]),
    expiresAtMs: Type.Union([EpochMs, Type.Null()]),
    /** Alerts of the whole strategy in one UTC day. */
    maxPerDay: Type.Union([Type.Integer({ minimum: 1, maximum: 100_000 }), Type.Null()]),
    /** A late alert older than this is recorded, not sent. */
    maxAgeMs: Type.Integer({ minimum: 1_000, maximum: 7 * DAY_MS }),
  },
  strict,
);
export type Trigger = Static<typeof TriggerSchema>;

export const DEFAULT_TRIGGER: Trigger = {
  on: 'candle_close',
  fires: 'on_change',
  for: null,
  cooldownMs: 0,
  rearm: null,
  expiresAtMs: null,
  maxPerDay: null,
  maxAgeMs: 15 * 60_000,
};

export const NamedIndicatorSchema = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z_][a-z0-9_]*$', maxLength: 40 }),
    expression: Type.String({ minLength: 1, maxLength: 200 }),
  },
  strict,
);

/** What strategies are grouped by: for silences and rules that mute. Lower case, so that no two differ by it alone. */
export const TagSchema = Type.String({ pattern: '^[a-z0-9][a-z0-9._-]*$', maxLength: 40 });

const strategyFields = {
  name: Type.String({ minLength: 1, maxLength: LIMITS.nameChars }),
  enabled: Type.Boolean(),
  universe: UniverseSchema,
  timeframe: TimeframeSchema,
  indicators: Type.Array(NamedIndicatorSchema, { maxItems: LIMITS.indicatorNames }),
  condition: Type.String({ minLength: 1, maxLength: LIMITS.conditionChars }),
  message: Type.Union([Type.String({ minLength: 1, maxLength: LIMITS.messageChars }), Type.Null()]),
  channelIds: Type.Array(Uuid, { maxItems: LIMITS.channelsPerStrategy, uniqueItems: true }),
  tags: Type.Array(TagSchema, { maxItems: LIMITS.tagsPerStrategy, uniqueItems: true }),
  /** Passes quiet hours and is not gathered with others into one message. */
  urgent: Type.Boolean(),
};

/** What POST and PUT /api/v1/strategies take: name, universe, timeframe and condition; the rest has defaults. */
export const StrategyInputSchema = Type.Object(
  {
    name: strategyFields.name,
    universe: strategyFields.universe,
    timeframe: strategyFields.timeframe,
    condition: strategyFields.condition,
    enabled: Type.Optional(strategyFields.enabled),
    indicators: Type.Optional(strategyFields.indicators),
    trigger: Type.Optional(Type.Partial(TriggerSchema, strict)),
    message: Type.Optional(strategyFields.message),
    channelIds: Type.Optional(strategyFields.channelIds),
    tags: Type.Optional(strategyFields.tags),
    urgent: Type.Optional(strategyFields.urgent),
  },
  strict,
);
export type StrategyInput = Static<typeof StrategyInputSchema>;

export const StrategySchema = Type.Object({
  id: Uuid,
  userId: Uuid,
  /** 1 for the first; every change makes a new one, and an alert names the one that fired. */
  version: Type.Integer({ minimum: 1 }),
  versionId: Uuid,
  ...strategyFields,
  trigger: TriggerSchema,
  createdAtMs: EpochMs,
  updatedAtMs: EpochMs,
});
export type Strategy = Static<typeof StrategySchema>;

/** What a strategy was in one of its versions. */
export const StrategyVersionSchema = Type.Object({
  version: Type.Integer({ minimum: 1 }),
  versionId: Uuid,
  name: strategyFields.name,
  universe: strategyFields.universe,
  timeframe: strategyFields.timeframe,
  indicators: strategyFields.indicators,
  condition: strategyFields.condition,
  trigger: TriggerSchema,
  message: strategyFields.message,
  channelIds: strategyFields.channelIds,
  tags: strategyFields.tags,
  urgent: strategyFields.urgent,
  createdAtMs: EpochMs,
});
export type StrategyVersion = Static<typeof StrategyVersionSchema>;

/** What a strategy was at an instant; between services only. */
export const StrategyAtSchema = Type.Object({
  /** As its version of then, or the first one when it is younger than that. `enabled` and the rest are of now. */
  strategy: StrategySchema,
  /** When that version was saved. */
  versionSavedAtMs: EpochMs,
  currentVersion: Type.Integer({ minimum: 1 }),
  /** Whether it was switched on then; null: not recorded. */
  enabledThen: Type.Union([Type.Boolean(), Type.Null()]),
  /** Where the universe is a watchlist: its coins of now. */
  coinIds: Type.Optional(Type.Array(CoinId)),
});
export type StrategyAt = Static<typeof StrategyAtSchema>;

export const StrategyPageSchema = Type.Object({
  strategies: Type.Array(StrategySchema),
  /** Give this as `after` to get the next page; null at the end. */
  nextAfter: Type.Union([Uuid, Type.Null()]),
});
export type StrategyPage = Static<typeof StrategyPageSchema>;

export const StrategyVersionPageSchema = Type.Object({
  /** Newest first. */
  versions: Type.Array(StrategyVersionSchema),
  /** Give this as `before` to get the next, older page; null at the end. */
  nextBefore: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
});
export type StrategyVersionPage = Static<typeof StrategyVersionPageSchema>;

/** What a copy is called; without it, the original's name with "(copy)" behind it. */
export const DuplicateInputSchema = Type.Object({ name: Type.Optional(strategyFields.name) }, strict);
export type DuplicateInput = Static<typeof DuplicateInputSchema>;

export const DiagnosticSchema = Type.Object({
  code: Type.String(),
  severity: Type.Enum(['error', 'warning'] as const),
  /** Offsets in the text of the field, in UTF-16 code units: [from, to). */
  from: Type.Integer({ minimum: 0 }),
  to: Type.Integer({ minimum: 0 }),
  message: Type.String(),
  hint: Type.Union([Type.String(), Type.Null()]),
});
export type Diagnostic = Static<typeof DiagnosticSchema>;

export const CheckInputSchema = Type.Object(
  {
    condition: Type.String({ maxLength: LIMITS.bodyBytes }),
    timeframe: Type.Optional(TimeframeSchema),
    indicators: Type.Optional(strategyFields.indicators),
    /** When it will be evaluated: on a snapshot it may repaint, which is noted. */
    on: Type.Optional(Type.Enum(['candle_close', 'snapshot'] as const)),
    /** A message template, whose placeholders are checked against the condition. */
    message: Type.Optional(strategyFields.message),
  },
  strict,
);
export type CheckInput = Static<typeof CheckInputSchema>;

/** The field whose text a diagnostic's offsets are in. */
export const FieldDiagnosticSchema = Type.Object({
  field: Type.Enum(['condition', 'message'] as const),
  ...DiagnosticSchema.properties,
});
export type FieldDiagnostic = Static<typeof FieldDiagnosticSchema>;

export const CheckAnswerSchema = Type.Object({ ok: Type.Boolean(), diagnostics: Type.Array(FieldDiagnosticSchema) });
export type CheckAnswer = Static<typeof CheckAnswerSchema>;

/**
 * One page of the feed by which the scanner learns of strategies. `strategy` null: deleted or switched off.
 * A follower starts at "0" (which lists all enabled ones) and asks again from `nextChange`.
 */
export const StrategyFeedSchema = Type.Object({
  changes: Type.Array(
    Type.Object({
      change: Sequence,
      strategyId: Uuid,
      strategy: Type.Union([StrategySchema, Type.Null()]),
      /** How many alerts all strategies of its user may send in one UTC day; without it, any number. */
      alertsPerDay: Type.Optional(Type.Integer({ minimum: 0 })),
      /** Where the universe is a watchlist: its coins. The strategy comes again when they change. */
      coinIds: Type.Optional(Type.Array(CoinId)),
    }),
  ),
  nextChange: Sequence,
  more: Type.Boolean(),
});
export type StrategyFeed = Static<typeof StrategyFeedSchema>;
