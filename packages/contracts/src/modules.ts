import { Type, type Static } from 'typebox';
import type { Alert } from './alert.ts';
import { ModuleName, type ModuleAddress } from './moduleTarget.ts';
import { EpochMs, LIMITS } from './scalars.ts';

// What an operator configures of modules of others, and what such a module and uBot say to each other. A module is a
// file or package with an object of functions as its default export: `config`, `process`, and what its kind adds.

const strict = { additionalProperties: false } as const;
const DAY_MS = 86_400_000;

export const ModuleEntrySchema = Type.Object(
  {
    name: ModuleName,
    /** A package's name, or a path relative to the file. */
    module: Type.String({ minLength: 1, maxLength: 1_000 }),
    /** Handed to the module's `config` as they are. */
    options: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    /** Options whose values stand in files of their own: name → path. */
    secrets: Type.Optional(Type.Record(Type.String(), Type.String({ minLength: 1 }))),
    /** What heap and buffers of its thread may hold. */
    memoryMb: Type.Optional(Type.Integer({ minimum: 16, maximum: 4_096 })),
    timeLimitMs: Type.Optional(Type.Integer({ minimum: 10, maximum: 60_000 })),
  },
  strict,
);
export type ModuleEntry = Static<typeof ModuleEntrySchema>;

export const ModulesFileSchema = Type.Object(
  {
    channels: Type.Optional(Type.Array(ModuleEntrySchema, { maxItems: 32 })),
    source: Type.Optional(ModuleEntrySchema),
  },
  strict,
);

// Channels

const Pattern = Type.String({ minLength: 1, maxLength: 500 });

/** What `config` of a channel module answers. */
export const ChannelHandlesSchema = Type.Object(
  {
    /** What people see: "Pager". */
    label: Type.String({ minLength: 1, maxLength: LIMITS.nameChars }),
    /** What an address is, for people, and how it is checked: one text by `pattern`, an object field by field. */
    address: Type.Object(
      {
        about: Type.String({ minLength: 1, maxLength: 500 }),
        pattern: Type.Optional(Pattern),
        fields: Type.Optional(Type.Record(Type.String(), Pattern)),
      },
      strict,
    ),
    /** true: a message with an id that was sent before is recognised, so that one of unknown fate may be sent again. */
    repeatable: Type.Optional(Type.Boolean()),
  },
  strict,
);
export type ChannelHandles = Static<typeof ChannelHandlesSchema>;

/** One message, as `process` of a channel module gets it. */
export interface ChannelItem {
  /** Stays the same in every attempt. */
  readonly id: string;
  readonly address: ModuleAddress;
  readonly title: string;
  /** Ends with the reference. */
  readonly text: string;
  readonly reference: string;
  /** null: a code that shows that the address is its user's. */
  readonly alert: Alert | null;
}

const Detail = Type.String({ maxLength: 2_000 });

/**
 * What `process` of a channel module answers. `accepted`: the outside has it. `refused`: never. `retry`: surely not
 * taken, try again. `unknown`: perhaps taken; so is what throws or does not answer.
 */
export const ChannelAnswerSchema = Type.Union([
  Type.Object({ kind: Type.Literal('accepted'), messageId: Type.Optional(Type.String({ maxLength: 200 })) }, strict),
  Type.Object({ kind: Type.Literal('refused'), detail: Detail }, strict),
  Type.Object(
    {
      kind: Type.Literal('retry'),
      detail: Detail,
      retryAfterMs: Type.Optional(Type.Integer({ minimum: 0, maximum: DAY_MS })),
    },
    strict,
  ),
  Type.Object({ kind: Type.Literal('unknown'), detail: Detail }, strict),
]);
export type ChannelAnswer = Static<typeof ChannelAnswerSchema>;

/** What `lookUp` of a channel module answers of a message of unknown fate. */
export const ChannelLookUpSchema = Type.Union([
  Type.Object({ kind: Type.Literal('found'), messageId: Type.String({ minLength: 1, maxLength: 200 }) }, strict),
  Type.Object({ kind: Type.Literal('absent') }, strict),
  Type.Object({ kind: Type.Literal('inconclusive'), detail: Detail }, strict),
]);
export type ChannelLookUp = Static<typeof ChannelLookUpSchema>;

/** What every function gets beside its item. */
export interface ModuleContext {
  /** Aborted when the item's time is over. */
  readonly signal: AbortSignal;
  /** A line for uBot's log. */
  log(text: string): void;
}

/** The default export of a channel module. */
export interface ChannelModule {
  /** Checks the options and says what the module handles; throws a sentence when it cannot work with them. */
  config(options: unknown): ChannelHandles | Promise<ChannelHandles>;
  process(item: ChannelItem, context: ModuleContext): Promise<ChannelAnswer | { declined: true }>;
  lookUp?(item: Omit<ChannelItem, 'alert' | 'title'>, context: ModuleContext): Promise<ChannelLookUp>;
}

export const ChannelKindsSchema = Type.Object({
  kinds: Type.Array(
    Type.Object({
      kind: Type.String(),
      /** Whether the operator has set up what it needs. */
      configured: Type.Boolean(),
    }),
  ),
  /** What the kind `module` offers. */
  modules: Type.Array(
    Type.Object({ name: ModuleName, label: Type.String(), address: ChannelHandlesSchema.properties.address }),
  ),
});
export type ChannelKinds = Static<typeof ChannelKindsSchema>;

// Sources

/** What `config` of a source module answers. */
export const SourceHandlesSchema = Type.Object(
  {
    label: Type.String({ minLength: 1, maxLength: LIMITS.nameChars }),
    intervalMs: Type.Integer({ minimum: 1_000, maximum: DAY_MS }),
    /** true: the prices are simulated, and give way to real ones. */
    demo: Type.Optional(Type.Boolean()),
  },
  strict,
);
export type SourceHandles = Static<typeof SourceHandlesSchema>;

/** One poll, as `process` of a source module gets it. */
export interface SourceItem {
  /** The tick's own time, which becomes the snapshot's. */
  readonly nominalAtMs: number;
  readonly wantGlobal: boolean;
}

/** One coin as a source module gives it: id, symbol and price are needed; null or absent is "not known". */
export interface SourceCoin {
  /** The coin's CoinMarketCap id: permanent, unlike its symbol. */
  readonly id: number;
  readonly symbol: string;
  readonly priceUsd: number;
  readonly name?: string;
  readonly slug?: string;
  readonly rank?: number | null;
  readonly volume24hUsd?: number | null;
  readonly marketCapUsd?: number | null;
  readonly percentChange1h?: number | null;
  readonly percentChange24h?: number | null;
  readonly percentChange7d?: number | null;
  /** When the price was made, as its maker says. */
  readonly providerTimeMs?: number | null;
}

const Figure = Type.Optional(Type.Union([Type.Number(), Type.Null()]));

/** What `process` of a source module answers. Each coin is checked by itself: one that fails is left out and counted. */
export const SourceAnswerSchema = Type.Object(
  {
    coins: Type.Array(Type.Unknown(), { minItems: 1, maxItems: LIMITS.snapshotCoins }),
    global: Type.Optional(
      Type.Union([
        Type.Object(
          {
            totalMarketCapUsd: Figure,
            totalVolume24hUsd: Figure,
            btcDominancePct: Figure,
            ethDominancePct: Figure,
            providerTimeMs: Type.Optional(Type.Union([EpochMs, Type.Null()])),
          },
          strict,
        ),
        Type.Null(),
      ]),
    ),
  },
  strict,
);
export type SourceAnswer = Omit<Static<typeof SourceAnswerSchema>, 'coins'> & { readonly coins: readonly SourceCoin[] };

/** The default export of a source module. */
export interface SourceModule {
  config(options: unknown): SourceHandles | Promise<SourceHandles>;
  process(item: SourceItem, context: ModuleContext): Promise<SourceAnswer>;
}
