import { Type, type Static } from 'typebox';
import { LIMITS, Uuid } from './scalars.ts';
import { StrategyInputSchema } from './strategy.ts';

const strict = { additionalProperties: false } as const;

/** Which file manages a strategy: files of different sets leave each other's alone. */
const SetName = Type.String({ pattern: '^[a-z0-9][a-z0-9._-]*$', maxLength: 64 });
export const DEFAULT_SET = 'default';

/** One strategy of a file. What it leaves out has its default; channels and `enabled` stay as they are. */
export const StrategyEntrySchema = Type.Object(
  {
    /** By which the file knows it again, also under another name; without it, by its name. */
    id: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$', maxLength: 64 })),
    ...StrategyInputSchema.properties,
    /** Channels by their names, instead of `channelIds`. */
    channels: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: LIMITS.nameChars }), {
        maxItems: LIMITS.channelsPerStrategy,
        uniqueItems: true,
      }),
    ),
  },
  strict,
);
export type StrategyEntry = Static<typeof StrategyEntrySchema>;

export const StrategyFileSchema = Type.Object(
  {
    set: Type.Optional(SetName),
    strategies: Type.Array(StrategyEntrySchema, { maxItems: LIMITS.strategiesPerFile }),
  },
  strict,
);
export type StrategyFile = Static<typeof StrategyFileSchema>;

/** What POST /api/v1/strategies/apply takes. */
export const ApplyInputSchema = Type.Object(
  {
    ...StrategyFileSchema.properties,
    /** Answer what would be done, and do nothing. */
    dryRun: Type.Optional(Type.Boolean()),
    /** Delete what this set has made and the file does not name any more. */
    prune: Type.Optional(Type.Boolean()),
  },
  strict,
);
export type ApplyInput = Static<typeof ApplyInputSchema>;

export const APPLY_ACTIONS = ['create', 'change', 'delete', 'unchanged'] as const;

export const ApplyChangeSchema = Type.Object({
  action: Type.Enum(APPLY_ACTIONS),
  name: Type.String(),
  /** null: not there yet, in a dry run. */
  strategyId: Type.Union([Uuid, Type.Null()]),
  /** What differs, for `change`: as it is and as the file has it. */
  fields: Type.Array(Type.Object({ field: Type.String(), before: Type.Unknown(), after: Type.Unknown() })),
});
export type ApplyChange = Static<typeof ApplyChangeSchema>;

export const ApplyAnswerSchema = Type.Object({
  dryRun: Type.Boolean(),
  /** In the order of the file; what is deleted comes last. */
  changes: Type.Array(ApplyChangeSchema),
});
export type ApplyAnswer = Static<typeof ApplyAnswerSchema>;
