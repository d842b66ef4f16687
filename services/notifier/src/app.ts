import { createPostgresBus } from '@ubot/bus';
import { kindOfLane, LIMITS, PICTURE_KINDS, UbotError, type ChannelLane } from '@ubot/contracts';
import {
  createDatabase,
  hasChannels,
  isDatabaseUnavailable,
  keepPushKeys,
  migrate,
  moduleLanes,
  withTransaction,
  writeChannelModules,
} from '@ubot/db';
import { createChannelDrivers, createChartRenderer, createOperatorNotices, makeWebPushKeys } from '@ubot/notify';
import {
  createHttpApp,
  createInternalTokens,
  createLifecycle,
  createServiceClient,
  type HttpApp,
  type Lifecycle,
  listenOn,
  type Logger,
  withTimeLimit,
} from '@ubot/service-kit';
import { createAcknowledge } from './acknowledge.ts';
import { addAcknowledgeRoutes } from './acknowledgeRoutes.ts';
import { createActionLinks } from './actionLinks.ts';
import { NEVER_AGAIN } from './callAgain.ts';
import type { NotifierConfig } from './config.ts';
import { startErasures } from './erasures.ts';
import { createLanes } from './lanes.ts';
import { createLimits } from './limits.ts';
import { addChannelKindsRoute } from './channelKindsRoute.ts';
import { startChannelModules } from './modules/start.ts';
import { startPump } from './pump.ts';
import { startRecalls } from './recalls.ts';
import { addInhibitionRoutes } from './inhibitionRoutes.ts';
import { createInhibitions } from './inhibitions.ts';
import { addSilenceRoutes } from './silenceRoutes.ts';
import { createSilences } from './silences.ts';
import { createRecorder } from './recorder.ts';
import { addPreviewRoute } from './previewRoute.ts';
import { addPictureRoute } from './pictureRoute.ts';
import { createPictures } from './pictures.ts';
import { addPushKeyRoute } from './pushKeyRoute.ts';
import { createTexts } from './texts.ts';
import { createStages } from './stages/all.ts';
import { addVerificationRoute } from './verificationRoute.ts';
import { addCallbackRoutes } from './callbackRoutes.ts';
import { startNotices, tellNextPause } from './notices.ts';
import { tellNextNotice } from './money/capNotices.ts';
import { startCharges } from './money/charges.ts';
import { createCosts } from './money/costs.ts';
import { createPriceTable } from './money/priceTable.ts';
import { addCostRoutes } from './money/routes.ts';
import { NO_MONEY } from './money/settings.ts';
import { spendingOf } from './money/spending.ts';
import { createCaps } from './stages/caps.ts';
import { addResumeRoute } from './resumeRoute.ts';
import { addTestRoute } from './testRoute.ts';
import { addAlertRoutes, addQueueRoute } from './routes.ts';
import { addIncidentsRoute } from './watch/route.ts';
import { startWatching } from './watch/start.ts';
import { createWatch } from './watch/watch.ts';

export interface NotifierDeps {
  readonly logger: Logger;
  readonly nowMs: () => number;
  readonly random: () => number;
}

export interface Notifier {
  /** Migrates, answers once it listens, and begins to deliver. */
  listen(): Promise<{ url: string }>;
  /** Takes nothing more, lets sends that are under way end. */
  close(): Promise<void>;
}

const POOL_SIZE = 8;
/** A provider gets a quarter of the lease, and never longer than this. */
const PROVIDER_LIMIT_MS = 15_000;
/** A driver that does not keep to it is left behind. */
const DRIVER_LIMIT_MS = 20_000;
/** A module that is given no limit of its own. */
const MODULE_LIMIT_MS = 10_000;
/** The caller waits for it; the gateway gives up after ten seconds. */
const CODE_LIMIT_MS = 8_000;
const READY_CHECK_MS = 2_000;

/** The service as a value: nothing runs until `listen`. */
export function buildNotifier(config: NotifierConfig, deps: NotifierDeps): Notifier {
  const lifecycle = createLifecycle(deps.logger);
  return {
    async listen() {
      try {
        const app = await start(config, deps, lifecycle);
        const url = await listenOn(app, {
          host: config.host,
          port: config.port,
          hostVariable: 'NOTIFIER_HOST',
          portVariable: 'NOTIFIER_PORT',
        });
        deps.logger.info({ event: 'notifier.listening', url });
        return { url };
      } catch (error) {
        await lifecycle.stop();
        throw error;
      }
    },
    close: () => lifecycle.stop(),
  };
}

async function start(config: NotifierConfig, deps: NotifierDeps, { onStop }: Lifecycle): Promise<HttpApp> {
  const { logger, nowMs, random } = deps;
  const { databaseUrl, leaseMs, graceMs, publicUrl, twilio } = config;
  await migrate({ connectionString: databaseUrl, log: logger });
  const db = createDatabase({
    connectionString: databaseUrl,
    applicationName: 'ubot-notifier',
    poolSize: POOL_SIZE,
    log: logger,
  });
  onStop('database', () => db.close());
  const bus = createPostgresBus({ connectionString: databaseUrl, log: logger });
  onStop('bus', () => bus.close());
  const { keys, subject } = config.push;
  const pushKeys = keys ?? (await keepPushKeys(db, { made: makeWebPushKeys, nowMs: nowMs() }));
  const drivers = createChannelDrivers({
    webPush: { ...pushKeys, subject },
    twilio,
    publicUrl,
    webhook: config.webhook,
    messengers: config.messengers,
    log: (fields) => logger.info(fields),
    nowMs,
    timeoutMs: Math.min(PROVIDER_LIMIT_MS, Math.round(leaseMs / 4)),
  });
  const modules = await startChannelModules(config.modules ?? [], {
    nowMs,
    onEvent: (event) => logger[event.event === 'module.ended' ? 'warn' : 'info'](event),
  });
  const laneOfModule = (name: string): ChannelLane => `module:${name}`;
  await withTransaction(db, (tx) => writeChannelModules(tx, { modules, nowMs: nowMs() }));
  const lanes = createLanes({
    drivers: new Map([...drivers, ...modules.map(({ name, driver }) => [laneOfModule(name), driver] as const)]),
    timeLimits: new Map(modules.map(({ name, timeLimitMs }) => [laneOfModule(name), timeLimitMs ?? MODULE_LIMIT_MS])),
    missing: (await moduleLanes(db)).filter((lane): lane is ChannelLane => kindOfLane(lane) === 'module'),
    timeLimitMs: Math.min(DRIVER_LIMIT_MS, Math.round(leaseMs / 3)),
    nowMs,
    concurrency: config.delivery.concurrency,
    limits: createLimits({ rules: config.delivery.rates, nowMs }),
    onEvent: (event) => logger.warn(event),
  });
  onStop('drivers', () => lanes.close());

  const tokens = createInternalTokens({ secret: config.internalSecret, nowMs });
  const app = createHttpApp({
    service: 'notifier',
    logger,
    bodyLimitBytes: LIMITS.bodyBytes,
    tokens,
    isReady: async () => {
      try {
        await withTimeLimit(db.query('select 1'), READY_CHECK_MS);
        return true;
      } catch {
        return ['database'];
      }
    },
    mapError: (error) => (isDatabaseUnavailable(error) ? new UbotError('DATABASE_UNAVAILABLE') : null),
  });
  onStop('http', () => app.close());
  await addAlertRoutes(app, db);
  const userManager = createServiceClient({ baseUrl: config.userManagerUrl, tokens, as: 'notifier' });
  const links = createActionLinks({ secret: config.internalSecret, publicUrl });
  const texts = createTexts({ publicUrl, acknowledgeLinkOf: links.linkOf });
  addPushKeyRoute(app, pushKeys.publicKey);
  addPreviewRoute(app, { db, userManager, texts, smsLimits: twilio?.smsLimits, nowMs });
  addVerificationRoute(app, { db, userManager, lanes, timeoutMs: CODE_LIMIT_MS });
  addResumeRoute(app, { db, userManager });
  const recalls = startRecalls({ db, bus, nowMs, log: logger });
  onStop('recalls', () => recalls.stop());
  const erasures = startErasures({ db, bus, userManager, log: logger });
  onStop('erasures', () => erasures.stop());
  addChannelKindsRoute(app, { lanes, modules });
  const money = config.money ?? NO_MONEY;
  const prices = createPriceTable(money.prices);
  const { currency: countsIn } = prices;
  const { callAgain = NEVER_AGAIN } = config;
  const costs = createCosts({ db, ...money, prices, nowMs });
  addCostRoutes(app, costs);
  const telling = { db, driver: lanes.driver, prices, nowMs, log: logger };
  const notices = startNotices({
    tellers: [() => tellNextPause(telling), () => tellNextNotice(telling)],
    log: logger,
  });
  onStop('notices', () => notices.stop());
  const charges = startCharges({ db, drivers: [...drivers.values()], countsIn, nowMs, log: logger });
  onStop('charges', () => charges.stop());
  addQueueRoute(app, { db, nowMs });
  const acknowledge = createAcknowledge({ db, links, nowMs });
  addAcknowledgeRoutes(app, acknowledge);
  addIncidentsRoute(app, db);
  addSilenceRoutes(app, createSilences({ db, nowMs }));
  addInhibitionRoutes(app, createInhibitions({ db, nowMs }));
  // In a scope of its own: elsewhere a form is not a body.
  await app.register(async (scope) =>
    addCallbackRoutes(scope, {
      acknowledge,
      db,
      nowMs,
      countsIn,
      callAgain,
      log: logger,
      publicUrl,
      authToken: twilio?.authToken ?? null,
    }),
  );
  const recorder = createRecorder({ db, nowMs, leaseMs, log: logger });
  const stages = createStages(config);
  const caps = createCaps({ ...money, prices, smsLimits: twilio?.smsLimits });
  addTestRoute(app, { db, lanes, caps, publicUrl, nowMs, timeoutMs: CODE_LIMIT_MS });
  const renderer = createChartRenderer({ nowMs, onEvent: (event) => logger.warn(event) });
  onStop('charts', () => renderer.close());
  const { internalSecret: secret, pictureWaitMs: waitMs } = config;
  const pictures = createPictures({ db, renderer, secret, publicUrl, waitMs, nowMs, log: logger });
  addPictureRoute(app, pictures);
  if (waitMs !== 0 && (await hasChannels(db, PICTURE_KINDS))) renderer.warm();
  const delivery = { lanes, recorder, texts, pictures, caps, countsIn, callAgain, random, leaseMs, graceMs };
  const pump = startPump({ db, bus, stages, ...delivery, nowMs, log: logger });
  onStop('deliveries', () => pump.stop());
  if (config.watch !== undefined) {
    const { limits, operator, everyMs, deadman } = config.watch;
    const notices = createOperatorNotices(operator);
    const spending = async () => spendingOf(await costs.everybodysCaps(), countsIn);
    const watch = createWatch({ db, lanes, notices, limits, spending, nowMs, log: logger });
    const watching = startWatching({ watch, databaseUrl, everyMs, deadman, nowMs, log: logger });
    onStop('watch', async () => {
      await watching.stop();
      notices.close();
    });
  }
  logger.info({
    event: 'notifier.channels',
    channels: [...drivers.keys()],
    modules: modules.map(({ name }) => name),
    callbacks: publicUrl !== null,
  });
  return app;
}
