import { Type, type Static } from 'typebox';
import { AlertValueSchema } from './alert.ts';
import { CoinId, EpochMs, LIMITS, NumberOrNull, TimeframeSchema } from './scalars.ts';
import { FieldDiagnosticSchema, StrategyInputSchema } from './strategy.ts';

/** What POST /strategies/preview takes: a strategy as it would be saved, also while it has no name yet. */
export const StrategyPreviewInputSchema = Type.Object(
  { ...StrategyInputSchema.properties, name: Type.Optional(Type.String({ maxLength: LIMITS.nameChars })) },
  { additionalProperties: false },
);
export type StrategyPreviewInput = Static<typeof StrategyPreviewInputSchema>;

const PreviewCoin = Type.Object({
  id: CoinId,
  symbol: Type.String(),
  name: Type.String(),
  slug: Type.String(),
  rank: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
});

const judgedFields = {
  coin: PreviewCoin,
  /** In the snapshot; null: the coin is not in it. */
  priceUsd: NumberOrNull,
  /** The condition with its values where it is true, what is missing where it is not. */
  sentence: Type.String(),
  /** Every number of the condition, and of the strategy's own names, as it stands. */
  values: Type.Array(AlertValueSchema),
};

export const MatchingCoinSchema = Type.Object(judgedFields);
export type MatchingCoin = Static<typeof MatchingCoinSchema>;

export const NearCoinSchema = Type.Object({
  ...judgedFields,
  /** By how much the part that lacks most is away, in percent: 2 for `close > 100` at 98. */
  distancePct: Type.Number({ minimum: 0 }),
});
export type NearCoin = Static<typeof NearCoinSchema>;

/** Why nothing can be said of some coins, the same for all of them. */
export const NotKnownReasonSchema = Type.Object({
  /** not_observed: no candle at the last close, or not in the last snapshot. no_value: the source says nothing of it. */
  reason: Type.Enum(['warming_up', 'no_value', 'not_observed'] as const),
  /** The part of the condition; null: the coin was not looked at, so the whole. */
  part: Type.Union([Type.String(), Type.Null()]),
  /** Of the candles that the part needs. */
  timeframe: TimeframeSchema,
  candlesNeeded: Type.Integer({ minimum: 0 }),
  /** How many coins it is so with. */
  count: Type.Integer({ minimum: 1 }),
  /** A few of them, those with the most candles first. */
  coins: Type.Array(Type.Object({ coin: PreviewCoin, candles: Type.Integer({ minimum: 0 }) })),
});
export type NotKnownReason = Static<typeof NotKnownReasonSchema>;

/** The counts add up to `coinCount`. */
export const StrategyPreviewSchema = Type.Object({
  /** The last snapshot that live strategies were evaluated on; this is about the same one. */
  snapshotTakenAtMs: EpochMs,
  source: Type.String(),
  /** What was judged: the close of the last candle, or the snapshot; null: no candle has closed yet. */
  evaluatedAtMs: Type.Union([EpochMs, Type.Null()]),
  /** Of the universe. */
  coinCount: Type.Integer({ minimum: 0 }),
  /** By rank, at most 50 of them. */
  matching: Type.Object({ count: Type.Integer({ minimum: 0 }), coins: Type.Array(MatchingCoinSchema) }),
  /** The nearest ten that can be measured are shown. */
  notMatching: Type.Object({ count: Type.Integer({ minimum: 0 }), nearest: Type.Array(NearCoinSchema) }),
  notKnown: Type.Object({ count: Type.Integer({ minimum: 0 }), reasons: Type.Array(NotKnownReasonSchema) }),
  /** The source has said nothing new about them for more than three polls: they are not judged. */
  stale: Type.Object({ count: Type.Integer({ minimum: 0 }), coins: Type.Array(PreviewCoin) }),
  /** Of the condition; they do not stop a save. */
  warnings: Type.Array(FieldDiagnosticSchema),
});
export type StrategyPreview = Static<typeof StrategyPreviewSchema>;
