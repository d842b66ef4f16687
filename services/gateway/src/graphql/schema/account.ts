import { QUIET_MODES, ROLES, TOKEN_SCOPES } from '@ubot/contracts';
import { asBody, byId, changeById, part, removal, type Topic } from './topic.ts';

const TEXT = `
enum TokenScope { ${TOKEN_SCOPES.join(' ')} }
enum QuietMode { ${QUIET_MODES.join(' ')} }
enum Role { ${ROLES.join(' ')} }

type Query {
  "Your account."
  me: User
  settings: Settings
  "Your watchlists, oldest first."
  watchlists: [Watchlist!]
  watchlist(id: ID!): Watchlist
  "Your tokens for bots and scripts, oldest first."
  tokens: [Token!]
}

type Mutation {
  saveSettings(input: SettingsInput!): Settings
  createWatchlist(input: WatchlistInput!): Watchlist
  "Its name and all of its coins."
  changeWatchlist(id: ID!, input: WatchlistInput!): Watchlist
  "Answers with the id."
  deleteWatchlist(id: ID!): ID
  "It stops working at once. Answers with the id. Made is a token by REST alone."
  deleteToken(id: ID!): ID
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

type Token {
  id: ID!
  name: String!
  scope: TokenScope!
  createdAtMs: EpochMs!
  "null: until it is deleted."
  expiresAtMs: EpochMs
  lastUsedAtMs: EpochMs
}
`;

export const ACCOUNT: Topic = {
  text: TEXT,
  query: {
    me: { route: 'GET /me' },
    settings: { route: 'GET /settings' },
    watchlists: { route: 'GET /watchlists', pick: part('watchlists') },
    watchlist: { route: 'GET /watchlists/:id', input: byId },
    tokens: { route: 'GET /tokens', pick: part('tokens') },
  },
  mutation: {
    saveSettings: { route: 'PUT /settings', input: asBody },
    createWatchlist: { route: 'POST /watchlists', input: asBody },
    changeWatchlist: { route: 'PUT /watchlists/:id', input: changeById },
    deleteWatchlist: removal('DELETE /watchlists/:id'),
    deleteToken: removal('DELETE /tokens/:id'),
  },
};
