import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLifecycle, createLogger } from '@ubot/service-kit';
import { addTestUser, createTestDatabase } from '@ubot/testing';
import { startUbot } from './app.ts';
import { readAllInOneConfig } from './config.ts';
import { openDataDir } from './dataDir.ts';

export interface Answer {
  status: number;
  headers: Headers;
  type: string;
  body: unknown;
}

export interface WholeUbot {
  url: string;
  databaseUrl: string;
  operatorToken: string;
  /** A bearer token of another, ordinary user. */
  otherToken: string;
  oneTimePassword: string;
  call(
    method: string,
    path: string,
    given?: { token?: string | null; body?: unknown; headers?: Readonly<Record<string, string>> },
  ): Promise<Answer>;
  close(): Promise<void>;
}

/** All services as `npm start` runs them: real sockets, a database of their own, the demo market every second. */
export async function startWholeUbot(given: { env?: Readonly<Record<string, string>> } = {}): Promise<WholeUbot> {
  const database = await createTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'ubot-whole-'));
  const operatorToken = `operator-${randomBytes(16).toString('hex')}`;
  const env = {
    DATABASE_URL: database.url,
    UBOT_DATA_DIR: folder,
    UBOT_PORT: '0',
    UBOT_OPERATOR_TOKEN: operatorToken,
    UBOT_SOURCE: 'demo',
    UBOT_SIGN_UP: 'open',
    DEMO_COINS: '20',
    UBOT_POLL_INTERVAL: '1',
    UBOT_WEBHOOK_ALLOW_PRIVATE: '127.0.0.0/8',
    SCANNER_WORKERS: '1',
    ...given.env,
  };
  const logger = createLogger({ service: 'test', level: 'silent' });
  const lifecycle = createLifecycle(logger);
  const running = await startUbot({
    env,
    config: readAllInOneConfig(env),
    dataDir: await openDataDir(folder),
    loggerOf: () => logger,
    lifecycle,
    say: () => {},
  });
  return {
    url: running.url,
    databaseUrl: database.url,
    operatorToken,
    otherToken: (await addTestUser(database.url)).token,
    oneTimePassword: running.signIn.oneTimePassword ?? '',
    call: (method, path, options = {}) => call(running.url, { method, path, token: operatorToken, ...options }),
    async close() {
      await lifecycle.stop();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function call(
  url: string,
  given: {
    method: string;
    path: string;
    token: string | null;
    body?: unknown;
    headers?: Readonly<Record<string, string>>;
  },
): Promise<Answer> {
  const { method, path, token, body, headers } = given;
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  const type = (answer.headers.get('content-type') ?? '').split(';')[0] ?? '';
  const isJson = /[/+]json$/.test(type) && text !== '';
  return { status: answer.status, headers: answer.headers, type, body: isJson ? JSON.parse(text) : text };
}
