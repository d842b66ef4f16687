import { chmod, chown, mkdir, mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { copyBinariesForAll, findBinaries } from './binaries.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './supervisor.ts';
import { createLauncher } from './user.ts';

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;
const SOMEBODY = 12_345;

let folder: string;
let path: string | undefined;
const running: EmbeddedPostgres[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ubot-account-'));
  path = process.env['PATH'];
});
afterEach(async () => {
  process.env['PATH'] = path;
  for (const server of running.splice(0)) {
    await server.stop();
    await rm(server.clusterDir, { recursive: true, force: true });
  }
  await rm(folder, { recursive: true, force: true });
});

/** As in a container that forbids user namespaces: the program that makes them is not found. */
async function startWithoutNamespaces(dataDir: string): Promise<{ server: EmbeddedPostgres; runAs: unknown }> {
  process.env['PATH'] = join(folder, 'nothing');
  let runAs: unknown;
  const server = await startEmbeddedPostgres({ dataDir, log: (event) => (runAs ??= event['runAs']) });
  running.push(server);
  return { server, runAs };
}

async function ask(server: EmbeddedPostgres, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: server.connectionString() });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

describe.skipIf(!isRoot)('root without user namespaces', () => {
  test('runs PostgreSQL as nobody, in a data directory that lets others pass through and not look', async () => {
    const dataDir = join(folder, 'data');
    await chmod(folder, 0o755);
    const { server, runAs } = await startWithoutNamespaces(dataDir);
    expect(runAs).toBe('account');
    expect(server.clusterDir).toBe(join(dataDir, 'postgres'));
    expect((await stat(dataDir)).mode & 0o777).toBe(0o711);
    const { uid, mode } = await stat(server.clusterDir);
    expect({ uid, mode: mode & 0o777 }).toEqual({ uid: NOBODY, mode: 0o700 });
  });

  test('puts the data where nobody can reach it when the data directory lies in a closed folder, and finds it again', async () => {
    const dataDir = join(folder, 'data');
    await chmod(folder, 0o700);
    const first = await startWithoutNamespaces(dataDir);
    await ask(first.server, 'create table kept as select 42 as answer');
    await first.server.stop();
    running.pop();
    const second = await startWithoutNamespaces(dataDir);
    expect(await ask(second.server, 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect(second.server.clusterDir).toMatch(/^\/var\/lib\/ubot\/postgres-[0-9a-f]{16}$/);
    expect(await realpath(join(dataDir, 'postgres'))).toBe(second.server.clusterDir);
  });

  test('starts the postmaster again when it is killed', async () => {
    await chmod(folder, 0o755);
    const { server } = await startWithoutNamespaces(join(folder, 'data'));
    const before = server.pid();
    process.kill(before, 'SIGKILL');
    await expect.poll(() => server.pid(), { timeout: 20_000 }).not.toBe(before);
    expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('goes on as nobody with data that nobody has, also where user namespaces work', async () => {
    const dataDir = join(folder, 'data');
    await chmod(folder, 0o755);
    await (await startWithoutNamespaces(dataDir)).server.stop();
    running.pop();
    process.env['PATH'] = path;
    const events: unknown[] = [];
    running.push(await startEmbeddedPostgres({ dataDir, log: (event) => events.push(event['runAs']) }));
    expect(events).toEqual(['account']);
  });

  test('is told to leave another user’s data alone', async () => {
    const dataDir = join(folder, 'data');
    await mkdir(join(dataDir, 'postgres'), { recursive: true });
    await chown(join(dataDir, 'postgres'), SOMEBODY, SOMEBODY);
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({
      code: 'POSTGRES_START_FAILED',
      message: `The data in ${join(dataDir, 'postgres')} belongs to another user (uid ${SOMEBODY}): start uBot as that user.`,
    });
  });
});

describe.skipIf(!isRoot)('the copy of the binaries for every account', () => {
  test('runs as nobody even when the installed files are closed to others', async () => {
    const { home } = await findBinaries(join(folder, 'cache'));
    const closed = join(folder, 'closed');
    const temporary = process.env['TMPDIR'];
    process.env['TMPDIR'] = folder;
    await chmod(folder, 0o755);
    try {
      const mask = process.umask(0o077);
      const copy = await copyBinariesForAll(home).finally(() => process.umask(mask));
      expect(copy.home).toBe(join(folder, 'ubot-postgres-18', 'native'));
      expect(await createLauncher('account', copy).canEnter(join(copy.home, 'share', 'postgresql'))).toBe(true);
      await mkdir(closed, { mode: 0o700 });
      expect(await createLauncher('account', copy).canEnter(closed)).toBe(false);
    } finally {
      restore('TMPDIR', temporary);
    }
  });

  test('is not taken from a folder that somebody else has put there', async () => {
    const { home } = await findBinaries(join(folder, 'cache'));
    const planted = join(folder, 'ubot-postgres-18');
    await mkdir(join(planted, 'native', 'bin'), { recursive: true });
    await writeFile(join(planted, 'native', 'bin', 'postgres'), 'planted');
    await chown(planted, SOMEBODY, SOMEBODY);
    const temporary = process.env['TMPDIR'];
    process.env['TMPDIR'] = folder;
    try {
      const copy = await copyBinariesForAll(home);
      expect(copy.home.startsWith(`${planted}/`)).toBe(false);
      expect((await readFile(copy.postgres)).length).toBeGreaterThan(1_000_000);
    } finally {
      restore('TMPDIR', temporary);
    }
  });
});

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
