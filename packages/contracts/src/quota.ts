import { Type, type Static } from 'typebox';
import { CapsSchema } from './costs.ts';

const strict = { additionalProperties: false } as const;
const Count = (maximum: number) => Type.Integer({ minimum: 0, maximum });

const quotaFields = {
  strategies: Count(100_000),
  /** Strategies over all coins, or over more of the top than a list may name. */
  allCoinStrategies: Count(100_000),
  /** Alerts of all the user's strategies in one UTC day. */
  alertsPerDay: Count(10_000_000),
  /** Messages and money; the user's own caps hold besides. */
  caps: CapsSchema,
};

/** How much one user may have. */
export const QuotasSchema = Type.Object(quotaFields);
export type Quotas = Static<typeof QuotasSchema>;

/** What an operator sets for one user; what is left out is the configured default, of `caps` each by itself. */
export const QuotaOverridesSchema = Type.Partial(Type.Object(quotaFields), strict);
export type QuotaOverrides = Static<typeof QuotaOverridesSchema>;

export const QuotaAnswerSchema = Type.Object({
  limits: QuotasSchema,
  used: Type.Object({ strategies: Type.Integer(), allCoinStrategies: Type.Integer() }),
});
export type QuotaAnswer = Static<typeof QuotaAnswerSchema>;
