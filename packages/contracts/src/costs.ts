import { Type, type Static } from 'typebox';
import { CHANNEL_KINDS } from './channel.ts';
import { Currency, Money } from './money.ts';
import { EpochMs, Uuid } from './scalars.ts';

const strict = { additionalProperties: false } as const;
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);
const Messages = Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000_000 }));

/**
 * How many messages may go out, and for how much money (in the currency of the operator's prices). What is left out is not
 * capped. Channels that programs read do not count, unless they cost something.
 */
export const CapsSchema = Type.Object(
  {
    messagesPerDay: Messages,
    messagesPerMonth: Messages,
    moneyPerDay: Type.Optional(Money),
    moneyPerMonth: Type.Optional(Money),
  },
  strict,
);
export type Caps = Static<typeof CapsSchema>;

export const CAP_SETTERS = ['user', 'operator', 'everybody'] as const;
export const CAP_THINGS = ['messages', 'money'] as const;
export const CAP_PERIODS = ['day', 'month'] as const;

/** A cap and how much of it is used now. */
export const CapStateSchema = Type.Object({
  /** By yourself, by the operator for each user, or by the operator for everybody together. */
  setBy: Type.Enum(CAP_SETTERS),
  what: Type.Enum(CAP_THINGS),
  period: Type.Enum(CAP_PERIODS),
  /** A whole number of messages, or an amount in `currency`. */
  limit: Type.String(),
  used: Type.String(),
  /** When it begins anew: a user's at midnight of the user's time zone, everybody's at midnight UTC. */
  endsAtMs: EpochMs,
});
export type CapState = Static<typeof CapStateSchema>;

/** What was to be told beside the channels that it concerns; told once for each cap and period. */
export const NoticeSchema = Type.Object({
  id: Uuid,
  kind: Type.Enum(['over_cap'] as const),
  text: Type.String(),
  atMs: EpochMs,
});
export type Notice = Static<typeof NoticeSchema>;

/** "2026-11" */
const Month = Type.String({ pattern: '^[0-9]{4}-(0[1-9]|1[0-2])$' });

/** GET /costs and GET /admin/costs; the month that runs now when none is named. */
export const CostsQuerySchema = Type.Object(
  { month: Type.Optional(Month), format: Type.Optional(Type.Enum(['json', 'csv'] as const)) },
  strict,
);

const amountFields = {
  /** null: nothing is known of a price, or there is none. */
  currency: orNull(Currency),
  amount: Money,
  /** The part of it that the provider has not confirmed yet. */
  estimatedAmount: Money,
};
const lineFields = {
  /** The kind that the messages went by: the SMS in whose place a WhatsApp message failed is an SMS. */
  kind: Type.Enum(CHANNEL_KINDS),
  messages: Type.Integer({ minimum: 0 }),
  /** Of SMS. */
  segments: Type.Integer({ minimum: 0 }),
  ...amountFields,
};

export const CostTotalSchema = Type.Object({ currency: Currency, amount: Money, estimatedAmount: Money });
export type CostTotal = Static<typeof CostTotalSchema>;

/** The messages of one channel, kind and currency in a month. */
export const CostLineSchema = Type.Object({
  channelId: Uuid,
  /** null: it has been deleted. */
  channelName: orNull(Type.String()),
  ...lineFields,
});
export type CostLine = Static<typeof CostLineSchema>;

/** A digest is one message; what programs read is not counted unless it costs something. */
export const CostsAnswerSchema = Type.Object({
  month: Month,
  /** Where its days begin and end. */
  timeZone: Type.String(),
  /** Of caps on money; null: the operator has set no prices, so that no such cap holds. */
  currency: orNull(Currency),
  messages: Type.Integer({ minimum: 0 }),
  segments: Type.Integer({ minimum: 0 }),
  totals: Type.Array(CostTotalSchema),
  lines: Type.Array(CostLineSchema),
  /** As they stand now, whatever month was asked for. */
  caps: Type.Array(CapStateSchema),
  /** Of this month, newest first. */
  notices: Type.Array(NoticeSchema),
});
export type CostsAnswer = Static<typeof CostsAnswerSchema>;

/** The messages of one user, kind and currency in a month of the user's own time zone. */
export const AdminCostLineSchema = Type.Object({
  userId: Uuid,
  /** null: the account is gone. */
  email: orNull(Type.String()),
  ...lineFields,
});
export type AdminCostLine = Static<typeof AdminCostLineSchema>;

export const AdminCostsAnswerSchema = Type.Object({
  month: Month,
  currency: orNull(Currency),
  messages: Type.Integer({ minimum: 0 }),
  segments: Type.Integer({ minimum: 0 }),
  totals: Type.Array(CostTotalSchema),
  /** Those who paid most first. */
  lines: Type.Array(AdminCostLineSchema),
  /** Of everybody together. */
  caps: Type.Array(CapStateSchema),
});
export type AdminCostsAnswer = Static<typeof AdminCostsAnswerSchema>;

/** What a message to a number (or whatever else) costs; the longest prefix that fits counts. */
export const PriceSchema = Type.Object(
  {
    kind: Type.Enum(CHANNEL_KINDS),
    /** The beginning of the number: "+1"; without it every number that no other price of the kind fits. */
    prefix: Type.Optional(Type.String({ pattern: '^\\+[1-9][0-9]{0,14}$' })),
    perMessage: Type.Optional(Money),
    /** SMS only, and on top of `perMessage`. */
    perSegment: Type.Optional(Money),
  },
  strict,
);
export type Price = Static<typeof PriceSchema>;

/** The file of UBOT_PRICES_FILE. */
export const PricesFileSchema = Type.Object(
  { currency: Currency, prices: Type.Array(PriceSchema, { maxItems: 2_000 }) },
  strict,
);
export type PricesFile = Static<typeof PricesFileSchema>;
