import { randomBytes } from 'node:crypto';
import { access, chmod, mkdir, readFile, readlink, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { UbotError } from '@ubot/contracts';
import type { Launcher } from './user.ts';

export const SUPERUSER = 'ubot';
export const HOST = '127.0.0.1';

export interface Paths {
  readonly cluster: string;
  readonly password: string;
  readonly port: string;
  readonly owner: string;
  readonly log: string;
  readonly cache: string;
}

export function pathsIn(dataDir: string): Paths {
  return {
    cluster: join(dataDir, 'postgres'),
    password: join(dataDir, 'postgres.password'),
    port: join(dataDir, 'postgres.port'),
    owner: join(dataDir, 'postgres.owner'),
    log: join(dataDir, 'postgres.log'),
    cache: join(dataDir, 'cache'),
  };
}

/**
 * Small and durable. uBot uses a few dozen connections, writes in bursts once a poll, and shares the machine; what would
 * only help a dedicated server is switched off. fsync and synchronous_commit stay on: an acknowledged snapshot is kept.
 */
const SETTINGS = {
  listen_addresses: HOST,
  unix_socket_directories: '',
  max_connections: '60',
  password_encryption: 'scram-sha-256',
  shared_buffers: '32MB',
  work_mem: '4MB',
  maintenance_work_mem: '32MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '512MB',
  checkpoint_timeout: '15min',
  io_method: 'sync',
  max_worker_processes: '2',
  max_parallel_workers: '0',
  max_parallel_workers_per_gather: '0',
  max_logical_replication_workers: '0',
  autovacuum_max_workers: '1',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
} as const;

export const serverArguments = (cluster: string, port: number): string[] => [
  '-D',
  cluster,
  '-p',
  String(port),
  ...Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
];

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

async function secretIn(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    const secret = randomBytes(24).toString('base64url');
    await writeFile(file, `${secret}\n`, { mode: 0o600 });
    return secret;
  }
}

function runInitdb(launcher: Launcher, cluster: string, passwordFile: string): Promise<void> {
  const args = ['-D', cluster, '-U', SUPERUSER, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  args.push(
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
  );
  return new Promise((resolve, reject) => {
    const child = launcher.spawn(launcher.binaries.initdb, args, { stdio: ['ignore', 'ignore', 'pipe'], env: {} });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(-2_000)));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) return resolve();
      reject(new UbotError('POSTGRES_START_FAILED', `The embedded PostgreSQL could not be set up: ${said.trim()}`));
    });
  });
}

/** Where a cluster goes that an unprivileged account must reach while its data directory lies in a closed home folder. */
const ELSEWHERE = '/var/lib/ubot';

/**
 * Where the cluster of this data directory is. That is `postgres` in it, or where a link of that name leads.
 *
 * Edges:  run as another account, the data directory lets others pass through (not look: its files are 0600); where a
 *         folder above it does not, the cluster goes to /var/lib/ubot and the link says where.
 * Errors: POSTGRES_START_FAILED when no place can be reached.
 */
export async function placeCluster(launcher: Launcher, dataDir: string, cluster: string): Promise<string> {
  const linked = await readlink(cluster).catch(() => null);
  if (linked !== null) return resolve(dataDir, linked);
  if (launcher.runAs !== 'account') return cluster;
  await chmod(dataDir, ((await stat(dataDir)).mode & 0o777) | 0o011);
  if ((await exists(cluster)) || (await launcher.canEnter(dataDir))) return cluster;
  const elsewhere = join(ELSEWHERE, `postgres-${randomBytes(8).toString('hex')}`);
  await mkdir(ELSEWHERE, { recursive: true, mode: 0o711 }).catch(() => undefined); // said below
  if (!(await launcher.canEnter(ELSEWHERE))) {
    throw new UbotError(
      'POSTGRES_START_FAILED',
      `PostgreSQL does not run as root, and the account nobody can reach neither ${dataDir} nor ${ELSEWHERE}: start uBot as an ordinary user, or set UBOT_DATA_DIR to a folder that every account can reach, or DATABASE_URL.`,
    );
  }
  await symlink(elsewhere, cluster);
  return elsewhere;
}

/** The cluster of this data directory, made if there is none: whole or not at all, whenever the process is killed. */
export async function ensureCluster(launcher: Launcher, paths: Paths): Promise<{ password: string }> {
  const password = await secretIn(paths.password);
  if (await exists(join(paths.cluster, 'PG_VERSION'))) {
    // PostgreSQL refuses a folder that others may look into, as one that was copied or restored often is.
    await chmod(paths.cluster, 0o700).catch(() => undefined);
    return { password };
  }
  const unfinished = `${paths.cluster}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  await launcher.own(unfinished);
  // initdb runs as the one who owns the cluster, so it gets a copy of the password that this one may read.
  const passwordFile = `${unfinished}.password`;
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  await launcher.own(passwordFile);
  try {
    await runInitdb(launcher, unfinished, passwordFile);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(unfinished, paths.cluster);
  return { password };
}

function isFree(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen({ host: HOST, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
}

/** The port this directory used last if it is free, otherwise another; remembered, so that tools find it again. */
export async function choosePort(file: string): Promise<number> {
  const last = Number(await readFile(file, 'utf8').catch(() => '0'));
  const wanted = Number.isInteger(last) && last > 0 && last < 65_536 ? last : 0;
  const port = (await isFree(wanted)) ?? (await isFree(0));
  if (port === null) throw new UbotError('POSTGRES_START_FAILED', 'No free port was found on 127.0.0.1.');
  await writeFile(file, `${port}\n`, { mode: 0o600 });
  return port;
}
