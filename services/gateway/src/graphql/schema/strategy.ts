import { asBody, asQuery, byId, changeById, removal, type Topic } from './topic.ts';

const TEXT = `
enum UniverseKind { coins top all watchlist }
enum TriggerOn { candle_close snapshot }
enum TriggerFires { on_change while_true once }
enum Severity { error warning }

extend type Query {
  "Your strategies, oldest first."
  strategies(limit: Int = 50, after: ID): StrategyPage
  strategy(id: ID!): Strategy
  "What a strategy was in each of its versions, newest first. Give nextBefore of a page as before to get the next."
  strategyVersions(id: ID!, limit: Int = 50, before: Int): StrategyVersionPage
  "Every mistake and warning of a condition, with its place in the text, without saving it."
  checkCondition(input: CheckInput!): CheckAnswer
}

extend type Mutation {
  createStrategy(input: StrategyInput!): Strategy
  "A new version, unless it is only switched on or off."
  changeStrategy(id: ID!, input: StrategyInput!): Strategy
  enableStrategy(id: ID!): Strategy
  "Switched off; it keeps its versions."
  pauseStrategy(id: ID!): Strategy
  "A copy, switched off."
  duplicateStrategy(id: ID!, input: DuplicateInput): Strategy
  "Answers with the id."
  deleteStrategy(id: ID!): ID
}

type StrategyPage {
  strategies: [Strategy!]!
  "Give this as after to get the next page; null at the end."
  nextAfter: ID
}

type StrategyVersionPage {
  versions: [StrategyVersion!]!
  nextBefore: Int
}

type StrategyVersion {
  version: Int!
  versionId: ID!
  name: String!
  universe: Universe!
  timeframe: String!
  indicators: [NamedIndicator!]!
  condition: String!
  message: String
  channelIds: [ID!]!
  tags: [String!]!
  urgent: Boolean!
  trigger: Trigger!
  createdAtMs: EpochMs!
}

type Strategy {
  id: ID!
  userId: ID!
  "1 for the first; every change makes a new one, and an alert names the one that fired."
  version: Int!
  versionId: ID!
  name: String!
  enabled: Boolean!
  universe: Universe!
  "1m, 5m, 15m, 30m, 1h, 4h, 12h, 1d or 1w."
  timeframe: String!
  indicators: [NamedIndicator!]!
  condition: String!
  message: String
  channelIds: [ID!]!
  "What it is grouped by, for silences and rules that mute."
  tags: [String!]!
  "Passes quiet hours and is not gathered with others into one message."
  urgent: Boolean!
  trigger: Trigger!
  createdAtMs: EpochMs!
  updatedAtMs: EpochMs!
  "Those of its channels that there still are."
  channels: [Channel!]!
  "Its newest alerts, newest first."
  alerts(limit: Int = 10): [Alert!]!
}

"The coins that are watched: named ones, the top by market capitalisation, or all."
type Universe {
  kind: UniverseKind!
  "coins: CoinMarketCap ids."
  ids: [Int!]
  "top: how many."
  count: Int
  "watchlist: which."
  id: ID
}

input UniverseInput {
  kind: UniverseKind!
  ids: [Int!]
  count: Int
  id: ID
}

type NamedIndicator {
  name: String!
  expression: String!
}

input NamedIndicatorInput {
  name: String!
  expression: String!
}

"When an alert is sent."
type Trigger {
  on: TriggerOn!
  fires: TriggerFires!
  for: Hold
  "Between two alerts of one coin."
  cooldownMs: SafeInt!
  "A second condition that must come true before it can fire again."
  rearm: String
  expiresAtMs: EpochMs
  "Alerts of the whole strategy in one UTC day."
  maxPerDay: Int
  "A late alert older than this is recorded, not sent."
  maxAgeMs: SafeInt!
}

"What is left out has its default."
input TriggerInput {
  on: TriggerOn
  fires: TriggerFires
  for: HoldInput
  cooldownMs: SafeInt
  rearm: String
  expiresAtMs: EpochMs
  maxPerDay: Int
  maxAgeMs: SafeInt
}

"How long a condition must hold: in time, or in candles of the strategy's timeframe."
type Hold {
  ms: SafeInt
  candles: Int
}

input HoldInput {
  ms: SafeInt
  candles: Int
}

input StrategyInput {
  name: String!
  universe: UniverseInput!
  timeframe: String!
  condition: String!
  enabled: Boolean
  indicators: [NamedIndicatorInput!]
  trigger: TriggerInput
  message: String
  channelIds: [ID!]
  tags: [String!]
  urgent: Boolean
}

input DuplicateInput {
  name: String
}

input CheckInput {
  condition: String!
  timeframe: String
  indicators: [NamedIndicatorInput!]
  "When it will be evaluated: on a snapshot it may repaint, which is noted."
  on: TriggerOn
  "A message template, whose placeholders are checked against the condition."
  message: String
}

type CheckAnswer {
  ok: Boolean!
  diagnostics: [Diagnostic!]!
}

type Diagnostic {
  "Which text the offsets are in: condition or message."
  field: String!
  code: String!
  severity: Severity!
  "Offsets in the text of the field, in UTF-16 code units: [from, to)."
  from: Int!
  to: Int!
  message: String!
  hint: String
}
`;

export const STRATEGY: Topic = {
  text: TEXT,
  query: {
    strategies: { route: 'GET /strategies', input: asQuery },
    strategy: { route: 'GET /strategies/:id', input: byId },
    strategyVersions: {
      route: 'GET /strategies/:id/versions',
      input: ({ id, ...query }) => ({ params: { id }, query }),
    },
    checkCondition: { route: 'POST /strategies/check', input: asBody },
  },
  mutation: {
    createStrategy: { route: 'POST /strategies', input: asBody },
    changeStrategy: { route: 'PUT /strategies/:id', input: changeById },
    enableStrategy: { route: 'POST /strategies/:id/enable', input: byId },
    pauseStrategy: { route: 'POST /strategies/:id/pause', input: byId },
    duplicateStrategy: {
      route: 'POST /strategies/:id/duplicate',
      input: ({ id, input }) => ({ params: { id }, body: input ?? {} }),
    },
    deleteStrategy: removal('DELETE /strategies/:id'),
  },
};
