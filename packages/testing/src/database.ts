import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '@ubot/db';
import { startEmbeddedPostgres, stopAbandoned } from '@ubot/embedded-postgres';
import { Client } from 'pg';

export interface TestServer {
  /** A superuser's address for the maintenance database. */
  readonly url: string;
  /** A migrated database that others are copied from: a copy takes 30 ms. */
  readonly templateName: string;
  close(): Promise<void>;
}

export interface TestDatabase {
  readonly url: string;
  close(): Promise<void>;
}

/** How a test run tells its test files which server and which template to use. */
export const SERVER_VARIABLE = 'UBOT_TEST_DATABASE_URL';
export const TEMPLATE_VARIABLE = 'UBOT_TEST_TEMPLATE';

const unique = (prefix: string): string => `${prefix}_${randomBytes(6).toString('hex')}`;

function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

async function administer(serverUrl: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

const FOLDER = 'ubot-test-';
/** A run that has just made its folder is not its owner yet. */
const ABANDONED_AFTER_MS = 60_000;

/** A run that was killed could not end its server: the next one does. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(FOLDER)) continue;
    const folder = join(tmpdir(), name);
    const found = await stat(folder).catch(() => null);
    if (found === null || found.uid !== process.getuid?.() || Date.now() - found.ctimeMs < ABANDONED_AFTER_MS) continue;
    if (await stopAbandoned(folder)) await rm(folder, { recursive: true, force: true });
  }
}

async function startOwnServer(): Promise<{ url: string; close(): Promise<void> }> {
  await removeAbandoned();
  const folder = await mkdtemp(join(tmpdir(), FOLDER));
  const server = await startEmbeddedPostgres({ dataDir: folder }).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  return {
    url: server.connectionString('postgres'),
    async close() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The server of UBOT_TEST_DATABASE_URL, otherwise an embedded one in a temporary folder, with a migrated template. */
export async function startTestServer(): Promise<TestServer> {
  const given = process.env[SERVER_VARIABLE];
  const server = given === undefined || given === '' ? await startOwnServer() : { url: given, close: async () => {} };
  const templateName = unique('ubot_template');
  try {
    await administer(server.url, `create database ${templateName}`);
    await migrate({ connectionString: urlOf(server.url, templateName) });
  } catch (error) {
    await server.close();
    throw error;
  }
  return {
    url: server.url,
    templateName,
    async close() {
      await administer(server.url, `drop database if exists ${templateName} with (force)`);
      await server.close();
    },
  };
}

/** A fresh, migrated database of its own. Outside a test run it starts a server for itself. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = process.env[SERVER_VARIABLE];
  const template = process.env[TEMPLATE_VARIABLE];
  if (serverUrl === undefined || template === undefined) {
    const server = await startTestServer();
    const database = await copyTemplate(server.url, server.templateName);
    return {
      url: database.url,
      async close() {
        await database.close();
        await server.close();
      },
    };
  }
  return copyTemplate(serverUrl, template);
}

async function copyTemplate(serverUrl: string, template: string): Promise<TestDatabase> {
  const name = unique('ubot_test');
  await administer(serverUrl, `create database ${name} template ${template}`);
  return {
    url: urlOf(serverUrl, name),
    close: () => administer(serverUrl, `drop database if exists ${name} with (force)`),
  };
}
