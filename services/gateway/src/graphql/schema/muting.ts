import { ACKNOWLEDGE_WAYS, SILENCE_STATES } from '@ubot/contracts';
import { asBody, asQuery, byId, changeById, part, removal, type Topic } from './topic.ts';

const TEXT = `
enum AcknowledgeWay { ${ACKNOWLEDGE_WAYS.join(' ')} }
enum SilenceState { ${SILENCE_STATES.join(' ')} }

extend type Query {
  "Your silences, newest first; those that have ended are kept for 90 days. Pages as of alerts."
  silences(state: SilenceState, limit: Int = 50, before: ID): SilencePage
  silence(id: ID!): Silence
  "Your rules by which a strategy that fires mutes others, oldest first."
  inhibitions: [Inhibition!]
}

extend type Mutation {
  "Says that you have seen an alert: what waits of its messages is not sent any more."
  acknowledgeAlert(id: ID!): Acknowledgement
  "Silences the alert's strategy for its coin: 900000, 3600000, 14400000 or 86400000 milliseconds."
  snoozeAlert(id: ID!, durationMs: Int!): Silence
  "Nothing named silences everything."
  createSilence(input: SilenceInput!): Silence
  "Ends it now. Answers with the id."
  endSilence(id: ID!): ID
  createInhibition(input: InhibitionInput!): Inhibition
  "What is left out has its default again."
  changeInhibition(id: ID!, input: InhibitionInput!): Inhibition
  "Answers with the id."
  deleteInhibition(id: ID!): ID
}

"Whether this was the first time or not, the alert stands acknowledged as told."
type Acknowledgement {
  alertId: ID!
  acknowledgedAtMs: EpochMs!
  acknowledgedBy: AcknowledgeWay!
  "It was acknowledged before."
  already: Boolean!
}

type SilencePage {
  silences: [Silence!]!
  nextBefore: ID
}

"Keeps the messages of alerts from being sent. Of strategyId, coinId and tag whatever is named must fit."
type Silence {
  id: ID!
  userId: ID!
  strategyId: ID
  coinId: Int
  tag: String
  "Why; shown beside each alert that it muted."
  comment: String!
  "In force from then until before endsAtMs."
  startsAtMs: EpochMs!
  endsAtMs: EpochMs!
  state: SilenceState!
  "Alerts of which it kept at least one message from being sent: alerts(mutedBy: id) lists them."
  mutedAlerts: Int!
  createdAtMs: EpochMs!
  "null when none is named, or when it has been deleted."
  strategy: Strategy
  coin: Coin
}

"It begins now when no start is named."
input SilenceInput {
  strategyId: ID
  coinId: Int
  tag: String
  startsAtMs: EpochMs
  endsAtMs: EpochMs!
  comment: String
}

"While the source fires, the targets are muted. A strategy never mutes itself."
type Inhibition {
  id: ID!
  userId: ID!
  name: String!
  enabled: Boolean!
  sourceStrategyId: ID!
  "While it fires for this coin; null: for any."
  sourceCoinId: Int
  "Mutes only alerts of the coin that the source fires for."
  sameCoin: Boolean!
  "Strategies with any of these tags; with targetStrategyIds null too: all others."
  targetTags: [String!]
  targetStrategyIds: [ID!]
  "The source fires, so that the targets are muted now."
  active: Boolean!
  mutedAlerts: Int!
  createdAtMs: EpochMs!
  updatedAtMs: EpochMs!
  sourceStrategy: Strategy
  sourceCoin: Coin
  "The first of those that are named; without those that have been deleted."
  targetStrategies(limit: Int = 10): [Strategy!]
}

input InhibitionInput {
  name: String!
  sourceStrategyId: ID!
  enabled: Boolean
  sourceCoinId: Int
  sameCoin: Boolean
  targetTags: [String!]
  targetStrategyIds: [ID!]
}
`;

/** What keeps alerts from being sent. */
export const MUTING: Topic = {
  text: TEXT,
  query: {
    silences: { route: 'GET /silences', input: asQuery },
    silence: { route: 'GET /silences/:id', input: byId },
    inhibitions: { route: 'GET /inhibitions', pick: part('inhibitions') },
  },
  mutation: {
    acknowledgeAlert: { route: 'POST /alerts/:id/acknowledge', input: byId },
    snoozeAlert: {
      route: 'POST /alerts/:id/snooze',
      input: ({ id, durationMs }) => ({ params: { id }, body: { durationMs } }),
    },
    createSilence: { route: 'POST /silences', input: asBody },
    endSilence: removal('DELETE /silences/:id'),
    createInhibition: { route: 'POST /inhibitions', input: asBody },
    changeInhibition: { route: 'PUT /inhibitions/:id', input: changeById },
    deleteInhibition: removal('DELETE /inhibitions/:id'),
  },
};
