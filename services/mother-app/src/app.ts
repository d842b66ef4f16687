import { createPostgresBus } from '@ubot/bus';
import { LIMITS, UbotError, type Result, type SourceState } from '@ubot/contracts';
import {
  createDatabase,
  isDatabaseUnavailable,
  latestSnapshot,
  migrate,
  type Database,
  type SnapshotRow,
} from '@ubot/db';
import {
  createHttpApp,
  createInternalTokens,
  createLifecycle,
  type HttpApp,
  listenOn,
  type Logger,
} from '@ubot/service-kit';
import { createSource, DEMO_SOURCE_NAME, type MarketSource } from '@ubot/sources';
import { startConductor, type Conductor } from './conductor.ts';
import { retentionOf, type MotherAppConfig } from './config.ts';
import { HISTORY_LIMIT_MS } from './history.ts';
import { startHousekeeping } from './housekeeping.ts';
import { createMeters } from './meters.ts';
import { marketOwner } from './ownership.ts';
import { addRoutes } from './routes.ts';
import { startSourceModule } from './sourceModule.ts';
import { newRecord, readRecord, sourceStateOf } from './sourceRecord.ts';
import { createMarketView, type MarketView } from './view.ts';

export interface MotherAppDeps {
  logger: Logger;
  nowMs: () => number;
  random: () => number;
  /** How long the warm-up of a first start may take. */
  historyLimitMs?: number;
}

export interface MotherApp {
  /**
   * Migrates, chooses the source, and answers once it listens; GET /health says when there are prices.
   *
   * Errors: throws CONFIG_INVALID, MIGRATION_FAILED, DATABASE_UNAVAILABLE, or what the source refuses (a schedule that
   *         the plan does not pay, a key that is not accepted).
   */
  listen(): Promise<{ url: string }>;
  close(): Promise<void>;
  /** The source that feeds the market and its schedule, for the start's own message. */
  source(): { name: string; label: string; demo: boolean; sentence: string } | null;
}

const POOL_SIZE = 10;
/** A server that is just coming up (a compose file, a crash recovery) is waited for this long. */
const DATABASE_WAIT_MS = 60_000;
const DATABASE_RETRY_MS = 500;

/** The service as a value: nothing runs until `listen`. */
export function buildMotherApp(config: MotherAppConfig, deps: MotherAppDeps): MotherApp {
  const { logger, nowMs } = deps;
  const retention = retentionOf(config);
  const lifecycle = createLifecycle(logger);
  let started: Started | null = null;

  return {
    async listen() {
      try {
        started = await start({ config, deps, retention, onStop: lifecycle.onStop });
        const url = await listenOn(started.app, {
          host: config.MOTHER_APP_HOST,
          port: config.MOTHER_APP_PORT,
          hostVariable: 'MOTHER_APP_HOST',
          portVariable: 'MOTHER_APP_PORT',
        });
        logger.info({ event: 'mother-app.listening', url });
        return { url };
      } catch (error) {
        await lifecycle.stop();
        throw error;
      }
    },
    close: () => lifecycle.stop(),
    source() {
      if (started === null) return null;
      const { view, conductor } = started;
      const { name, label, demo } = view.source();
      return { name, label, demo, sentence: conductor.session()?.record().schedule ?? started.sentence };
    },
  };

  async function start(options: StartOptions): Promise<Started> {
    const { onStop } = options;
    await waitForDatabase(config, logger);
    const db = createDatabase({
      connectionString: config.DATABASE_URL,
      applicationName: 'ubot-mother-app',
      poolSize: POOL_SIZE,
      log: logger,
    });
    onStop('database', () => db.close());
    const makeSource = (resume: SnapshotRow | null) => sourceFrom(options, db, resume);
    const madeAfter = await latestSnapshot(db);
    const source = orThrow(await makeSource(madeAfter));
    const sentence = await checkSource(db, source, logger);
    const view = createMarketView({ source });
    const bus = createPostgresBus({ connectionString: config.DATABASE_URL, log: logger });
    onStop('bus', () => bus.close());

    let conductor: Conductor | null = null;
    const app = createHttpApp({
      service: 'mother-app',
      logger,
      bodyLimitBytes: LIMITS.bodyBytes,
      tokens: createInternalTokens({ secret: config.UBOT_INTERNAL_SECRET, nowMs }),
      isReady: () => [...(view.photo() === null ? ['first snapshot'] : []), ...(conductor?.troubles() ?? [])],
      mapError: (error) => (isDatabaseUnavailable(error) ? new UbotError('DATABASE_UNAVAILABLE') : null),
    });
    const meters = createMeters(app.metrics, { view, nowMs });
    conductor = startConductor({
      db,
      connectionString: config.DATABASE_URL,
      bus,
      view,
      first: { source, madeAfter },
      makeSource,
      nowMs,
      historyLimitMs: deps.historyLimitMs ?? HISTORY_LIMIT_MS,
      onReport: meters.onReport,
      onStored: meters.onStored,
      log: logger,
    });
    const running = conductor;
    onStop('market', () => running.close());
    onStop('housekeeping', startHousekeeping({ db, retention, nowMs, isMine: () => running.polls(), log: logger }));
    onStop('http', () => app.close());
    addRoutes(app, { db, view, nowMs, sources: () => sourcesOf({ db, view, conductor: running, nowMs }) });
    return { app, view, conductor: running, sentence };
  }
}

interface Started {
  app: HttpApp;
  view: MarketView;
  conductor: Conductor;
  sentence: string;
}

interface StartOptions {
  config: MotherAppConfig;
  deps: MotherAppDeps;
  retention: ReturnType<typeof retentionOf>;
  onStop: (name: string, stop: () => Promise<void> | void) => void;
}

async function waitForDatabase(config: MotherAppConfig, log: Logger): Promise<void> {
  const endMs = performance.now() + DATABASE_WAIT_MS;
  for (;;) {
    try {
      await migrate({ connectionString: config.DATABASE_URL, log });
      return;
    } catch (error) {
      if (!isDatabaseUnavailable(error) || performance.now() > endMs) throw error;
      log.warn({ event: 'database.awaited' });
      await new Promise((resolve) => {
        setTimeout(resolve, DATABASE_RETRY_MS);
      });
    }
  }
}

async function sourceFrom(
  { config, deps }: StartOptions,
  db: Database,
  resume: SnapshotRow | null,
): Promise<Result<MarketSource>> {
  const owner = await marketOwner(db);
  const seconds = config.UBOT_POLL_INTERVAL;
  const interval = seconds === undefined ? {} : { intervalMs: seconds * 1_000 };
  const setting = config.UBOT_SOURCE;
  const module = config.UBOT_MODULES_FILE?.source ?? null;
  if (setting === 'module' || (setting === 'auto' && module !== null)) {
    return startSourceModule(module, { ...interval, nowMs: deps.nowMs, log: deps.logger });
  }
  return createSource({
    // A database that holds real prices stays with them: "auto" must not turn to the demo market because the network
    // was down at one start.
    setting: setting === 'auto' && owner !== null && !owner.demo ? 'coinmarketcap' : setting,
    cmc: {
      apiKey: config.CMC_API_KEY ?? null,
      baseUrl: config.CMC_BASE_URL,
      coins: config.CMC_COINS,
      ...interval,
    },
    demo: {
      coins: config.DEMO_COINS,
      seed: config.DEMO_SEED,
      ...interval,
      resume: resume?.snapshot.source === DEMO_SOURCE_NAME ? resume.snapshot : null,
    },
    nowMs: deps.nowMs,
    random: deps.random,
    log: (event) => deps.logger.info(event),
  });
}

/**
 * Says the schedule, and stops the start where it cannot be paid or would mix simulated and real prices. A provider that
 * is away or refuses the key does not: polls say so, and everything else works.
 */
async function checkSource(db: Database, source: MarketSource, log: Logger): Promise<string> {
  const owner = await marketOwner(db);
  if (owner !== null && !owner.demo && source.demo) {
    throw new UbotError(
      'CONFIG_INVALID',
      `UBOT_SOURCE asks for the demo market, but this database holds prices of ${owner.label}; give the demo market a database of its own.`,
    );
  }
  const schedule = await source.schedule();
  if (schedule.ok) {
    log.info({ event: 'source.chosen', source: source.name, label: source.label, sentence: schedule.value.sentence });
    return schedule.value.sentence;
  }
  const { code, detail } = schedule.failure;
  if (code === 'SOURCE_SCHEDULE_UNPAYABLE') throw new UbotError(code, detail);
  log.warn({ event: 'source.not_answering', source: source.name, code, detail });
  return '';
}

function orThrow<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new UbotError(result.failure.code, result.failure.detail);
}

async function sourcesOf(options: {
  db: Database;
  view: MarketView;
  conductor: Conductor;
  nowMs: () => number;
}): Promise<SourceState[]> {
  const { db, view, conductor, nowMs } = options;
  const source = view.source();
  const record = conductor.session()?.record() ?? (await readRecord(db, source).catch(() => newRecord(source)));
  return [sourceStateOf(record, { source, active: true, market: view.marketState(nowMs()) })];
}
