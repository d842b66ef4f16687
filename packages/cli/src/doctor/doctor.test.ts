import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCmcServer, createTestDatabase } from '@ubot/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkNode } from './checks.ts';
import { runDoctor } from './command.ts';

let folder: string;
let env: Record<string, string>;
const taken: Server[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ubot-doctor-'));
  env = {
    PATH: process.env['PATH'] ?? '',
    UBOT_SOURCE: 'demo',
    UBOT_DATA_DIR: join(folder, 'data'),
    UBOT_PORT: String(await freePort()),
  };
});
afterEach(async () => {
  for (const server of taken.splice(0)) server.close();
  await rm(folder, { recursive: true, force: true });
});

async function listen(): Promise<{ server: Server; port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { server, port: (server.address() as AddressInfo).port };
}

async function freePort(): Promise<number> {
  const { server, port } = await listen();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

async function doctor(changes: Record<string, string> = {}): Promise<{ code: number; lines: string[] }> {
  let text = '';
  const io = { out: (more: string) => void (text += more), note: () => undefined };
  const code = await runDoctor({ env: { ...env, ...changes }, folder, io });
  return { code, lines: text.trimEnd().split('\n') };
}

describe('a machine where nothing is wrong', () => {
  test('gets a line for each check and exit code 0', async () => {
    const { code, lines } = await doctor();
    expect(lines).toEqual([
      `ok       Node ${process.versions.node}`,
      'ok       every setting can be used',
      `ok       ${join(folder, 'data')} can be written to`,
      `ok       port ${env['UBOT_PORT']} on 127.0.0.1 is free`,
      expect.stringMatching(/^ok {7}the embedded PostgreSQL 18\.\d+ starts and stops$/),
      'note     prices would be simulated, because UBOT_SOURCE asks for it',
      'note     Twilio is not set up: alerts can go to webhooks and the log',
      '',
      'uBot can run here.',
    ]);
    expect(code).toBe(0);
  });
});

describe('what is wrong is said', () => {
  test.each([
    ['20.18.3', 'problem'],
    ['20.19.0', 'ok'],
    ['24.1.0', 'ok'],
  ])('Node %s: %s', (version, level) => expect(checkNode(version).level).toBe(level));

  test('a setting with a wrong value, by the name of its variable', async () => {
    const { code, lines } = await doctor({ SCANNER_WORKERS: 'many' });
    expect(lines[1]).toBe('PROBLEM  SCANNER_WORKERS must be a whole number from 1 to 64, not "many".');
    expect(code).toBe(1);
  });

  test('a port that something else has', async () => {
    const { server, port } = await listen();
    taken.push(server);
    const { code, lines } = await doctor({ UBOT_PORT: String(port) });
    expect(lines[3]).toBe(`PROBLEM  port ${port} on 127.0.0.1 cannot be used (EADDRINUSE): set UBOT_PORT to another.`);
    expect(code).toBe(1);
  });

  test('a database that does not answer, without its password', async () => {
    const { lines } = await doctor({ DATABASE_URL: 'postgres://ubot:hunter2secret@127.0.0.1:1/ubot' });
    expect(lines[4]).toBe(
      'PROBLEM  PostgreSQL at DATABASE_URL does not answer: check address, user, password and database.',
    );
    expect(lines.join('\n')).not.toContain('hunter2secret');
  });

  test('a key that CoinMarketCap does not accept, without the key', async () => {
    const cmc = await createCmcServer();
    const { lines } = await doctor({
      UBOT_SOURCE: 'coinmarketcap',
      CMC_BASE_URL: cmc.url,
      CMC_API_KEY: 'wrong-key-123456',
    });
    await cmc.close();
    expect(lines[5]).toMatch(/^PROBLEM {2}CoinMarketCap: /);
    expect(lines.join('\n')).not.toContain('wrong-key-123456');
  });
});

describe('what is right is said', () => {
  test('a key and what its plan pays for, a database of one’s own, and .env', async () => {
    const cmc = await createCmcServer({ plan: { creditsMonthly: 15_000, creditsUsed: 0 } });
    const database = await createTestDatabase();
    await writeFile(join(folder, '.env'), `CMC_API_KEY=${cmc.apiKey}\nCMC_BASE_URL=${cmc.url}\n`);
    const { code, lines } = await doctor({ UBOT_SOURCE: 'auto', DATABASE_URL: database.url });
    await database.close();
    await cmc.close();
    expect(lines[4]).toMatch(/^ok {7}PostgreSQL \d+\.\d+.* answers at DATABASE_URL$/);
    expect(lines[5]).toMatch(
      /^ok {7}CoinMarketCap: top 200 every \d+ min, global every \d+ min: [\d,]+ of [\d,]+ credits a month$/,
    );
    expect(code).toBe(0);
  });
});
