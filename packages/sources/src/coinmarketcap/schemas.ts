import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';

// What we read of the provider's answers. Unknown fields are ignored, since they grow every year; missing ones are
// tolerated, since older answers lack them. Everything that is not checked here is checked where it is read.

const NumberOrText = Type.Union([Type.Number(), Type.String()]);

/** Every answer's envelope. `error_code` is a string on the keyless path. */
export const EnvelopeSchema = Type.Object({
  status: Type.Object({
    error_code: NumberOrText,
    error_message: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    credit_count: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
  }),
  data: Type.Optional(Type.Unknown()),
});
export const envelope = Compile(EnvelopeSchema);

/** The retired address's error has no status object at all. */
export const bareError = Compile(Type.Object({ statusCode: Type.Number(), message: Type.Optional(Type.String()) }));

const Figures = Type.Record(Type.String(), Type.Unknown());
/** v1: {"USD": {…}} or, with convert_id, {"2781": {…}}; v3: [{id: 2781, symbol: "USD", …}]. */
const QuoteSchema = Type.Union([Type.Array(Figures), Type.Record(Type.String(), Type.Unknown())]);

export const ListedCoinSchema = Type.Object({
  id: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
  name: Type.Optional(Type.Unknown()),
  symbol: Type.Optional(Type.Unknown()),
  slug: Type.Optional(Type.Unknown()),
  cmc_rank: Type.Optional(Type.Unknown()),
  last_updated: Type.Optional(Type.Unknown()),
  quote: QuoteSchema,
});
export type ListedCoin = Static<typeof ListedCoinSchema>;
export const listedCoin = Compile(ListedCoinSchema);

export const globalData = Compile(
  Type.Object({
    btc_dominance: Type.Optional(Type.Unknown()),
    eth_dominance: Type.Optional(Type.Unknown()),
    last_updated: Type.Optional(Type.Unknown()),
    quote: QuoteSchema,
  }),
);

export const mapData = Compile(Type.Array(Type.Unknown()));
export const mappedCoin = Compile(
  Type.Object({
    id: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
    name: Type.String(),
    symbol: Type.String(),
    slug: Type.String(),
    rank: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
  }),
);

export const keyData = Compile(
  Type.Object({
    plan: Type.Object({
      credit_limit_monthly: Type.Optional(Type.Unknown()),
      credit_limit_monthly_reset_timestamp: Type.Optional(Type.Unknown()),
      rate_limit_minute: Type.Optional(Type.Unknown()),
    }),
    usage: Type.Optional(
      Type.Object({
        current_month: Type.Optional(
          Type.Object({ credits_left: Type.Optional(Type.Unknown()), credits_used: Type.Optional(Type.Unknown()) }),
        ),
      }),
    ),
  }),
);

/** One coin's points: {id, quotes: […]}, alone or keyed by id. */
export const historicalCoin = Compile(
  Type.Object({
    id: Type.Integer({ minimum: 1 }),
    quotes: Type.Array(Type.Object({ timestamp: Type.String(), quote: QuoteSchema })),
  }),
);
export const figures = Compile(Figures);
