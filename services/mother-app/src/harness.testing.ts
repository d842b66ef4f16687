import { createDatabase, type Database } from '@ubot/db';
import { createInternalTokens, createLogger, readConfig } from '@ubot/service-kit';
import { createTestDatabase, waitFor, type CmcServer, type TestDatabase } from '@ubot/testing';
import { buildMotherApp, type MotherApp } from './app.ts';
import { MOTHER_APP_CONFIG } from './config.ts';

const SECRET = 'a secret of at least thirty-two bytes';
export const DEADLINE_MS = 25_000;
/** A plan that pays for a poll every second, which is what lets these tests end soon. */
export const RICH = { creditsMonthly: 1_000_000_000, rateLimitMinute: 1_000_000 };
export const DEMO_ENV = { UBOT_SOURCE: 'demo', DEMO_COINS: '20', UBOT_POLL_INTERVAL: '1' };
/** One snapshot and no more. */
export const SLOW_DEMO_ENV = { ...DEMO_ENV, UBOT_POLL_INTERVAL: '3600' };
export const cmcEnv = (server: CmcServer) => ({
  UBOT_SOURCE: 'coinmarketcap',
  CMC_API_KEY: server.apiKey,
  CMC_BASE_URL: server.url,
  CMC_COINS: '5000',
  UBOT_POLL_INTERVAL: '1',
});

export interface Running {
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  json<T>(path: string): Promise<T>;
  ready(): Promise<unknown>;
  stop(): Promise<void>;
}

export interface World {
  db: Database;
  build(env: Record<string, string>): MotherApp;
  start(env: Record<string, string>): Promise<Running>;
  snapshotCount(): Promise<number>;
  waitForSnapshots(count: number): Promise<unknown>;
  close(): Promise<void>;
}

/** A database of its own and the mother-apps that are started on it. */
export async function createWorld(): Promise<World> {
  const database: TestDatabase = await createTestDatabase();
  const db = createDatabase({ connectionString: database.url, applicationName: 'test', poolSize: 2 });
  const running = new Set<MotherApp>();

  const build = (env: Record<string, string>): MotherApp =>
    buildMotherApp(
      readConfig(MOTHER_APP_CONFIG, {
        DATABASE_URL: database.url,
        UBOT_INTERNAL_SECRET: SECRET,
        MOTHER_APP_PORT: '0',
        ...env,
      }),
      {
        logger: createLogger({ service: 'mother-app', level: 'silent' }),
        nowMs: Date.now,
        random: () => 0.5,
        historyLimitMs: env['UBOT_SOURCE'] === 'demo' ? 60_000 : 500,
      },
    );

  const snapshotCount = async (): Promise<number> =>
    Number((await db.query<{ n: string }>('select count(*) as n from market.snapshots'))[0]!.n);

  return {
    db,
    build,
    async start(env) {
      const app = build(env);
      running.add(app);
      const { url } = await app.listen();
      return runningAt(url, async () => {
        running.delete(app);
        await app.close();
      });
    },
    snapshotCount,
    waitForSnapshots: (count) =>
      waitFor(async () => (await snapshotCount()) >= count, { deadlineMs: DEADLINE_MS, what: `${count} snapshots` }),
    async close() {
      await Promise.all([...running].map((app) => app.close()));
      await db.close();
      await database.close();
    },
  };
}

function runningAt(url: string, stop: () => Promise<void>): Running {
  const tokens = createInternalTokens({ secret: SECRET, nowMs: Date.now });
  const get = async (path: string, headers: Record<string, string> = {}) =>
    fetch(url + path, {
      headers: { authorization: `Bearer ${await tokens.issue({ kind: 'service', service: 'gateway' })}`, ...headers },
    });
  return {
    get,
    async json<T>(path: string) {
      return (await (await get(path)).json()) as T;
    },
    ready: () =>
      waitFor(async () => (await fetch(`${url}/health`)).status === 200, { deadlineMs: DEADLINE_MS, what: 'health' }),
    stop,
  };
}
