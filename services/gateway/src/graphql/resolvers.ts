import {
  LIMITS,
  type Alert,
  type Inhibition,
  type Notification,
  type Photo,
  type Silence,
  type Strategy,
  type Watchlist,
} from '@ubot/contracts';
import { validationError } from '@ubot/service-kit';
import type { GraphqlContext } from './context.ts';
import { SCALARS } from './scalars.ts';
import { MUTATION_FIELDS, QUERY_FIELDS } from './schema/index.ts';
import type { Args, RouteFields } from './schema/topic.ts';

/** A method, so that each resolver may say what it hangs on: the schema sees to it that it does. */
type Resolver = { resolve(parent: unknown, args: Args, context: GraphqlContext): unknown }['resolve'];
type Resolvers = Readonly<Record<string, Readonly<Record<string, Resolver>>>>;

/** What asks the routes that the fields stand for. */
function asking(fields: RouteFields): Resolvers[string] {
  const entries = Object.entries(fields).map(([name, { route, input, pick }]): [string, Resolver] => [
    name,
    async (_root, args, { ask }) => {
      const answer = await ask(route, input?.(args));
      return pick === undefined ? answer : pick(answer, args);
    },
  ]);
  return Object.fromEntries(entries);
}

const Query: Resolvers[string] = {
  ...asking(QUERY_FIELDS),
  systemHealth: (_root, _args, { systemHealth }) => systemHealth(),
};
const Mutation = asking(MUTATION_FIELDS);

/** A list below another thing has no route of its own to say how long it may be. */
function limitOf({ limit }: Args, maximum: number): number {
  if (typeof limit === 'number' && limit >= 1 && limit <= maximum) return limit;
  throw validationError([{ path: '/limit', message: `must be from 1 to ${maximum}` }], 'query');
}

const ALERTS_OF_STRATEGY = 50;

const isThere = <T>(one: T | undefined): one is T => one !== undefined;

const ticker: Resolver = async ({ id }: { id: number }, _args, { photo }) => tickersOf(await photo()).get(id);

const Things: Resolvers = {
  Strategy: {
    channels: async ({ channelIds }: Strategy, _args, { loaders }) =>
      (await Promise.all(channelIds.map((id) => loaders.channels.load(id)))).filter(isThere),
    alerts: ({ id }: Strategy, args, { loaders }) => loaders.alerts(limitOf(args, ALERTS_OF_STRATEGY)).load(id),
  },
  Alert: {
    strategy: ({ strategyId }: Alert, _args, { loaders }) => loaders.strategies.load(strategyId),
  },
  Silence: {
    strategy: ({ strategyId }: Silence, _args, { loaders }) =>
      strategyId === null ? null : loaders.strategies.load(strategyId),
    coin: ({ coinId }: Silence, _args, { loaders }) => (coinId === null ? null : loaders.coins.load(String(coinId))),
  },
  Inhibition: {
    sourceStrategy: ({ sourceStrategyId }: Inhibition, _args, { loaders }) => loaders.strategies.load(sourceStrategyId),
    sourceCoin: ({ sourceCoinId }: Inhibition, _args, { loaders }) =>
      sourceCoinId === null ? null : loaders.coins.load(String(sourceCoinId)),
    async targetStrategies({ targetStrategyIds }: Inhibition, args, { loaders }) {
      const wanted = targetStrategyIds?.slice(0, limitOf(args, LIMITS.strategiesPerInhibition));
      return wanted && (await Promise.all(wanted.map((id) => loaders.strategies.load(id)))).filter(isThere);
    },
  },
  Notification: {
    channel: ({ channelId }: Notification, _args, { loaders }) => loaders.channels.load(channelId),
  },
  Watchlist: {
    async coins({ coinIds }: Watchlist, args, { loaders }) {
      const wanted = coinIds.slice(0, limitOf(args, LIMITS.coinsPerWatchlist));
      return (await Promise.all(wanted.map((id) => loaders.coins.load(String(id))))).filter(isThere);
    },
  },
  Coin: {
    // The coin of an alert is what it was called then; its rank is that of today.
    rank: async ({ id, rank }: { id: number; rank?: number | null }, _args, { loaders }) =>
      rank === undefined ? (await loaders.coins.load(String(id)))?.rank : rank,
    ticker,
  },
  CoinMatch: { ticker },
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
