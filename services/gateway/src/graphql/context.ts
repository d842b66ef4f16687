import {
  AlertWithNotificationsSchema,
  ChannelSchema,
  CoinSchema,
  LIMITS,
  StrategySchema,
  UbotError,
  type AlertWithNotifications,
  type Channel,
  type CoinWire,
  type Photo,
  type Strategy,
  type SystemHealth,
} from '@ubot/contracts';
import {
  schemaIssues,
  unstorableTextPath,
  validationError,
  type CallIdentity,
  type ServiceRequest,
} from '@ubot/service-kit';
import { Type, type Static, type TSchema } from 'typebox';
import type { HealthFor } from '../adminHealth.ts';
import type { PhotoStore } from '../photo.ts';
import { API_ROUTES } from '../routes/index.ts';
import { NO_QUERY, type ApiRoute } from '../routes/route.ts';
import { relayed, type ServiceName, type Services } from '../services.ts';
import { createLoader, type Loader } from './loader.ts';

export interface RouteInput {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/** What a thing's own fields are read with: the caller's own view of the services. */
export interface ReadContext {
  readonly loaders: Loaders;
  /** The newest snapshot. Errors: NO_SNAPSHOT_YET; SERVICE_UNAVAILABLE. */
  photo(): Promise<Photo>;
  readonly identity: Extract<CallIdentity, { kind: 'user' }>;
}

/** What a resolver of a query or a mutation may use besides. */
export interface GraphqlContext extends ReadContext {
  /** Calls what a REST route calls, after the same checks, by its "METHOD /path". Errors: the same as of the route. */
  ask(route: string, input?: RouteInput): Promise<unknown>;
  /** As GET /admin/health. Errors: FORBIDDEN. */
  systemHealth(): Promise<SystemHealth>;
}

export interface Loaders {
  readonly strategies: Loader<Strategy>;
  readonly channels: Loader<Channel>;
  readonly coins: Loader<CoinWire>;
  /** The newest alerts of a strategy; one loader for each length. */
  alerts(limit: number): Loader<AlertWithNotifications[]>;
}

export interface ReadOptions {
  readonly services: Services;
  readonly photos: PhotoStore;
  readonly identity: ReadContext['identity'];
  readonly requestId: string;
  /** true: nothing is read twice. false for what lives on, as a subscription does. */
  readonly keep: boolean;
}

export interface ContextOptions extends Omit<ReadOptions, 'keep'> {
  /** false: the token may only read. */
  readonly mayChange: boolean;
  readonly healthFor: HealthFor;
  /** Counts a call of a dear route. Errors: RATE_LIMITED. */
  readonly countDear: (route: ApiRoute) => Promise<void>;
}

export function createReadContext(options: ReadOptions): ReadContext {
  const { identity, photos, keep } = options;
  return {
    identity,
    loaders: createLoaders(createSender(options), keep),
    photo: async () => (photos.newest() ?? (await photos.current())).photo,
  };
}

/** Of one request. */
export function createContext(options: ContextOptions): GraphqlContext {
  const { identity, mayChange, healthFor, countDear } = options;
  const send = createSender(options);
  return {
    ...createReadContext({ ...options, keep: true }),
    systemHealth: async () => healthFor(identity),
    async ask(key, input = {}) {
      const route = ROUTES.get(key);
      if (route === undefined) throw new Error(`there is no route ${key}`);
      if (!mayChange && route.method !== 'GET' && route.readOnly !== true) throw new UbotError('TOKEN_READ_ONLY');
      const request = requestOf(route, input);
      if (route.weight !== undefined) await countDear(route);
      return send(route.service, route.answer ?? Nothing, request);
    },
  };
}

const Nothing = Type.Unknown();
const ROUTES: ReadonlyMap<string, ApiRoute> = new Map(
  API_ROUTES.map((route) => [`${route.method} ${route.path}`, route]),
);

/** Checked by the schemas of the route itself. Arguments that are null are as good as not given. */
function requestOf(route: ApiRoute, input: RouteInput): Pick<ServiceRequest, 'method' | 'path' | 'query' | 'body'> {
  const params = input.params ?? {};
  const query = Object.fromEntries(Object.entries(input.query ?? {}).filter(([, value]) => value !== null));
  if (route.params !== undefined) check(route.params, params, 'params');
  check(route.query ?? NO_QUERY, query, 'query');
  if (route.body !== undefined) check(route.body, input.body, 'body');
  const path = (route.inner ?? route.path).replace(/:(\w+)/g, (_match, name: string) =>
    encodeURIComponent(String(params[name])),
  );
  return {
    method: route.method,
    path,
    query: query as NonNullable<ServiceRequest['query']>,
    ...(route.body !== undefined && { body: input.body }),
  };
}

function check(schema: TSchema, value: unknown, part: string): void {
  // GraphQL has escapes of its own, which the body's check cannot see.
  const path = unstorableTextPath(value);
  if (path !== null) throw validationError([{ path, message: 'holds a character that is not text' }], part);
  const issues = schemaIssues(schema, value);
  if (issues.length > 0) throw validationError(issues, part);
}

type Sender = <S extends TSchema>(service: ServiceName, answer: S, request: ServiceRequest) => Promise<Static<S>>;

function createSender({
  services,
  identity,
  requestId,
}: Pick<ReadOptions, 'services' | 'identity' | 'requestId'>): Sender {
  return async (service, answer, request) => {
    const answered = await services[service].request({
      ...request,
      identity,
      headers: { 'x-request-id': requestId },
      answer,
    });
    if (!answered.ok) throw relayed(answered.failure);
    return answered.value;
  };
}

const StrategiesSchema = Type.Object({ strategies: Type.Array(StrategySchema) });
const ChannelsSchema = Type.Object({ channels: Type.Array(ChannelSchema) });
const CoinsSchema = Type.Object({ coins: Type.Array(CoinSchema) });
const AlertsSchema = Type.Object({ alerts: Type.Array(AlertWithNotificationsSchema) });

/** Each batch is one request, and one SQL statement for each table that it reads. */
function createLoaders(send: Sender, keep: boolean): Loaders {
  const batch = LIMITS.idsPerBatch;
  let ownChannels: Promise<Static<typeof ChannelsSchema>> | null = null;
  const alerts = new Map<number, Loader<AlertWithNotifications[]>>();
  const byId = <T extends { id: string | number }>(found: readonly T[]) =>
    new Map(found.map((one) => [String(one.id), one]));
  const post = (path: string, body: unknown) => ({ method: 'POST', path, body }) as const;
  return {
    strategies: createLoader({
      batch,
      keep,
      fetch: async (ids) =>
        byId((await send('user-manager', StrategiesSchema, post('/strategies/by-ids', { ids }))).strategies),
    }),
    channels: createLoader({
      batch,
      keep,
      fetch: async () => {
        // A user has few: all of them are one statement, and there is no need for a second.
        const asked =
          ownChannels ?? send('user-manager', ChannelsSchema, { method: 'GET', path: '/channels' } as const);
        if (keep) ownChannels = asked;
        return byId((await asked).channels);
      },
    }),
    coins: createLoader({
      batch,
      keep,
      fetch: async (ids) =>
        byId((await send('mother-app', CoinsSchema, post('/coins/by-ids', { ids: ids.map(Number) }))).coins),
    }),
    alerts(limit) {
      let loader = alerts.get(limit);
      if (loader === undefined) {
        const fetch = async (strategyIds: readonly string[]) => {
          const body = { strategyIds, limit };
          const page = await send('notifier', AlertsSchema, post('/alerts-of-strategies', body));
          const byStrategy = new Map(strategyIds.map((id): [string, AlertWithNotifications[]] => [id, []]));
          for (const alert of page.alerts) byStrategy.get(alert.strategyId)?.push(alert);
          return byStrategy;
        };
        loader = createLoader({ batch, keep, fetch });
        alerts.set(limit, loader);
      }
      return loader;
    },
  };
}
