import {
  AlertPageSchema,
  AlertWithNotificationsSchema,
  CandlesAnswerSchema,
  ChannelCreatedSchema,
  ChannelInputSchema,
  ChannelSchema,
  CheckAnswerSchema,
  CheckInputSchema,
  CoinId,
  CoinSchema,
  DecisionAnswerSchema,
  EpochMs,
  GLOBAL_METRICS,
  GlobalAnswerSchema,
  GlobalCandlesAnswerSchema,
  LIMITS,
  Sequence,
  SettingsSchema,
  SourceStateSchema,
  StrategyInputSchema,
  StrategySchema,
  TimeframeSchema,
  UserSchema,
  Uuid,
} from '@ubot/contracts';
import { Type, type TSchema } from 'typebox';
import type { ServiceName } from './services.ts';

/** One public route that a service answers: checked here, passed on with the caller's identity, its answer passed back. */
export interface ApiRoute {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below /api/v1, as Fastify writes it (`/coins/:id`). */
  path: string;
  service: ServiceName;
  /** Below the service; the same as `path` when not given. Parameters are filled in by name. */
  inner?: string;
  tag: string;
  summary: string;
  params?: TSchema;
  query?: TSchema;
  body?: TSchema;
  answer: TSchema | null;
  status?: 200 | 201 | 204;
}

const strict = { additionalProperties: false } as const;
const byUuid = Type.Object({ id: Uuid }, strict);
// An id in a path is text; the service that owns the coin reads it as a number.
const byCoinId = Type.Object({ id: CoinId }, strict);
const limit = (maximum: number) => Type.Optional(Type.Integer({ minimum: 1, maximum }));

const accountRoutes: readonly ApiRoute[] = [
  { method: 'GET', path: '/me', service: 'user-manager', tag: 'account', summary: 'Your account', answer: UserSchema },
  {
    method: 'GET',
    path: '/settings',
    service: 'user-manager',
    tag: 'account',
    summary: 'Your settings',
    answer: SettingsSchema,
  },
  {
    method: 'PUT',
    path: '/settings',
    service: 'user-manager',
    tag: 'account',
    summary: 'Change your settings',
    body: SettingsSchema,
    answer: SettingsSchema,
  },
];

const channelRoutes: readonly ApiRoute[] = [
  {
    method: 'GET',
    path: '/channels',
    service: 'user-manager',
    tag: 'channels',
    summary: 'Your channels, oldest first',
    answer: Type.Object({ channels: Type.Array(ChannelSchema) }),
  },
  {
    method: 'POST',
    path: '/channels',
    service: 'user-manager',
    tag: 'channels',
    summary: "Add a channel; a webhook's signing secret is shown this once",
    body: ChannelInputSchema,
    answer: ChannelCreatedSchema,
    status: 201,
  },
  {
    method: 'GET',
    path: '/channels/:id',
    service: 'user-manager',
    tag: 'channels',
    summary: 'One channel',
    params: byUuid,
    answer: ChannelSchema,
  },
  {
    method: 'PUT',
    path: '/channels/:id',
    service: 'user-manager',
    tag: 'channels',
    summary: 'Change a channel; its kind stays',
    params: byUuid,
    body: ChannelInputSchema,
    answer: ChannelSchema,
  },
  {
    method: 'DELETE',
    path: '/channels/:id',
    service: 'user-manager',
    tag: 'channels',
    summary: 'Delete a channel',
    params: byUuid,
    answer: null,
    status: 204,
  },
];

const strategyRoutes: readonly ApiRoute[] = [
  {
    method: 'GET',
    path: '/strategies',
    service: 'user-manager',
    tag: 'strategies',
    summary: 'Your strategies, oldest first',
    answer: Type.Object({ strategies: Type.Array(StrategySchema) }),
  },
  {
    method: 'POST',
    path: '/strategies',
    service: 'user-manager',
    tag: 'strategies',
    summary: 'Add a strategy',
    body: StrategyInputSchema,
    answer: StrategySchema,
    status: 201,
  },
  {
    method: 'POST',
    path: '/strategies/check',
    service: 'scanner',
    inner: '/checks',
    tag: 'strategies',
    summary: 'Check a condition without saving it: every mistake and warning, with its place in the text',
    body: CheckInputSchema,
    answer: CheckAnswerSchema,
  },
  {
    method: 'GET',
    path: '/strategies/:id',
    service: 'user-manager',
    tag: 'strategies',
    summary: 'One strategy',
    params: byUuid,
    answer: StrategySchema,
  },
  {
    method: 'PUT',
    path: '/strategies/:id',
    service: 'user-manager',
    tag: 'strategies',
    summary: 'Change a strategy: a new version, unless it is only switched on or off',
    params: byUuid,
    body: StrategyInputSchema,
    answer: StrategySchema,
  },
  {
    method: 'DELETE',
    path: '/strategies/:id',
    service: 'user-manager',
    tag: 'strategies',
    summary: 'Delete a strategy',
    params: byUuid,
    answer: null,
    status: 204,
  },
];

const alertRoutes: readonly ApiRoute[] = [
  {
    method: 'GET',
    path: '/alerts',
    service: 'notifier',
    tag: 'alerts',
    summary: 'Your alerts with their deliveries, newest first',
    query: Type.Object(
      {
        limit: limit(LIMITS.listPage),
        before: Type.Optional(Sequence),
        strategyId: Type.Optional(Uuid),
        coinId: Type.Optional(CoinId),
      },
      strict,
    ),
    answer: AlertPageSchema,
  },
  {
    method: 'GET',
    path: '/alerts/:id',
    service: 'notifier',
    tag: 'alerts',
    summary: 'One alert with its deliveries',
    params: byUuid,
    answer: AlertWithNotificationsSchema,
  },
  {
    method: 'GET',
    path: '/decisions',
    service: 'scanner',
    tag: 'alerts',
    summary: 'Why a strategy did, or did not, send an alert for a coin',
    query: Type.Object({ strategyId: Uuid, coinId: CoinId }, strict),
    answer: DecisionAnswerSchema,
  },
];

const candleQuery = {
  timeframe: TimeframeSchema,
  limit: limit(LIMITS.candlesPerRequest),
  before: Type.Optional(EpochMs),
};

const marketRoutes: readonly ApiRoute[] = [
  {
    method: 'GET',
    path: '/coins',
    service: 'mother-app',
    tag: 'market',
    summary: 'Coins by name, symbol or slug',
    query: Type.Object(
      { search: Type.Optional(Type.String({ maxLength: 100 })), limit: limit(LIMITS.listPage) },
      strict,
    ),
    answer: Type.Array(CoinSchema),
  },
  {
    method: 'GET',
    path: '/coins/:id',
    service: 'mother-app',
    tag: 'market',
    summary: 'One coin by its CoinMarketCap id',
    params: byCoinId,
    answer: CoinSchema,
  },
  {
    method: 'GET',
    path: '/coins/:id/candles',
    service: 'mother-app',
    tag: 'market',
    summary: "A coin's candles, oldest first, the open one included",
    params: byCoinId,
    query: Type.Object(candleQuery, strict),
    answer: CandlesAnswerSchema,
  },
  {
    method: 'GET',
    path: '/global',
    service: 'mother-app',
    tag: 'market',
    summary: 'The whole market: capitalisation, volume, dominance',
    answer: GlobalAnswerSchema,
  },
  {
    method: 'GET',
    path: '/global/candles',
    service: 'mother-app',
    tag: 'market',
    summary: 'Candles of one figure of the whole market, oldest first',
    query: Type.Object({ metric: Type.Enum(GLOBAL_METRICS), ...candleQuery }, strict),
    answer: GlobalCandlesAnswerSchema,
  },
  {
    method: 'GET',
    path: '/sources',
    service: 'mother-app',
    tag: 'market',
    summary: 'Where the prices come from, how often, how old they are',
    answer: Type.Array(SourceStateSchema),
  },
];

export const API_ROUTES: readonly ApiRoute[] = [
  ...accountRoutes,
  ...channelRoutes,
  ...strategyRoutes,
  ...alertRoutes,
  ...marketRoutes,
];
