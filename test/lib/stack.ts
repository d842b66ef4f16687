import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@ubot/embedded-postgres';
import { createTwilioServer, type TwilioServer } from '@ubot/testing';
import { Client } from 'pg';
import { servicesOfCompose } from './compose.ts';
import { createServiceProcess, until, type ServiceProcess } from './process.ts';

const OPERATOR_TOKEN = 'operator-token-for-stories';
const GATEWAY_URL = 'http://127.0.0.1:3000';

/** Signed over this address, as behind a proxy; the local provider posts to where it really listens. */
export interface Stack {
  readonly postgres: EmbeddedPostgres;
  readonly twilio: TwilioServer;
  readonly services: ReadonlyMap<string, ServiceProcess>;
  service(name: string): ServiceProcess;
  api<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** Reads the database as the product wrote it. */
  query<T extends object>(text: string, values?: unknown[]): Promise<T[]>;
  /** Starts all services in the order of the compose file and waits until the gateway says that all are ready. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The product as five processes with exactly the commands and variables of docker-compose.yml, on a real PostgreSQL,
 * with a local Twilio and whatever CoinMarketCap `cmcBaseUrl` names.
 */
export async function createStack(options: {
  cmc: { baseUrl: string; apiKey: string };
  /** Beside the compose file's variables, for what a story must have faster than an operator would. */
  env?: Readonly<Record<string, string>>;
}): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), 'ubot-story-'));
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'data') });
  const twilio = await createTwilioServer();
  const secrets: Record<string, string> = {
    database_url: postgres.connectionString(),
    internal_secret: 'internal-secret-for-stories-0123456789abcdef',
    operator_token: OPERATOR_TOKEN,
    feed_token: '',
    cmc_api_key: options.cmc.apiKey,
    twilio_auth_token: twilio.authToken,
  };
  for (const [name, value] of Object.entries(secrets)) await writeFile(join(folder, name), value);

  const definitions = servicesOfCompose({
    secretsDir: folder,
    variables: {
      UBOT_SOURCE: 'coinmarketcap',
      CMC_BASE_URL: options.cmc.baseUrl,
      TWILIO_ACCOUNT_SID: twilio.accountSid,
      TWILIO_BASE_URL: twilio.url,
      TWILIO_FROM: '+15005550006',
      UBOT_PUBLIC_URL: GATEWAY_URL,
    },
  });
  const services = new Map(
    definitions.map(({ name, command, env }) => [
      name,
      createServiceProcess({ name, command, env: { ...env, ...options.env } }),
    ]),
  );
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
      const client = new Client({ connectionString: postgres.connectionString() });
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
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
