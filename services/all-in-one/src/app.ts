import { createDatabase, migrate, operatorAccount } from '@ubot/db';
import { startEmbeddedPostgres } from '@ubot/embedded-postgres';
import { buildGateway, readGatewayConfig } from '@ubot/gateway';
import { buildMotherApp, MOTHER_APP_CONFIG, type MotherApp } from '@ubot/mother-app';
import { buildNotifier, readNotifierConfig } from '@ubot/notifier';
import { buildScanner, readScannerConfig } from '@ubot/scanner';
import { readConfig, type Env, type Lifecycle, type Logger } from '@ubot/service-kit';
import { buildUserManager, readUserManagerConfig } from '@ubot/user-manager';
import type { AllInOneConfig } from './config.ts';
import type { DataDir } from './dataDir.ts';
import { untilReady } from './ready.ts';

export interface RunningUbot {
  readonly url: string;
  /** Services that are not ready yet, as when the source cannot be reached; uBot goes on trying. */
  readonly missing: readonly string[];
  readonly source: ReturnType<MotherApp['source']>;
  readonly embedded: { port: number } | null;
  readonly signIn: { email: string; oneTimePassword: string | null; hasToken: boolean };
}

interface StartOptions {
  readonly env: Env;
  readonly config: AllInOneConfig;
  readonly dataDir: DataDir;
  /** One logger a service, all to the same place. */
  readonly loggerOf: (service: string) => Logger;
  readonly lifecycle: Lifecycle;
  /** Tells the person who waits. */
  readonly say: (line: string) => void;
}

/** Behind the gateway everything listens on loopback, on whatever port is free. */
const INSIDE: Env = {
  USER_MANAGER_HOST: '127.0.0.1',
  USER_MANAGER_PORT: '0',
  MOTHER_APP_HOST: '127.0.0.1',
  MOTHER_APP_PORT: '0',
  SCANNER_HOST: '127.0.0.1',
  SCANNER_PORT: '0',
  NOTIFIER_HOST: '127.0.0.1',
  NOTIFIER_PORT: '0',
};

const readMotherAppConfig = (env: Env) => readConfig(MOTHER_APP_CONFIG, env);

/**
 * Every service reads its settings before anything is started: a wrong value costs nothing but a sentence.
 *
 * Errors: CONFIG_INVALID, naming the variable.
 */
export function checkSettings(env: Env, config: AllInOneConfig): void {
  const whole = {
    ...env,
    ...INSIDE,
    UBOT_INTERNAL_SECRET: config.UBOT_INTERNAL_SECRET ?? 'made at the first start, in the data directory',
    DATABASE_URL: config.DATABASE_URL ?? 'postgres://127.0.0.1/ubot',
  };
  for (const read of [
    readUserManagerConfig,
    readMotherAppConfig,
    readScannerConfig,
    readNotifierConfig,
    readGatewayConfig,
  ]) {
    read(whole);
  }
}

async function startDatabase({
  config,
  lifecycle,
  loggerOf,
}: StartOptions): Promise<{ url: string; port: number | null }> {
  if (config.DATABASE_URL !== undefined) return { url: config.DATABASE_URL, port: null };
  const logger = loggerOf('postgres');
  const server = await startEmbeddedPostgres({ dataDir: config.UBOT_DATA_DIR, log: (event) => logger.info(event) });
  lifecycle.onStop('postgres', () => server.stop());
  return { url: server.connectionString(), port: server.port };
}

/**
 * Starts the database, then the five services, each knowing the addresses of those before it, and waits until the
 * gateway says that all are ready.
 *
 * Errors: whatever a part refuses to start with; what was started is stopped by the lifecycle.
 */
export async function startUbot(options: StartOptions): Promise<RunningUbot> {
  const { dataDir, loggerOf, lifecycle, config } = options;
  checkSettings(options.env, config);
  const secret = config.UBOT_INTERNAL_SECRET ?? (await dataDir.internalSecret());
  const shared = { ...options.env, ...INSIDE, UBOT_INTERNAL_SECRET: secret };

  const database = await startDatabase(options);
  await migrate({ connectionString: database.url, log: loggerOf('migrations') });
  const env: Record<string, string | undefined> = { ...shared, DATABASE_URL: database.url };
  const nowMs = Date.now;
  const run = async (
    name: string,
    app: { listen(): Promise<{ url: string }>; close(): Promise<void> },
  ): Promise<string> => {
    lifecycle.onStop(name, () => app.close());
    return (await app.listen()).url;
  };

  const userManager = buildUserManager(readUserManagerConfig(env), {
    logger: loggerOf('user-manager'),
    nowMs,
    onOneTimePassword: ({ password }) => dataDir.keepOneTimePassword(password),
  });
  env['USER_MANAGER_URL'] = await run('user-manager', userManager);
  const motherApp = buildMotherApp(readMotherAppConfig(env), {
    logger: loggerOf('mother-app'),
    nowMs,
    random: Math.random,
  });
  env['MOTHER_APP_URL'] = await run('mother-app', motherApp);
  const scanner = buildScanner(readScannerConfig(env), { logger: loggerOf('scanner'), nowMs });
  env['SCANNER_URL'] = await run('scanner', scanner);
  const notifier = buildNotifier(readNotifierConfig(env), { logger: loggerOf('notifier'), nowMs, random: Math.random });
  env['NOTIFIER_URL'] = await run('notifier', notifier);
  const gateway = buildGateway(readGatewayConfig(env), { logger: loggerOf('gateway'), nowMs });
  const url = await run('gateway', gateway);

  return {
    url,
    missing: await untilReady(url, options.say),
    source: motherApp.source(),
    embedded: database.port === null ? null : { port: database.port },
    signIn: await signInOf(database.url, options),
  };
}

async function signInOf(databaseUrl: string, options: StartOptions): Promise<RunningUbot['signIn']> {
  const { dataDir, env } = options;
  const db = createDatabase({ connectionString: databaseUrl, applicationName: 'all-in-one', poolSize: 1 });
  try {
    const operator = await operatorAccount(db);
    const unused = operator?.passwordOnce === true;
    if (!unused) await dataDir.forgetOneTimePassword();
    return {
      email: operator?.email ?? '',
      oneTimePassword: unused ? await dataDir.oneTimePassword() : null,
      hasToken: Boolean(env['UBOT_OPERATOR_TOKEN'] ?? env['UBOT_OPERATOR_TOKEN_FILE']),
    };
  } finally {
    await db.close();
  }
}
