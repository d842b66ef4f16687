import { CAP_PERIODS, CAP_SETTERS, CAP_THINGS } from '@ubot/contracts';
import { asQuery, type Topic } from './topic.ts';

const TEXT = `
enum CapSetter { ${CAP_SETTERS.join(' ')} }
enum CapThing { ${CAP_THINGS.join(' ')} }
enum CapPeriod { ${CAP_PERIODS.join(' ')} }

extend type Query {
  "How much your account allows, and how much of it is used."
  quotas: QuotaAnswer
  "What your messages of a month ('2026-11') cost; of the one that runs now when none is named."
  costs(month: String): Costs
}

"What is null is not capped. Money is a decimal number in the currency of costs."
type Caps {
  messagesPerDay: Int
  messagesPerMonth: Int
  moneyPerDay: String
  moneyPerMonth: String
}

input CapsInput {
  messagesPerDay: Int
  messagesPerMonth: Int
  moneyPerDay: String
  moneyPerMonth: String
}

type Costs {
  month: String!
  "Where its days begin and end."
  timeZone: String!
  "Of caps on money; null: the operator has set no prices."
  currency: String
  messages: Int!
  segments: Int!
  totals: [CostTotal!]!
  "By channel, kind and currency."
  lines: [CostLine!]!
  "As they stand now."
  caps: [CapState!]!
  "Of this month, newest first."
  notices: [Notice!]!
}

type CostTotal {
  currency: String!
  amount: String!
  "The part of it that the provider has not confirmed yet."
  estimatedAmount: String!
}

type CostLine {
  channelId: ID!
  "null: it has been deleted."
  channelName: String
  kind: ChannelKind!
  messages: Int!
  "Of SMS."
  segments: Int!
  currency: String
  amount: String!
  estimatedAmount: String!
}

type CapState {
  setBy: CapSetter!
  what: CapThing!
  period: CapPeriod!
  limit: String!
  used: String!
  "When it begins anew."
  endsAtMs: EpochMs!
}

type Notice {
  id: ID!
  kind: String!
  text: String!
  atMs: EpochMs!
}

type QuotaAnswer {
  limits: Quotas!
  used: QuotasUsed!
}

type Quotas {
  strategies: Int!
  "Strategies over all coins, or over more of the top than a list may name."
  allCoinStrategies: Int!
  "Alerts of all your strategies in one UTC day."
  alertsPerDay: Int!
  "Messages and money; your own caps hold besides."
  caps: Caps!
}

type QuotasUsed {
  strategies: Int!
  allCoinStrategies: Int!
}
`;

/** What an account may use, and what it has cost. */
export const COSTS: Topic = {
  text: TEXT,
  query: {
    quotas: { route: 'GET /quotas' },
    costs: { route: 'GET /costs', input: asQuery },
  },
};
