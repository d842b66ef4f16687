import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@ubot/embedded-postgres';
import { createTwilioServer, type TwilioServer } from '@ubot/testing';
import { Client } from 'pg';
import { servicesOfCompose } from './compose.ts';
import { createServiceProcess, until, type ServiceProcess } from './process.ts';

const OPERATOR_TOKEN = 'operator-token-for-stories';
const GATEWAY_URL = 'http://127.0.0.1:3000';

export interface Stack {
  readonly postgres: Pick<EmbeddedPostgres, 'pid'>;
  readonly twilio: TwilioServer;
  readonly services: ReadonlyMap<string, ServiceProcess>;
  service(name: string): ServiceProcess;
  api<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** Reads the database as the product wrote it. */
  query<T extends object>(text: string, values?: unknown[]): Promise<T[]>;
  /** Starts what does not run yet and waits until the gateway says that all are ready. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** `compose`: five processes with exactly the commands and variables of docker-compose.yml. `npm start`: one. */
export type Shape = 'compose' | 'npm start';

interface StackOptions {
  readonly shape?: Shape;
  readonly cmc: { baseUrl: string; apiKey: string };
  /** Beside the product's own variables, for what a story must have faster than an operator would. */
  readonly env?: Readonly<Record<string, string>>;
}

interface Product {
  readonly services: ReadonlyMap<string, ServiceProcess>;
  readonly postgres: Pick<EmbeddedPostgres, 'pid'>;
  connectionString(): Promise<string>;
  close(): Promise<void>;
}

/** What an operator would write into .env, in both shapes. */
function variablesFor(options: StackOptions, twilio: TwilioServer): Record<string, string> {
  return {
    UBOT_SOURCE: 'coinmarketcap',
    CMC_BASE_URL: options.cmc.baseUrl,
    TWILIO_ACCOUNT_SID: twilio.accountSid,
    TWILIO_BASE_URL: twilio.url,
    TWILIO_FROM: '+15005550006',
    // A long code's one message a second is told of in the tests of rates.
    TWILIO_SMS_PER_SECOND: '1000',
    UBOT_PUBLIC_URL: GATEWAY_URL,
    // Each alert by itself and at once: the stories count messages.
    UBOT_DIGEST_WAIT_MS: '0',
    UBOT_DIGEST_INTERVAL_MS: '0',
  };
}

async function asCompose(options: StackOptions, twilio: TwilioServer, folder: string): Promise<Product> {
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'data') });
  const secretsDir = join(folder, 'secrets');
  await mkdir(secretsDir);
  const secrets: Record<string, string> = {
    database_url: postgres.connectionString(),
    internal_secret: 'internal-secret-for-stories-0123456789abcdef',
    operator_token: OPERATOR_TOKEN,
    feed_token: '',
    smtp_url: '',
    oidc_client_secret: '',
    telegram_bot_token: '',
    pushover_token: '',
    cmc_api_key: options.cmc.apiKey,
    twilio_auth_token: twilio.authToken,
  };
  for (const [name, value] of Object.entries(secrets)) await writeFile(join(secretsDir, name), value);
  const definitions = servicesOfCompose({ secretsDir, variables: variablesFor(options, twilio) });
  const services = new Map(
    definitions.map(({ name, command, env }) => [
      name,
      createServiceProcess({ name, command, env: { ...env, ...options.env } }),
    ]),
  );
  return {
    services,
    postgres,
    connectionString: async () => postgres.connectionString(),
    close: () => postgres.stop(),
  };
}

function asNpmStart(options: StackOptions, twilio: TwilioServer, folder: string): Product {
  const dataDir = join(folder, 'data');
  const env = {
    ...variablesFor(options, twilio),
    UBOT_DATA_DIR: dataDir,
    UBOT_OPERATOR_TOKEN: OPERATOR_TOKEN,
    CMC_API_KEY: options.cmc.apiKey,
    TWILIO_AUTH_TOKEN: twilio.authToken,
    ...options.env,
  };
  const all = createServiceProcess({ name: 'npm start', command: ['npm', 'start'], env });
  const read = async (name: string): Promise<string> => (await readFile(join(dataDir, name), 'utf8')).trim();
  return {
    services: new Map([[all.name, all]]),
    postgres: { pid: () => Number.NaN },
    connectionString: async () =>
      `postgres://ubot:${await read('postgres.password')}@127.0.0.1:${await read('postgres.port')}/ubot`,
    close: async () => {},
  };
}

/** The product as real processes on a real PostgreSQL, with a local Twilio and whatever CoinMarketCap is named. */
export async function createStack(options: StackOptions): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), 'ubot-story-'));
  const twilio = await createTwilioServer();
  const product =
    options.shape === 'npm start' ? asNpmStart(options, twilio, folder) : await asCompose(options, twilio, folder);
  const { services, postgres } = product;
  const service = (name: string): ServiceProcess => {
    const found = services.get(name);
    if (found === undefined) throw new Error(`no service ${name}`);
    return found;
  };

  return {
    postgres,
    twilio,
    services,
    service,
    async api(method, path, body) {
      const answer = await fetch(`${GATEWAY_URL}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${OPERATOR_TOKEN}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      return (text === '' ? undefined : JSON.parse(text)) as never;
    },
    async query(text, values = []) {
      const client = new Client({ connectionString: await product.connectionString() });
      client.on('error', () => undefined);
      await client.connect();
      try {
        return (await client.query(text, values)).rows;
      } finally {
        await client.end();
      }
    },
    async start() {
      for (const each of services.values()) {
        if (each.pid() === undefined) each.start();
      }
      await until('every service ready', async () => (await fetch(`${GATEWAY_URL}/health`)).ok, 120_000).catch(
        (error) => {
          for (const each of services.values()) console.error(each.name, each.lines.slice(-15).join('\n'));
          throw error;
        },
      );
    },
    async close() {
      await Promise.all([...services.values()].map((each) => each.stop()));
      await twilio.close();
      await product.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
