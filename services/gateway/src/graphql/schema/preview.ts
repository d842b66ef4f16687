import { asBody, type Topic } from './topic.ts';

const TEXT = `
extend type Query {
  """
  Which coins a strategy that need not be saved matches now, by which values; which are near or not known yet. It may be
  asked for as often as by REST.
  """
  previewStrategy(input: StrategyPreviewInput!): StrategyPreview
  "A message as each kind of channel gets it, on the strategy's newest alert, else on a made example."
  previewMessage(input: MessagePreviewInput!): MessagePreview
}

"A strategy as it would be saved, also while it has no name yet."
input StrategyPreviewInput {
  name: String
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

"The counts add up to coinCount."
type StrategyPreview {
  "The last snapshot that live strategies were evaluated on; this is about the same one."
  snapshotTakenAtMs: EpochMs!
  source: String!
  "What was judged: the close of the last candle, or the snapshot; null: no candle has closed yet."
  evaluatedAtMs: EpochMs
  "Of the universe."
  coinCount: Int!
  matching: MatchingCoins!
  notMatching: CoinsThatDoNotMatch!
  notKnown: CoinsNotKnown!
  "The source has said nothing new about them for more than three polls: they are not judged."
  stale: StaleCoins!
  "Of the condition; they do not stop a save."
  warnings: [Diagnostic!]!
}

type MatchingCoins {
  count: Int!
  "By rank, at most 50 of them."
  coins: [MatchingCoin!]!
}

type MatchingCoin {
  coin: Coin!
  "In the snapshot; null: the coin is not in it."
  priceUsd: Float
  "The condition with its values."
  sentence: String!
  "Every number of the condition, and of the strategy's own names, as it stands."
  values: [AlertValue!]!
}

type CoinsThatDoNotMatch {
  count: Int!
  "The nearest ten that can be measured."
  nearest: [NearCoin!]!
}

type NearCoin {
  coin: Coin!
  priceUsd: Float
  "What is missing, with its values."
  sentence: String!
  values: [AlertValue!]!
  "By how much the part that lacks most is away, in percent."
  distancePct: Float!
}

type CoinsNotKnown {
  count: Int!
  reasons: [NotKnownReason!]!
}

"Why nothing can be said of some coins, the same for all of them."
type NotKnownReason {
  "warming_up, no_value (the source says nothing of it) or not_observed."
  reason: String!
  "The part of the condition; null: the whole."
  part: String
  "Of the candles that the part needs."
  timeframe: String!
  candlesNeeded: Int!
  "How many coins it is so with."
  count: Int!
  "A few of them, those with the most candles first."
  coins: [WaitingCoin!]!
}

type WaitingCoin {
  coin: Coin!
  candles: Int!
}

type StaleCoins {
  count: Int!
  coins: [Coin!]!
}

"The message to try: that of the strategy when it is left out, the default text when it is null."
input MessagePreviewInput {
  message: String
  strategyId: ID
}

type MessagePreview {
  "true: made up, because there is no alert of the strategy yet; its numbers mean nothing."
  example: Boolean!
  alertId: ID
  messages: [PreviewedMessage!]!
}

type PreviewedMessage {
  kind: ChannelKind!
  "What services show above the text that have a place for it."
  title: String!
  "The whole text."
  text: String!
  "What arrives of it."
  shown: String!
  shortened: Boolean!
  "Of what arrives, in UTF-16 units."
  characters: Int!
  "What the service takes at most; null where that is more than a text can be."
  limit: MessageLimit
  "SMS only: what it is charged as."
  sms: SmsSize
}

type MessageLimit {
  most: Int!
  "characters or bytes."
  unit: String!
}

type SmsSize {
  "GSM-7 or UCS-2."
  encoding: String!
  segments: Int!
}
`;

export const PREVIEW: Topic = {
  text: TEXT,
  query: {
    previewStrategy: { route: 'POST /strategies/preview', input: asBody },
    previewMessage: { route: 'POST /strategies/preview-message', input: asBody },
  },
};
