import {
  AlertPageSchema,
  AlertWithNotificationsSchema,
  CandlesAnswerSchema,
  ChannelCreatedSchema,
  ChannelSchema,
  CheckAnswerSchema,
  CoinSchema,
  CostsAnswerSchema,
  DecisionAnswerSchema,
  GlobalAnswerSchema,
  GlobalCandlesAnswerSchema,
  NotificationPageSchema,
  QuotaAnswerSchema,
  SettingsSchema,
  SourceStateSchema,
  StrategyPageSchema,
  StrategySchema,
  StrategyVersionPageSchema,
  UserSchema,
  VerificationSentSchema,
  WatchlistsAnswerSchema,
  WatchlistSchema,
  type Alert,
  type Notification,
  type Photo,
  type Strategy,
  type Watchlist,
} from '@ubot/contracts';
import { validationError } from '@ubot/service-kit';
import { Type } from 'typebox';
import type { GraphqlContext } from './context.ts';
import { SCALARS } from './scalars.ts';

/** As GraphQL has checked and filled them in; what REST checks is checked by `ask`. */
type Args = Readonly<Record<string, unknown>>;
/** A method, so that each resolver may say what it hangs on: the schema sees to it that it does. */
type Resolver = { resolve(parent: unknown, args: Args, context: GraphqlContext): unknown }['resolve'];
export type Resolvers = Readonly<Record<string, Readonly<Record<string, Resolver>>>>;

const ChannelsSchema = Type.Object({ channels: Type.Array(ChannelSchema) });
const CoinsSchema = Type.Array(CoinSchema);
const SourcesSchema = Type.Array(SourceStateSchema);
const Nothing = Type.Unknown();

const idOf = ({ id }: Args) => ({ params: { id } });
const changeOf = ({ id, input }: Args) => ({ params: { id }, body: input });

const Query: Resolvers[string] = {
  me: (_root, _args, { ask }) => ask('GET /me', UserSchema),
  quotas: (_root, _args, { ask }) => ask('GET /quotas', QuotaAnswerSchema),
  costs: (_root, args, { ask }) => ask('GET /costs', CostsAnswerSchema, { query: args }),
  settings: (_root, _args, { ask }) => ask('GET /settings', SettingsSchema),
  channels: async (_root, _args, { ask }) => (await ask('GET /channels', ChannelsSchema)).channels,
  channel: (_root, args, { ask }) => ask('GET /channels/:id', ChannelSchema, idOf(args)),
  watchlists: async (_root, _args, { ask }) => (await ask('GET /watchlists', WatchlistsAnswerSchema)).watchlists,
  watchlist: (_root, args, { ask }) => ask('GET /watchlists/:id', WatchlistSchema, idOf(args)),
  strategies: (_root, args, { ask }) => ask('GET /strategies', StrategyPageSchema, { query: args }),
  strategy: (_root, args, { ask }) => ask('GET /strategies/:id', StrategySchema, idOf(args)),
  strategyVersions: (_root, { id, ...query }, { ask }) =>
    ask('GET /strategies/:id/versions', StrategyVersionPageSchema, { params: { id }, query }),
  checkCondition: (_root, { input }, { ask }) => ask('POST /strategies/check', CheckAnswerSchema, { body: input }),
  alerts: (_root, args, { ask }) => ask('GET /alerts', AlertPageSchema, { query: args }),
  alert: (_root, args, { ask }) => ask('GET /alerts/:id', AlertWithNotificationsSchema, idOf(args)),
  notifications: (_root, args, { ask }) => ask('GET /notifications', NotificationPageSchema, { query: args }),
  decision: (_root, args, { ask }) => ask('GET /decisions', DecisionAnswerSchema, { query: args }),
  coins: (_root, args, { ask }) => ask('GET /coins', CoinsSchema, { query: args }),
  coin: (_root, args, { ask }) => ask('GET /coins/:id', CoinSchema, idOf(args)),
  async candles(_root, { coinId, ...query }, { ask }) {
    const input = { params: { id: coinId }, query };
    return (await ask('GET /coins/:id/candles', CandlesAnswerSchema, input)).candles;
  },
  global: (_root, _args, { ask }) => ask('GET /global', GlobalAnswerSchema),
  globalCandles: async (_root, args, { ask }) =>
    (await ask('GET /global/candles', GlobalCandlesAnswerSchema, { query: args })).candles,
  sources: (_root, _args, { ask }) => ask('GET /sources', SourcesSchema),
};

const deletion =
  (route: string): Resolver =>
  async (_root, args, { ask }) => {
    await ask(route, Nothing, idOf(args));
    return args['id'];
  };

const Mutation: Resolvers[string] = {
  saveSettings: (_root, { input }, { ask }) => ask('PUT /settings', SettingsSchema, { body: input }),
  createChannel: (_root, { input }, { ask }) => ask('POST /channels', ChannelCreatedSchema, { body: input }),
  changeChannel: (_root, args, { ask }) => ask('PUT /channels/:id', ChannelSchema, changeOf(args)),
  deleteChannel: deletion('DELETE /channels/:id'),
  verifyChannel: (_root, args, { ask }) => ask('POST /channels/:id/verification', VerificationSentSchema, idOf(args)),
  resumeChannel: (_root, args, { ask }) => ask('POST /channels/:id/resume', ChannelSchema, idOf(args)),
  checkChannelCode: (_root, { id, code }, { ask }) =>
    ask('POST /channels/:id/verification/check', ChannelSchema, { params: { id }, body: { code } }),
  createWatchlist: (_root, { input }, { ask }) => ask('POST /watchlists', WatchlistSchema, { body: input }),
  changeWatchlist: (_root, args, { ask }) => ask('PUT /watchlists/:id', WatchlistSchema, changeOf(args)),
  deleteWatchlist: deletion('DELETE /watchlists/:id'),
  createStrategy: (_root, { input }, { ask }) => ask('POST /strategies', StrategySchema, { body: input }),
  changeStrategy: (_root, args, { ask }) => ask('PUT /strategies/:id', StrategySchema, changeOf(args)),
  enableStrategy: (_root, args, { ask }) => ask('POST /strategies/:id/enable', StrategySchema, idOf(args)),
  pauseStrategy: (_root, args, { ask }) => ask('POST /strategies/:id/pause', StrategySchema, idOf(args)),
  duplicateStrategy: (_root, { id, input }, { ask }) =>
    ask('POST /strategies/:id/duplicate', StrategySchema, { params: { id }, body: input ?? {} }),
  deleteStrategy: deletion('DELETE /strategies/:id'),
};

/** A list below another thing has no route of its own to say how long it may be. */
function limitOf({ limit }: Args, maximum: number): number {
  if (typeof limit === 'number' && limit >= 1 && limit <= maximum) return limit;
  throw validationError([{ path: '/limit', message: `must be from 1 to ${maximum}` }], 'query');
}

const ALERTS_OF_STRATEGY = 50;
const COINS_OF_WATCHLIST = 1_000;

const isThere = <T>(one: T | undefined): one is T => one !== undefined;

const Things: Resolvers = {
  Strategy: {
    channels: async ({ channelIds }: Strategy, _args, { loaders }) =>
      (await Promise.all(channelIds.map((id) => loaders.channels.load(id)))).filter(isThere),
    alerts: ({ id }: Strategy, args, { loaders }) => loaders.alerts(limitOf(args, ALERTS_OF_STRATEGY)).load(id),
  },
  Alert: {
    strategy: ({ strategyId }: Alert, _args, { loaders }) => loaders.strategies.load(strategyId),
  },
  Notification: {
    channel: ({ channelId }: Notification, _args, { loaders }) => loaders.channels.load(channelId),
  },
  Watchlist: {
    async coins({ coinIds }: Watchlist, args, { loaders }) {
      const wanted = coinIds.slice(0, limitOf(args, COINS_OF_WATCHLIST));
      return (await Promise.all(wanted.map((id) => loaders.coins.load(String(id))))).filter(isThere);
    },
  },
  Coin: {
    // The coin of an alert is what it was called then; its rank is that of today.
    rank: async ({ id, rank }: { id: number; rank?: number | null }, _args, { loaders }) =>
      rank === undefined ? (await loaders.coins.load(String(id)))?.rank : rank,
    ticker: async ({ id }: { id: number }, _args, { photo }) => tickersOf(await photo()).get(id),
  },
};

export type Ticker = Photo['coins'][number];
const tickers = new WeakMap<Photo, ReadonlyMap<number, Ticker>>();

/** The coins of a snapshot by id, sorted out once for all who ask. */
export function tickersOf(photo: Photo): ReadonlyMap<number, Ticker> {
  let found = tickers.get(photo);
  if (found === undefined) {
    found = new Map(photo.coins.map((coin) => [coin.id, coin]));
    tickers.set(photo, found);
  }
  return found;
}

export const RESOLVERS = { ...SCALARS, Query, Mutation, ...Things };
