import { mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { UbotError } from '@ubot/contracts';
import { Client } from 'pg';
import { copyBinariesForAll, findBinaries } from './binaries.ts';
import {
  choosePort,
  ensureCluster,
  HOST,
  pathsIn,
  placeCluster,
  serverArguments,
  SUPERUSER,
  type Paths,
} from './cluster.ts';
import { ownerIn, takeOwnership } from './owner.ts';
import { isAlive, isServerOf, readPostmasterFile } from './processes.ts';
import { chooseLauncher, type Launcher } from './user.ts';

export interface EmbeddedPostgres {
  /** For the database `ubot` (made if missing), or another of this server. */
  connectionString(database?: string): string;
  readonly port: number;
  /** Where its files are: `postgres` in the data directory, unless the account that runs it cannot get there. */
  readonly clusterDir: string;
  /** The postmaster's; changes when it had to be started again. */
  pid(): number;
  /** true: it was running already, left by an owner that was killed. */
  readonly adopted: boolean;
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Made with mode 0700 if missing. */
  readonly dataDir: string;
  readonly log?: (event: { event: string } & Readonly<Record<string, unknown>>) => void;
}

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 20_000;
const LOOK_EVERY_MS = 25;
const WATCH_EVERY_MS = 500;
/** After its postmaster was killed, backends hold the shared memory for a moment, and a start is refused. */
const RETRY_AFTER_MS = 300;
/** That takes two or three seconds; a server that still ends at once will not start later either. */
const REFUSED_FOR_MS = 10_000;
const RESTART_PAUSE_MOST_MS = 10_000;
const LOG_BYTES_MOST = 10 * 1024 * 1024;

interface Server {
  readonly launcher: Launcher;
  readonly paths: Paths;
  readonly password: string;
}

const connectionStringOf = (server: Server, port: number, database: string): string =>
  `postgres://${SUPERUSER}:${server.password}@${HOST}:${port}/${database}`;

async function answers(server: Server, port: number): Promise<boolean> {
  const client = new Client({
    connectionString: connectionStringOf(server, port, 'postgres'),
    connectionTimeoutMillis: 2_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** A server that outlived its owner. A pid file whose process is not ours is stale and is removed. */
async function findRunning(server: Server): Promise<{ pid: number; port: number } | null> {
  const said = await readPostmasterFile(server.paths.cluster);
  if (said === null) return null;
  if (!(await isServerOf(server.paths.cluster, said.pid))) {
    await rm(join(server.paths.cluster, 'postmaster.pid'), { force: true });
    return null;
  }
  const endMs = performance.now() + START_LIMIT_MS;
  while (performance.now() < endMs && isAlive(said.pid)) {
    if (await answers(server, said.port)) return said;
    await pause(LOOK_EVERY_MS * 4);
  }
  return null;
}

async function openLog(path: string): Promise<Awaited<ReturnType<typeof open>>> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  return open(path, size > LOG_BYTES_MOST ? 'w' : 'a', 0o600);
}

/** Why the server says it ended; null when it says nothing. */
async function lastWords(log: string): Promise<string | null> {
  const lines = (await readFile(log, 'utf8').catch(() => '')).trimEnd().split('\n');
  const line = lines.findLast((each) => each.includes('FATAL:'));
  return line?.slice(line.indexOf('FATAL:') + 'FATAL:'.length).trim() ?? null;
}

/** One attempt. null: it ended before it answered. */
async function launch(server: Server, port: number): Promise<number | null> {
  const log = await openLog(server.paths.log);
  try {
    const child = server.launcher.spawn(
      server.launcher.binaries.postgres,
      serverArguments(server.paths.cluster, port),
      {
        // Its own group: a Ctrl-C at the terminal reaches us, and we stop it when the services have stopped.
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
        cwd: '/',
        env: {},
      },
    );
    const ended = new AbortController();
    child.once('exit', () => ended.abort());
    child.once('error', () => ended.abort());
    child.unref();
    const endMs = performance.now() + START_LIMIT_MS;
    while (!ended.signal.aborted && performance.now() < endMs) {
      if (child.pid !== undefined && (await answers(server, port))) return child.pid;
      await pause(LOOK_EVERY_MS);
    }
    return null;
  } finally {
    await log.close();
  }
}

async function startServer(server: Server): Promise<{ pid: number; port: number; adopted: boolean }> {
  const endMs = performance.now() + REFUSED_FOR_MS;
  for (;;) {
    const running = await findRunning(server);
    if (running !== null) return { ...running, adopted: true };
    const port = await choosePort(server.paths.port);
    const pid = await launch(server, port);
    if (pid !== null) return { pid, port, adopted: false };
    if (performance.now() > endMs) {
      const why = await lastWords(server.paths.log);
      throw new UbotError(
        'POSTGRES_START_FAILED',
        `The embedded PostgreSQL does not start${why === null ? '' : `: ${why}`}; ${server.paths.log} says more.`,
      );
    }
    await pause(RETRY_AFTER_MS);
  }
}

async function stopServer(pid: number): Promise<void> {
  // SIGINT is PostgreSQL's fast shutdown; SIGQUIT ends at once and recovers at the next start.
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (!isAlive(pid)) return;
    process.kill(pid, signal);
    const endMs = performance.now() + STOP_LIMIT_MS;
    while (isAlive(pid) && performance.now() < endMs) await pause(LOOK_EVERY_MS);
  }
}

async function ensureDatabase(server: Server, port: number): Promise<void> {
  const client = new Client({ connectionString: connectionStringOf(server, port, 'postgres') });
  await client.connect();
  try {
    const found = await client.query("select 1 from pg_database where datname = 'ubot'");
    if (found.rowCount === 0) await client.query('create database ubot');
  } finally {
    await client.end();
  }
}

async function prepareServer(dataDir: string): Promise<Server> {
  const usual = pathsIn(dataDir);
  const binaries = await findBinaries(usual.cache);
  const launcher = await chooseLauncher({
    binaries,
    clusterDir: usual.cluster,
    copyForAll: () => copyBinariesForAll(binaries.home),
  });
  const paths = { ...usual, cluster: await placeCluster(launcher, dataDir, usual.cluster) };
  return { launcher, paths, ...(await ensureCluster(launcher, paths)) };
}

/**
 * Starts the PostgreSQL of a data directory, or adopts the one that an earlier owner left running, and keeps it running
 * until `stop`.
 *
 * Edges:  first start makes the cluster; a postmaster that dies is started again, on the same port if that is free.
 * Errors: POSTGRES_START_FAILED (also when another live process owns the directory), POSTGRES_PLATFORM_UNSUPPORTED.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => undefined);
  const dataDir = resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const ownership = await takeOwnership(pathsIn(dataDir).owner);
  try {
    const server = await prepareServer(dataDir);
    const first = await startServer(server);
    await ensureDatabase(server, first.port);
    log({ event: 'postgres.ready', port: first.port, adopted: first.adopted, runAs: server.launcher.runAs });
    let current: { pid: number; port: number } = first;
    const watch = keepRunning({ server, current: () => current, replace: (next) => (current = next), log });
    return {
      connectionString: (database = 'ubot') => connectionStringOf(server, current.port, database),
      port: first.port,
      clusterDir: server.paths.cluster,
      pid: () => current.pid,
      adopted: first.adopted,
      async stop() {
        await watch.stop();
        await stopServer(current.pid);
        await ownership.release();
      },
    };
  } catch (error) {
    await ownership.release();
    throw error;
  }
}

/**
 * Ends the server of a data directory whose owner is gone, as after a test run that was killed. true: nothing of it runs
 * any more and the directory may be removed; false: a live process owns it.
 */
export async function stopAbandoned(dataDir: string): Promise<boolean> {
  const paths = pathsIn(resolve(dataDir));
  if ((await ownerIn(paths.owner)) !== null) return false;
  const said = await readPostmasterFile(paths.cluster);
  if (said !== null && (await isServerOf(paths.cluster, said.pid))) await stopServer(said.pid);
  return true;
}

function keepRunning(options: {
  server: Server;
  current: () => { pid: number };
  replace: (next: { pid: number; port: number }) => void;
  log: NonNullable<EmbeddedPostgresOptions['log']>;
}): { stop(): Promise<void> } {
  const stopped = new AbortController();
  const watch = async (): Promise<void> => {
    let pauseMs = WATCH_EVERY_MS;
    while (!stopped.signal.aborted) {
      await pause(pauseMs, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined);
      if (stopped.signal.aborted || isAlive(options.current().pid)) {
        pauseMs = WATCH_EVERY_MS;
        continue;
      }
      options.log({ event: 'postgres.died', pid: options.current().pid });
      try {
        const next = await startServer(options.server);
        options.replace(next);
        options.log({ event: 'postgres.restarted', pid: next.pid, port: next.port });
      } catch (error) {
        pauseMs = Math.min(RESTART_PAUSE_MOST_MS, pauseMs * 2);
        options.log({
          event: 'postgres.restart_failed',
          reason: error instanceof Error ? error.message : String(error),
        });
      }
    }
  };
  const watching = watch();
  return {
    async stop() {
      stopped.abort();
      await watching;
    },
  };
}
