import { createPostgresBus, type Bus } from '@ubot/bus';
import { LIMITS, UbotError } from '@ubot/contracts';
import {
  type ClientTimes,
  createHttpApp,
  createInternalTokens,
  createStatus,
  type HttpApp,
  listenOn,
  type Logger,
  requireUser,
} from '@ubot/service-kit';
import { addAsyncApi } from './asyncapi.ts';
import { addAuthRoutes } from './authRoutes.ts';
import { addCallbackRoutes } from './callbackRoute.ts';
import { addAdminHealth, createSystemHealth } from './adminHealth.ts';
import { addCompression } from './compression.ts';
import type { GatewayConfig } from './config.ts';
import { addEntityTags } from './entityTags.ts';
import { addGraphql } from './graphql/route.ts';
import type { Subscriptions } from './graphql/subscriptions.ts';
import { addSecurityHeaders, addSignIn } from './guards.ts';
import { addIdempotency } from './idempotency.ts';
import { createIdentities } from './identities.ts';
import { addLinkPage } from './linkPage.ts';
import { createLive } from './live/live.ts';
import { createSocketMetrics } from './socketMetrics.ts';
import { addOpenApi } from './openapi.ts';
import { addPage, BUILT_PAGE } from './page.ts';
import { addPictureRoute } from './pictureRoute.ts';
import { createPhotoStore } from './photo.ts';
import { addPhotoRoute } from './photoRoute.ts';
import { createRawGet } from './rawGet.ts';
import { addReference } from './reference.ts';
import { addApiRoutes } from './relay.ts';
import { createReadiness, createServices } from './services.ts';
import { addCookies } from './sessionCookie.ts';

export interface GatewayDeps {
  logger: Logger;
  nowMs: () => number;
  /** Listened to, never announced on. One of its own over DATABASE_URL when not given. */
  bus?: Bus;
  /** How long a client may take to send a request, and uBot to answer it. */
  times?: { client?: ClientTimes; answerLimitMs?: number; heartbeatMs?: number };
}

export interface Gateway {
  listen(): Promise<{ url: string }>;
  /** The OpenAPI document, without listening; the gateway can only be closed after it. */
  describe(): Promise<object>;
  close(): Promise<void>;
}

/** The only public door: checks, asks the service that owns the data, answers. It has no SQL and keeps nothing. */
export function buildGateway(config: GatewayConfig, deps: GatewayDeps): Gateway {
  const { logger, nowMs } = deps;
  const bus = deps.bus ?? createPostgresBus({ connectionString: config.DATABASE_URL, log: logger });
  const publicUrl = config.UBOT_PUBLIC_URL ?? `http://localhost:${config.UBOT_PORT}`;
  const tokens = createInternalTokens({ secret: config.UBOT_INTERNAL_SECRET, nowMs });
  const services = createServices(config, tokens);
  const identities = createIdentities(services['user-manager'], nowMs);
  const photos = createPhotoStore({ get: createRawGet({ baseUrl: config.MOTHER_APP_URL, tokens }), logger });
  const app = createHttpApp({
    service: 'gateway',
    logger,
    bodyLimitBytes: LIMITS.bodyBytes,
    isReady: createReadiness(services, nowMs),
    trustedProxyHops: config.UBOT_TRUSTED_PROXIES,
    metricsRoute: false,
    ...(deps.times?.client !== undefined && { clientTimes: deps.times.client }),
    ...(deps.times?.answerLimitMs !== undefined && { answerLimitMs: deps.times.answerLimitMs }),
  });
  const sockets = createSocketMetrics(app.metrics);
  const heartbeatMs = deps.times?.heartbeatMs;
  const live = createLive({ identities, services, bus, logger, nowMs, heartbeatMs, meter: sockets.ws });
  const stops: (() => Promise<void> | void)[] = [() => live.close(), () => app.close(), () => photos.close()];
  if (deps.bus === undefined) stops.push(() => bus.close());

  let subscriptions: Subscriptions | null = null;
  stops.unshift(() => subscriptions?.close());

  const assemble = async (): Promise<void> => {
    // First, so that the connection of an upgrade that any later hook refuses is ended with its answer.
    await live.addTo(app);
    await addSecurityHeaders(app, publicUrl);
    const cookies = await addCookies(app, publicUrl);
    const countDear = await addSignIn(app, { identities, perMinute: config.UBOT_REQUESTS_PER_MINUTE });
    addIdempotency(app, { userManager: services['user-manager'], secret: config.UBOT_INTERNAL_SECRET, logger });
    addEntityTags(app);
    await addCompression(app);
    await addOpenApi(app, publicUrl);
    const healthFor = createSystemHealth(services, createStatus({ service: 'gateway', isReady: () => true }));
    await app.register(async (scope) => {
      addPhotoRoute(scope, photos, nowMs);
      addApiRoutes(scope, { services, cookies, identities });
      addAuthRoutes(scope, { services, cookies, identities, publicUrl });
      addAdminHealth(scope, healthFor);
      addMetricsRoute(scope);
      addAsyncApi(scope, publicUrl);
      subscriptions = await addGraphql(scope, {
        services,
        photos,
        identities,
        healthFor,
        countDear,
        logger,
        limits: { depth: config.UBOT_GRAPHQL_DEPTH, cost: config.UBOT_GRAPHQL_COST },
        introspection: config.UBOT_GRAPHQL_INTROSPECTION,
        bus,
        nowMs,
        meter: sockets.graphql,
      });
      await addPage(scope, { folder: BUILT_PAGE, logger });
    });
    await app.register(async (scope) => addReference(scope));
    await app.register(async (scope) => addCallbackRoutes(scope, services));
    await app.register(async (scope) => addLinkPage(scope, services));
    await app.register(async (scope) => addPictureRoute(scope, services));
  };
  const listenToBus = async (): Promise<void> => {
    photos.onNew(({ photo }) => live.take(photo));
    stops.unshift(
      await bus.listen('snapshot', (id) => photos.wake(id)),
      await bus.listen('identity', (userId) => {
        identities.forget(userId);
        live.recheckUser(userId);
        subscriptions?.recheckUser(userId);
      }),
    );
  };

  return {
    async describe() {
      await assemble();
      await app.ready();
      return app.swagger();
    },
    async listen() {
      await assemble();
      await listenToBus();
      const url = await listenOn(app, {
        host: config.UBOT_HOST,
        port: config.UBOT_PORT,
        hostVariable: 'UBOT_HOST',
        portVariable: 'UBOT_PORT',
      });
      logger.info({ event: 'gateway.listening', url });
      photos.wake('');
      return { url };
    },
    async close() {
      for (const stop of stops.splice(0)) await stop();
    },
  };
}

function addMetricsRoute(app: HttpApp): void {
  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    if (requireUser(request).role !== 'operator') throw new UbotError('FORBIDDEN');
    return reply.type(app.metrics.contentType).send(await app.metrics.metrics());
  });
}
