import { LINK_PURPOSES } from '@ubot/contracts';
import { answersId, asBody, asQuery, byId, changeById, part, removal, type Topic } from './topic.ts';

const TEXT = `
enum LinkPurpose { ${LINK_PURPOSES.join(' ')} }

extend type Query {
  "Operators only, as the rest below. Users by address, a hundred after the address given."
  users(search: String, after: String): [AdminUser!]
  userQuotas(id: ID!): QuotaAnswer
  "Invitations, newest first."
  invitations: [Invitation!]
  "Links that no mail could carry, to pass on by hand."
  undeliveredLinks: [UndeliveredLink!]
  "What the messages of a month ('2026-11') cost, by user."
  adminCosts(month: String): AdminCosts
  "Every part of uBot at one look, whatever part of it is away."
  systemHealth: SystemHealth
}

extend type Mutation {
  "A user's role, and whether the account is off (which ends its sessions at once). Answers with the id."
  changeUser(id: ID!, input: AdminUserInput!): ID
  "What is left out is the configured default."
  setUserQuotas(id: ID!, input: QuotaOverrides!): QuotaAnswer
  "The link is shown this once, and mailed where mail is set up."
  invite(input: InvitationInput!): InvitationCreated
  "Answers with the id."
  withdrawInvitation(id: ID!): ID
}

type AdminUser {
  id: ID!
  email: String!
  name: String!
  role: Role!
  emailVerified: Boolean!
  secondFactor: Boolean!
  disabled: Boolean!
  createdAtMs: EpochMs!
  lastSignInAtMs: EpochMs
  "How many it has."
  strategies: Int!
}

input AdminUserInput {
  role: Role!
  disabled: Boolean!
}

input QuotaOverrides {
  strategies: Int
  allCoinStrategies: Int
  alertsPerDay: Int
  caps: CapsInput
}

type Invitation {
  id: ID!
  email: String!
  role: Role!
  createdAtMs: EpochMs!
  expiresAtMs: EpochMs!
  usedAtMs: EpochMs
}

type InvitationCreated {
  id: ID!
  email: String!
  role: Role!
  createdAtMs: EpochMs!
  expiresAtMs: EpochMs!
  usedAtMs: EpochMs
  url: String!
}

input InvitationInput {
  email: String!
  role: Role
}

type UndeliveredLink {
  id: ID!
  email: String!
  purpose: LinkPurpose!
  url: String!
  createdAtMs: EpochMs!
  expiresAtMs: EpochMs!
}

type AdminCosts {
  month: String!
  currency: String
  messages: Int!
  segments: Int!
  totals: [CostTotal!]!
  "Those who paid most first."
  lines: [AdminCostLine!]!
  "Of everybody together."
  caps: [CapState!]!
}

"The messages of one user, kind and currency in a month of the user's own time zone."
type AdminCostLine {
  userId: ID!
  "null: the account is gone."
  email: String
  kind: ChannelKind!
  messages: Int!
  "Of SMS."
  segments: Int!
  currency: String
  amount: String!
  estimatedAmount: String!
}

type SystemHealth {
  ready: Boolean!
  services: [ServiceHealth!]!
  "null: mother-app is not reachable."
  sources: [Source!]
  "null: the notifier is not reachable, as with incidents."
  queue: DeliveryQueue
  incidents: [Incident!]
}

"What is null is not known, because the service is not reachable."
type ServiceHealth {
  service: String!
  reachable: Boolean!
  "Why it is not reachable."
  detail: String
  answeredInMs: Float
  version: String
  "Of Node.js."
  runtime: String
  startedAtMs: EpochMs
  "Empty when it is ready."
  waitingFor: [String!]
}

"Notifications that are not at an end."
type DeliveryQueue {
  queued: Int!
  sending: Int!
  unknown: Int!
  "How long the oldest one that is due has waited, milliseconds."
  oldestDueMs: SafeInt!
}

"A trouble of uBot itself that is not over."
type Incident {
  id: ID!
  kind: String!
  "What it is about where there may be several, as the kind of a channel; else empty."
  subject: String!
  detail: String!
  sinceMs: EpochMs!
}
`;

/** For operators; anybody else gets FORBIDDEN. `systemHealth` is the gateway's own answer. */
export const OPERATOR: Topic = {
  text: TEXT,
  query: {
    users: { route: 'GET /admin/users', input: asQuery, pick: part('users') },
    userQuotas: { route: 'GET /admin/users/:id/quotas', input: byId },
    invitations: { route: 'GET /admin/invitations', pick: part('invitations') },
    undeliveredLinks: { route: 'GET /admin/links', pick: part('links') },
    adminCosts: { route: 'GET /admin/costs', input: asQuery },
  },
  mutation: {
    changeUser: { route: 'PUT /admin/users/:id', input: changeById, pick: answersId },
    setUserQuotas: { route: 'PUT /admin/users/:id/quotas', input: changeById },
    invite: { route: 'POST /admin/invitations', input: asBody },
    withdrawInvitation: removal('DELETE /admin/invitations/:id'),
  },
};
