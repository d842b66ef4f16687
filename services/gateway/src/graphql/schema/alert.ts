import { ANSWER_REASONS, DECISION_BASES, NOTIFICATION_STATES } from '@ubot/contracts';
import { asQuery, byId, type Topic } from './topic.ts';

const TEXT = `
enum NotificationState { ${NOTIFICATION_STATES.join(' ')} }
enum DecisionReason { ${ANSWER_REASONS.join(' ')} }
enum DecisionBasis { ${DECISION_BASES.join(' ')} }

extend type Query {
  "Your alerts, newest first. Give nextBefore of a page as before to get the next, older one."
  alerts(limit: Int = 50, before: String, strategyId: ID, coinId: Int, mutedBy: ID, from: EpochMs, to: EpochMs): AlertPage
  alert(id: ID!): Alert
  "What became of each message to each channel, newest first. Pages as of alerts."
  notifications(
    limit: Int = 50
    before: ID
    state: NotificationState
    channelId: ID
    alertId: ID
    from: EpochMs
    to: EpochMs
  ): NotificationPage
  "Why a strategy did, or did not, send an alert for a coin, now or at a past time."
  decision(strategyId: ID!, coinId: Int!, atMs: EpochMs): Decision
}

type Subscription {
  """
  Your alerts from now on, each once and in order. With the sequence of the last one that you have, those after it come
  first.
  """
  alertAdded(after: String): Alert!
}

type NotificationPage {
  notifications: [Notification!]!
  nextBefore: ID
}

type AlertPage {
  alerts: [Alert!]!
  nextBefore: String
}

type Alert {
  id: ID!
  "Order of claiming; resume a subscription from here."
  sequence: String!
  userId: ID!
  strategyId: ID!
  strategyVersionId: ID!
  strategyVersion: Int!
  strategyName: String!
  coin: Coin!
  timeframe: String!
  "Close of the candle, or time of the snapshot."
  triggeredAtMs: EpochMs!
  snapshotTakenAtMs: EpochMs!
  priceUsd: Float!
  source: String!
  condition: String!
  "rsi(14) = 28.4 < 30 and close = 101.2 crosses above sma(50) = 100.9"
  explanation: String!
  values: [AlertValue!]!
  candle: AlertCandle
  "Came true while the service was down and was caught up."
  late: Boolean!
  mayRepaint: Boolean!
  createdAtMs: EpochMs!
  "One for each channel."
  notifications: [Notification!]!
  "When and by which way (api, link, call) it was acknowledged."
  acknowledgedAtMs: EpochMs
  acknowledgedBy: String
  "The strategy as it is now; null when it has been deleted."
  strategy: Strategy
}

"One part of the condition as it stood."
type AlertValue {
  text: String!
  value: Float
}

type AlertCandle {
  timeframe: String!
  openAtMs: EpochMs!
  open: Float!
  high: Float!
  low: Float!
  close: Float!
  samples: Int!
}

type Notification {
  id: ID!
  alertId: ID!
  channelId: ID!
  channelKind: ChannelKind!
  state: NotificationState!
  attempts: Int!
  providerMessageId: String
  errorCode: String
  errorDetail: String
  queuedAtMs: EpochMs!
  sentAtMs: EpochMs
  deliveredAtMs: EpochMs
  acknowledgedAtMs: EpochMs
  "The notification with whose message it went out, its own for the one that stands for all; null: by itself."
  digestId: ID
  "The kind it went by where that is not its channel's."
  sentAs: ChannelKind
  "Of SMS."
  segments: Int
  "A decimal number; null: nothing, or nobody knows."
  price: String
  currency: String
  "The provider has not told its own price yet."
  priceEstimated: Boolean
  "null when it has been deleted."
  channel: Channel
}

type Decision {
  strategyId: ID!
  strategyVersion: Int!
  coinId: Int!
  reason: DecisionReason!
  "rsi(14) is 41.2, which is not below 30."
  sentence: String!
  evaluatedAtMs: EpochMs
  values: [AlertValue!]!
  "Channels of the strategy that get nothing."
  channelProblems: [ChannelProblem!]
  "Only when a past time was asked about."
  past: PastDecision
}

type PastDecision {
  askedAtMs: EpochMs!
  "What the answer rests upon."
  basis: DecisionBasis!
  alertId: ID
  "What has become of the alert's messages by now."
  notifications: [Notification!]!
  "The candle judged; of a snapshot, the open one as it stood."
  candle: AlertCandle
  "What the answer cannot know, and what has changed since."
  notes: [String!]!
}

type ChannelProblem {
  channelId: ID!
  code: String!
  sentence: String!
}
`;

export const ALERT: Topic = {
  text: TEXT,
  query: {
    alerts: { route: 'GET /alerts', input: asQuery },
    alert: { route: 'GET /alerts/:id', input: byId },
    notifications: { route: 'GET /notifications', input: asQuery },
    decision: { route: 'GET /decisions', input: asQuery },
  },
};
