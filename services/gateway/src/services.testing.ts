import { brotliCompressSync, gzipSync } from 'node:zlib';
import {
  CoinId,
  DEFAULT_SETTINGS,
  LIMITS,
  TimeframeSchema,
  UbotError,
  type Alert,
  type AlertLinkState,
  type AlertWithNotifications,
  type CandleWire,
  type Notification,
  type NotificationState,
  type Photo,
  type Silence,
} from '@ubot/contracts';
import {
  createHttpApp,
  createInternalTokens,
  createLogger,
  requireService,
  requireUser,
  type HttpApp,
} from '@ubot/service-kit';
import { Type } from 'typebox';
import { matchesEtag, pickEncoding } from './photoRoute.ts';

/** A trouble that is going on. */
export const INCIDENT = {
  id: '0199a000-0000-7000-8000-000000000001',
  kind: 'queue_growing',
  subject: '',
  detail: 'The oldest notification in the queue has been due for 6 min.',
  sinceMs: 1_800_000_000_000,
};

export const SECRET = 'a secret that only this test knows, 32+';
export const USER_ID = '01900000-0000-7000-8000-000000000001';
export const OTHER_ID = '01900000-0000-7000-8000-000000000002';
export const SOME_ID = '01900000-0000-7000-8000-00000000000a';
export const TAKEN_MS = Date.UTC(2026, 0, 5, 12);

export const logger = createLogger({ service: 'test', level: 'silent' });
const coin = { id: 1, symbol: 'BTC', name: 'Bitcoin', slug: 'bitcoin', rank: 1 };

export function photoOf(snapshotId: string, priceUsd: number): Photo {
  const numbers = {
    volume24hUsd: 1e9,
    marketCapUsd: null,
    percentChange1h: 0.5,
    percentChange24h: -1,
    percentChange7d: 2,
  };
  return {
    snapshotId,
    takenAtMs: TAKEN_MS,
    source: 'demo',
    label: 'demo market',
    demo: true,
    global: null,
    coins: [{ ...coin, priceUsd, ...numbers, providerTimeMs: TAKEN_MS }],
  };
}

export function candleOf(index: number, close: number, closed: boolean): CandleWire {
  const openAtMs = TAKEN_MS + index * 3_600_000;
  return { openAtMs, open: 1, high: 9, low: 1, close, volume24hUsd: null, marketCapUsd: null, samples: 1, closed };
}

export function notificationOf(id: string, alertId: string, state: NotificationState): Notification {
  return {
    id,
    alertId,
    channelId: SOME_ID,
    channelKind: 'log',
    state,
    attempts: 1,
    providerMessageId: null,
    errorCode: null,
    errorDetail: null,
    queuedAtMs: TAKEN_MS,
    sentAtMs: null,
    deliveredAtMs: null,
    digestId: null,
    sentAs: null,
    segments: null,
    price: null,
    currency: null,
    priceEstimated: null,
  };
}

export function alertOf(sequence: number, userId = USER_ID): Alert {
  return {
    id: `01900000-0000-7000-8000-${sequence.toString(16).padStart(12, '0')}`,
    sequence: String(sequence),
    userId,
    strategyId: SOME_ID,
    strategyVersionId: SOME_ID,
    strategyVersion: 1,
    strategyName: 'Oversold',
    coin: { id: 1, symbol: 'BTC', name: 'Bitcoin', slug: 'bitcoin' },
    timeframe: '1h',
    triggeredAtMs: TAKEN_MS,
    snapshotTakenAtMs: TAKEN_MS,
    priceUsd: 101,
    source: 'demo',
    condition: 'close > 100',
    explanation: 'close = 101 > 100',
    values: [{ text: 'close', value: 101 }],
    candle: null,
    late: false,
    mayRepaint: false,
    createdAtMs: TAKEN_MS,
  };
}

/** What the services behind the gateway know; a test changes it while they run. */
export interface World {
  photo: Photo | null;
  /** What the link in a message is about; null: the link is wrong. */
  link?: AlertLinkState | null;
  alerts: Alert[];
  /** Bearer token → user. */
  users: Map<string, string>;
  notReady: Set<string>;
  /** What mother-app answers for the candles of coin 1. */
  candles: CandleWire[];
  /** Notification id → whose it is and how it stands. */
  deliveries: Map<string, { userId: string; notification: Notification }>;
  silences: Silence[];
  /** Watchlist id → its user and coins. */
  watchlists: Map<string, { userId: string; coinIds: number[] }>;
  calls: {
    service: string;
    method: string;
    url: string;
    as: string;
    body: unknown;
    headers: Record<string, unknown>;
  }[];
}

function serviceApp(service: string, world: World): HttpApp {
  const app = createHttpApp({
    service,
    logger,
    bodyLimitBytes: LIMITS.bodyBytes,
    tokens: createInternalTokens({ secret: SECRET, nowMs: Date.now }),
    isReady: () => !world.notReady.has(service),
  });
  app.addHook('preHandler', async (request) => {
    const { identity } = request;
    const as = identity?.kind === 'user' ? identity.userId : `service ${identity?.service}`;
    const { method, url, body, headers } = request;
    world.calls.push({ service, method, url, as, body, headers });
  });
  return app;
}

export function motherApp(world: World): HttpApp {
  const app = serviceApp('mother-app', world);
  app.get('/photo', async (request, reply) => {
    if (world.photo === null) throw new UbotError('NO_SNAPSHOT_YET');
    const json = Buffer.from(JSON.stringify(world.photo));
    const encoding = pickEncoding(request.headers['accept-encoding']);
    const etag = `"photo-${world.photo.snapshotId}${encoding === 'identity' ? '' : `-${encoding}`}"`;
    reply.header('etag', etag);
    if (matchesEtag(request.headers['if-none-match'], etag)) return reply.status(304).send();
    if (encoding !== 'identity') reply.header('content-encoding', encoding);
    const bodies = { identity: () => json, gzip: () => gzipSync(json), br: () => brotliCompressSync(json) };
    return reply.type('application/json').send(bodies[encoding]());
  });
  const candle = { openAtMs: TAKEN_MS, open: 1, high: 1, low: 1, close: 1, samples: 1, closed: true };
  const candlesOf = {
    params: Type.Object({ id: CoinId }),
    querystring: Type.Object({
      limit: Type.Optional(Type.Integer()),
      timeframe: Type.Optional(TimeframeSchema),
      before: Type.Optional(Type.Integer()),
    }),
  };
  const metrics = {
    totalMarketCapUsd: 1,
    totalVolume24hUsd: 1,
    btcDominancePct: 50,
    ethDominancePct: 20,
    providerTimeMs: null,
  };
  app.get('/coins', async () => [{ ...coin, match: 'symbol', symbolSharedWith: 0 }]);
  app.post('/coins/by-ids', async () => ({ coins: [coin] }));
  app.get('/coins/:id', { schema: { params: Type.Object({ id: Type.Integer() }) } }, async (request) => {
    if (request.params.id !== 1) throw new UbotError('NOT_FOUND');
    return coin;
  });
  app.get('/coins/:id/candles', { schema: candlesOf }, async (request) => {
    if (request.params.id !== 1) throw new UbotError('NOT_FOUND');
    const { timeframe = '1h', limit = 500 } = request.query;
    return { coinId: 1, timeframe, candles: world.candles.slice(-limit) };
  });
  app.get('/global', async () => ({
    takenAtMs: TAKEN_MS,
    source: 'demo',
    label: 'demo market',
    demo: true,
    global: metrics,
  }));
  app.get('/global/candles', async () => ({ metric: 'btc_dominance', timeframe: '1h', candles: [candle] }));
  app.get('/sources', async () => [
    {
      name: 'demo',
      label: 'demo market',
      demo: true,
      active: true,
      schedule: 'every minute',
      creditsLeft: null,
      lastPollAtMs: null,
      lastFailure: null,
      market: null,
    },
  ]);
  return app;
}

export function scanner(world: World): HttpApp {
  const app = serviceApp('scanner', world);
  app.post('/checks', async () => ({ ok: true, diagnostics: [] }));
  app.get('/decisions', async () => ({
    strategyId: SOME_ID,
    strategyVersion: 1,
    coinId: 1,
    reason: 'not_true',
    sentence: 'close is 99, which is not above 100.',
    evaluatedAtMs: TAKEN_MS,
    values: [],
  }));
  return app;
}

export function userManager(world: World): HttpApp {
  const app = serviceApp('user-manager', world);
  app.post('/auth/identify', async (request) => {
    requireService(request);
    const userId = world.users.get((request.body as { token: string }).token);
    if (userId === undefined) throw new UbotError('UNAUTHENTICATED');
    return { userId, role: 'operator', scope: 'write' };
  });
  app.post('/auth/sign-in', async () => ({ token: 'a-new-token', expiresAtMs: TAKEN_MS }));
  app.post('/auth/sign-out', async (_request, reply) => reply.status(204).send());
  app.get('/me', async (request) => ({
    id: requireUser(request).userId,
    email: 'me@example.org',
    role: 'operator',
    createdAtMs: TAKEN_MS,
    secondFactor: false,
    password: true,
    issuers: [],
  }));
  app.get('/settings', async () => DEFAULT_SETTINGS);
  const stamps = { userId: USER_ID, createdAtMs: TAKEN_MS, updatedAtMs: TAKEN_MS };
  const channel = {
    id: SOME_ID,
    name: 'Log',
    target: { kind: 'log' },
    enabled: true,
    verified: true,
    digest: null,
    ...stamps,
  };
  const strategy = {
    id: SOME_ID,
    version: 1,
    versionId: SOME_ID,
    name: 'Oversold',
    enabled: true,
    universe: { kind: 'all' },
    timeframe: '1h',
    indicators: [],
    tags: [],
    urgent: false,
    condition: 'close > 100',
    message: null,
    channelIds: [],
    trigger: {
      on: 'candle_close',
      fires: 'on_change',
      for: null,
      cooldownMs: 0,
      rearm: null,
      expiresAtMs: null,
      maxPerDay: null,
      maxAgeMs: 900_000,
    },
    ...stamps,
  };
  app.get('/watchlists/:id', { schema: { params: Type.Object({ id: Type.String() }) } }, async (request) => {
    const list = world.watchlists.get(request.params.id);
    if (list === undefined || list.userId !== requireUser(request).userId) throw new UbotError('NOT_FOUND');
    return { id: request.params.id, name: 'Mine', coinIds: list.coinIds };
  });
  app.get('/channels', async () => ({ channels: [channel] }));
  app.get('/channels/:id', async () => channel);
  app.get('/strategies', async () => ({ strategies: [strategy], nextAfter: null }));
  app.get('/strategies/:id', async () => strategy);
  app.post('/strategies/by-ids', async () => ({ strategies: [strategy] }));
  app.post('/strategies', async () => {
    const errors = [{ field: 'condition', code: 'CONDITION_SYNTAX', from: 0, to: 1, message: 'No.', hint: null }];
    throw new UbotError('STRATEGY_INVALID', 'condition: No.', { particulars: { errors } });
  });
  return app;
}

export function notifier(world: World): HttpApp {
  const app = serviceApp('notifier', world);
  const deliveriesOf = (alertId: string): Notification[] =>
    [...world.deliveries.values()].map(({ notification }) => notification).filter((one) => one.alertId === alertId);
  const own = (userId: string | null): AlertWithNotifications[] =>
    world.alerts
      .filter((alert) => userId === null || alert.userId === userId)
      .map((alert) => ({ ...alert, notifications: deliveriesOf(alert.id) }));
  app.get('/alerts', async (request) => ({
    alerts: own(requireUser(request).userId).toReversed().slice(0, 50),
    nextBefore: null,
  }));
  const linkState = (change: Partial<AlertLinkState>): AlertLinkState => {
    if (world.link === undefined || world.link === null) throw new UbotError('LINK_INVALID');
    world.link = { ...world.link, ...change };
    return world.link;
  };
  app.get('/links/:token', async () => linkState({}));
  app.post('/links/:token/acknowledge', async () =>
    linkState({ acknowledgedAtMs: Date.parse('2026-11-21T12:01:00Z'), acknowledgedBy: 'link' }),
  );
  app.post('/links/:token/snooze', async (request) => {
    const { durationMs } = request.body as { durationMs: number };
    return linkState({ snoozedUntilMs: Date.parse('2026-11-21T12:00:00Z') + durationMs });
  });
  app.get('/queue', async (request) => {
    requireService(request);
    return { queued: 2, sending: 1, unknown: 0, oldestDueMs: 5 };
  });
  app.get('/incidents', async (request) => {
    requireService(request);
    return [INCIDENT];
  });
  app.get('/notifications', async (request) => {
    const { userId } = requireUser(request);
    const { state, limit = '50' } = request.query as { state?: string; limit?: string };
    const all = [...world.deliveries.values()].filter((one) => one.userId === userId).map((one) => one.notification);
    const found = all.filter((one) => state === undefined || one.state === state).toReversed();
    return { notifications: found.slice(0, Number(limit)), nextBefore: found[Number(limit) - 1]?.id ?? null };
  });
  app.get('/silences', async () => ({ silences: world.silences, nextBefore: null }));
  app.get('/alerts/:id', async () => ({ ...alertOf(1), notifications: [] }));
  app.get(
    '/alerts-after',
    { schema: { querystring: Type.Object({ sequence: Type.String(), limit: Type.Integer() }) } },
    async (request) => {
      const { sequence, limit } = request.query;
      const { identity } = request;
      const userId = identity?.kind === 'user' ? identity.userId : null;
      return {
        alerts: own(userId)
          .filter((alert) => BigInt(alert.sequence) > BigInt(sequence))
          .slice(0, limit),
      };
    },
  );
  app.post(
    '/notifications-by-id',
    { schema: { body: Type.Object({ ids: Type.Array(Type.String()) }) } },
    async (request) => {
      requireService(request);
      return { deliveries: request.body.ids.flatMap((id) => world.deliveries.get(id) ?? []) };
    },
  );
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    async (_r: unknown, body: string) => body,
  );
  app.post('/callbacks/twilio/inbound', async (request, reply) => {
    if (request.headers['x-twilio-signature'] !== 'right') throw new UbotError('CALLBACK_SIGNATURE_INVALID');
    return reply.type('text/xml; charset=utf-8').send('<Response><Message>Ünïcödé</Message></Response>');
  });
  app.post('/callbacks/twilio/:notificationId', async (request, reply) => {
    if (request.headers['x-twilio-signature'] !== 'right') throw new UbotError('CALLBACK_SIGNATURE_INVALID');
    return reply.status(204).send();
  });
  return app;
}
