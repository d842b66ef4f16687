import { CAP_PERIODS, CAP_SETTERS, CAP_THINGS, CHANNEL_KINDS, QUIET_MODES, ROLES } from '@ubot/contracts';

export const ACCOUNT_SCHEMA = `
enum QuietMode { ${QUIET_MODES.join(' ')} }
enum Role { ${ROLES.join(' ')} }
enum CapSetter { ${CAP_SETTERS.join(' ')} }
enum CapThing { ${CAP_THINGS.join(' ')} }
enum CapPeriod { ${CAP_PERIODS.join(' ')} }
enum ChannelKind { ${CHANNEL_KINDS.join(' ')} }

type Query {
  "Your account."
  me: User
  settings: Settings
  "How much your account allows, and how much of it is used."
  quotas: QuotaAnswer
  "What your messages of a month ('2026-11') cost; of the one that runs now when none is named."
  costs(month: String): Costs
  "Your channels, oldest first."
  channels: [Channel!]
  channel(id: ID!): Channel
  "Your watchlists, oldest first."
  watchlists: [Watchlist!]
  watchlist(id: ID!): Watchlist
}

type Mutation {
  saveSettings(input: SettingsInput!): Settings
  "A webhook's signing secret is shown this once."
  createChannel(input: ChannelInput!): ChannelCreated
  "A channel keeps its kind."
  changeChannel(id: ID!, input: ChannelInput!): Channel
  "Answers with the id."
  deleteChannel(id: ID!): ID
  "Sends a code to a phone, or a challenge to a webhook, to show that it is yours."
  verifyChannel(id: ID!): VerificationSent
  "Takes the code that was sent to a channel."
  checkChannelCode(id: ID!, code: String!): Channel
  "Ends the pause of a channel that nothing got to."
  resumeChannel(id: ID!): Channel
  createWatchlist(input: WatchlistInput!): Watchlist
  "Its name and all of its coins."
  changeWatchlist(id: ID!, input: WatchlistInput!): Watchlist
  "Answers with the id."
  deleteWatchlist(id: ID!): ID
}

type User {
  id: ID!
  email: String!
  role: Role!
  createdAtMs: EpochMs!
  "A code of an authenticator is asked for at sign-in."
  secondFactor: Boolean!
  "Whether there is a password; without one the issuer signs the user in."
  password: Boolean!
  "Issuers (OIDC) that sign this user in."
  issuers: [String!]!
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

type QuotasUsed {
  strategies: Int!
  allCoinStrategies: Int!
}

type Settings {
  "An IANA name: Europe/Paris."
  timeZone: String!
  defaultChannelIds: [ID!]!
  quietHours: QuietHours
  "An ISO 4217 code."
  currency: String!
  "A BCP 47 tag: de-CH."
  locale: String!
  "Your own, within the operator's: the smaller counts."
  caps: Caps
}

"From start until before end, over midnight when end is the earlier, on the days on which it starts: 1 is Monday."
type QuietHours {
  start: String!
  end: String!
  days: [Int!]!
  "Without it, hold: sent when they end."
  mode: QuietMode
  "Webhook, log and module channels keep quiet too."
  machines: Boolean
}

input QuietHoursInput {
  start: String!
  end: String!
  days: [Int!]!
  mode: QuietMode
  machines: Boolean
}

"Of the first two both are named; what else is left out stays as it is."
input SettingsInput {
  timeZone: String!
  defaultChannelIds: [ID!]!
  quietHours: QuietHoursInput
  currency: String
  locale: String
  caps: CapsInput
}

"Where alerts go."
type Channel {
  id: ID!
  userId: ID!
  name: String!
  target: ChannelTarget!
  enabled: Boolean!
  "Shown to be the user's: alerts go to verified channels only."
  verified: Boolean!
  options: ChannelOptions
  paused: ChannelPause
  "null: as the operator has it for channels of this kind."
  digest: Digest
  createdAtMs: EpochMs!
  updatedAtMs: EpochMs!
}

"How alerts to a channel are gathered into one message. Both 0: each goes by itself."
type Digest {
  "Milliseconds from the first alert that waits to the message."
  waitMs: Int!
  "Milliseconds from one message to the next while alerts keep coming."
  intervalMs: Int!
}

input DigestInput {
  waitMs: Int!
  intervalMs: Int!
}

type VerificationSent {
  "A webhook that has echoed the challenge is verified at once; a phone waits for its code."
  verified: Boolean!
  expiresAtMs: EpochMs!
  sendsLeft: Int!
}

type ChannelCreated {
  id: ID!
  userId: ID!
  name: String!
  target: ChannelTarget!
  enabled: Boolean!
  "Shown to be the user's: alerts go to verified channels only."
  verified: Boolean!
  options: ChannelOptions
  paused: ChannelPause
  "null: as the operator has it for channels of this kind."
  digest: Digest
  createdAtMs: EpochMs!
  updatedAtMs: EpochMs!
  signingSecret: String
}

"The kind says which of the other fields there are."
type ChannelTarget {
  kind: ChannelKind!
  "sms, whatsapp: a telephone number in E.164 form; email: an address."
  to: String
  "webhook: the address."
  url: String
  "telegram: the number of a chat with the operator's bot, or a public channel's @name."
  chatId: String
  "discord: the last two parts of the webhook's address."
  webhookId: String
  webhookToken: String
  "slack: what follows hooks.slack.com/services/."
  path: String
  "ntfy: the server, the topic, and a token where the server wants one."
  server: String
  topic: String
  token: String
  "pushover: the user's key."
  userKey: String
  "module: the operator's module by its name, and what it takes as an address."
  module: String
  address: ModuleAddress
  "web_push: a browser's subscription."
  endpoint: String
  keys: PushKeys
}

type PushKeys {
  p256dh: String!
  auth: String!
}

input PushKeysInput {
  p256dh: String!
  auth: String!
}

input ChannelTargetInput {
  kind: ChannelKind!
  to: String
  url: String
  chatId: String
  webhookId: String
  webhookToken: String
  path: String
  server: String
  topic: String
  token: String
  userKey: String
  module: String
  address: ModuleAddress
  endpoint: String
  keys: PushKeysInput
}

type ChannelOptions {
  "whatsapp: sms, when what WhatsApp cannot carry goes by SMS."
  fallback: ChannelKind
  "false: no chart goes with an alert, where the kind takes pictures."
  picture: Boolean
}

input ChannelOptionsInput {
  fallback: ChannelKind
  picture: Boolean
}

enum ChannelPauseReason { opted_out unreachable }

"Nothing goes to a channel while it is paused."
type ChannelPause {
  "opted_out: STOP was written from the number, which has to write START. unreachable: resumeChannel ends it."
  reason: ChannelPauseReason!
  detail: String!
  sinceMs: EpochMs!
}

input ChannelInput {
  name: String!
  target: ChannelTargetInput!
  options: ChannelOptionsInput
  enabled: Boolean
  "null: as the operator has it. Left out: as it was."
  digest: DigestInput
}

"Coins in the order that you gave them."
type Watchlist {
  id: ID!
  userId: ID!
  name: String!
  coinIds: [Int!]!
  createdAtMs: EpochMs!
  updatedAtMs: EpochMs!
  "The first of its coins; those that are not known any more are left out."
  coins(limit: Int = 20): [Coin!]!
}

input WatchlistInput {
  name: String!
  coinIds: [Int!]!
}
`;
