import { CHANNEL_KINDS } from '@ubot/contracts';
import { asBody, byId, changeById, part, removal, type Topic } from './topic.ts';

const TEXT = `
enum ChannelKind { ${CHANNEL_KINDS.join(' ')} }

extend type Query {
  "Your channels, oldest first."
  channels: [Channel!]
  channel(id: ID!): Channel
  "What a channel can be on this uBot, the operator's own modules included."
  channelKinds: ChannelKinds
  "What a browser subscribes to push messages with, for a channel of the kind web_push."
  pushKey: PushKey
}

extend type Mutation {
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
  "Sends a message that says it is a test, and answers with what the provider says at once. It counts against the caps."
  testChannel(id: ID!): ChannelTest
  "Ends the pause of a channel that nothing got to."
  resumeChannel(id: ID!): Channel
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

type ChannelKinds {
  kinds: [OfferedKind!]!
  "What the kind module offers."
  modules: [ChannelModule!]!
}

type OfferedKind {
  kind: ChannelKind!
  "Whether the operator has set up what it needs."
  configured: Boolean!
}

type ChannelModule {
  name: String!
  label: String!
  address: AddressRule!
}

"What an address is: one text by pattern, or an object whose fields each have theirs."
type AddressRule {
  about: String!
  pattern: String
  fields: NamedTexts
}

"What was sent as a test."
type ChannelTest {
  text: String!
  "In the provider's own word."
  providerStatus: String
  "Of an SMS."
  segments: Int
}

type PushKey {
  publicKey: String!
}
`;

export const CHANNEL: Topic = {
  text: TEXT,
  query: {
    channels: { route: 'GET /channels', pick: part('channels') },
    channel: { route: 'GET /channels/:id', input: byId },
    channelKinds: { route: 'GET /channel-kinds' },
    pushKey: { route: 'GET /push-key' },
  },
  mutation: {
    createChannel: { route: 'POST /channels', input: asBody },
    changeChannel: { route: 'PUT /channels/:id', input: changeById },
    deleteChannel: removal('DELETE /channels/:id'),
    verifyChannel: { route: 'POST /channels/:id/verification', input: byId },
    testChannel: { route: 'POST /channels/:id/test', input: byId },
    resumeChannel: { route: 'POST /channels/:id/resume', input: byId },
    checkChannelCode: {
      route: 'POST /channels/:id/verification/check',
      input: ({ id, code }) => ({ params: { id }, body: { code } }),
    },
  },
};
