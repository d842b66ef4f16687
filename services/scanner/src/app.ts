import { createPostgresBus, type Bus } from '@ubot/bus';
import { LIMITS, UbotError } from '@ubot/contracts';
import { coinsNamed, createDatabase, isDatabaseUnavailable } from '@ubot/db';
import {
  createHttpApp,
  createInternalTokens,
  createLifecycle,
  createServiceClient,
  listenOn,
  type Logger,
  newId,
} from '@ubot/service-kit';
import { createAside } from './aside.ts';
import { shardOf, workersOf, type ScannerConfig } from './config.ts';
import { createScannerMetrics } from './metrics.ts';
import { createSlicePool } from './pool.ts';
import { addRoutes } from './routes.ts';
import { createScanner } from './scanner.ts';
import { createCompileStrategy, createStrategyBook } from './strategies.ts';
import { createSwitchOff } from './switchOff.ts';

// One connection holds the shard's lock, one the transaction of a snapshot, the rest read.
const POOL_CONNECTIONS = 5;
/** A worker that takes longer than this over one slice of coins is ended; warming up is the longest it does. */
const TASK_LIMIT_MS = 60_000;

/** A question that is answered by evaluating once more; with the wait for its turn less than a caller waits. */
const ASIDE_LIMIT_MS = 5_000;

export interface ScannerDeps {
  logger: Logger;
  nowMs: () => number;
  /** By default PostgreSQL's own notifications. */
  bus?: Bus;
  taskLimitMs?: number;
  /** How long a preview, or an evaluation of the past, may take. */
  asideLimitMs?: number;
  /** Another file than the built worker, for tests of workers that misbehave. */
  workerFile?: URL;
}

export interface ScannerService {
  listen(): Promise<{ url: string }>;
  close(): Promise<void>;
}

/** The scanner as a service: HTTP, bus, database and threads. Nothing is connected before `listen`. */
export function buildScanner(config: ScannerConfig, deps: ScannerDeps): ScannerService {
  const { logger, nowMs } = deps;
  const lifecycle = createLifecycle(logger);
  const connectionString = config.DATABASE_URL;
  const db = createDatabase({ connectionString, applicationName: 'scanner', poolSize: POOL_CONNECTIONS, log: logger });
  const tokens = createInternalTokens({ secret: config.UBOT_INTERNAL_SECRET, nowMs });
  const client = createServiceClient({ baseUrl: config.USER_MANAGER_URL, tokens, as: 'scanner' });
  const shard = shardOf(config);
  const book = createStrategyBook({ client, shard, logger, coinsNamed: (names) => coinsNamed(db, names) });
  let role = (): string => 'starting';

  const app = createHttpApp({
    service: 'scanner',
    logger,
    bodyLimitBytes: LIMITS.bodyBytes,
    tokens,
    isReady: () => (role() === 'starting' ? ['scanner'] : []),
    mapError: (error) =>
      isDatabaseUnavailable(error) ? new UbotError('DATABASE_UNAVAILABLE', undefined, { cause: error }) : null,
  });
  const metrics = createScannerMetrics(app.metrics);

  return {
    async listen() {
      lifecycle.onStop('database', () => db.close());
      const bus = deps.bus ?? createPostgresBus({ connectionString, log: logger });
      if (deps.bus === undefined) lifecycle.onStop('bus', () => bus.close());
      const pool = createSlicePool({
        workers: workersOf(config),
        taskLimitMs: deps.taskLimitMs ?? TASK_LIMIT_MS,
        ...(deps.workerFile !== undefined && { workerFile: deps.workerFile }),
      });
      lifecycle.onStop('workers', () => pool.close());
      const aside = createAside({ connectionString, limitMs: deps.asideLimitMs ?? ASIDE_LIMIT_MS });
      lifecycle.onStop('aside', () => aside.close());
      const switchOff = createSwitchOff({ client, logger });
      lifecycle.onStop('switch-off', () => switchOff.stop());
      const scanner = createScanner({
        db,
        connectionString,
        bus,
        pool,
        book,
        switchOff,
        shard,
        metrics,
        logger,
        nowMs,
        newId,
      });
      role = scanner.role;
      const feedToken = config.UBOT_FEED_TOKEN ?? null;
      const compileStrategy = createCompileStrategy({ logger, coinsNamed: (names) => coinsNamed(db, names) });
      addRoutes(app, { db, book, scanner, client, tokens, feedToken, nowMs, shard, compileStrategy, aside });
      scanner.start();
      lifecycle.onStop('scanner', () => scanner.stop());
      const url = await listenOn(app, {
        host: config.SCANNER_HOST,
        port: config.SCANNER_PORT,
        hostVariable: 'SCANNER_HOST',
        portVariable: 'SCANNER_PORT',
      });
      lifecycle.onStop('http', () => app.close());
      logger.info({ event: 'scanner.listening', url, workers: workersOf(config), shard: config.SCANNER_SHARD });
      return { url };
    },
    close: () => lifecycle.stop(),
  };
}
