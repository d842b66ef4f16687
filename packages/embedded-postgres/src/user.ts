import { execFile, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { chown, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { UbotError } from '@ubot/contracts';
import type { Binaries } from './binaries.ts';

const run = promisify(execFile);
const PROBE_LIMIT_MS = 10_000;

/** "nobody" on every system that matters here. */
const UNPRIVILEGED_ID = 65_534;

/**
 * PostgreSQL refuses to run as root. `self`: we are not root. `namespace`: root outside, nobody inside a user namespace,
 * which keeps root's access to files under closed home folders. `account`: as nobody, who must reach program and data.
 */
export type RunAs = 'self' | 'namespace' | 'account';

const NAMESPACE = ['--user', `--map-user=${UNPRIVILEGED_ID}`, `--map-group=${UNPRIVILEGED_ID}`, '--'];

function commandFor(
  runAs: RunAs,
  program: string,
  args: readonly string[],
): { program: string; args: string[]; ids: SpawnOptions } {
  if (runAs === 'namespace') return { program: 'unshare', args: [...NAMESPACE, program, ...args], ids: {} };
  const ids = runAs === 'account' ? { uid: UNPRIVILEGED_ID, gid: UNPRIVILEGED_ID } : {};
  return { program, args: [...args], ids };
}

export interface Launcher {
  readonly runAs: RunAs;
  readonly binaries: Binaries;
  spawn(program: string, args: readonly string[], options: SpawnOptions): ChildProcess;
  /** Whether the one who runs PostgreSQL can get into this folder. */
  canEnter(folder: string): Promise<boolean>;
  /** Hands a file or folder to the one who runs PostgreSQL. */
  own(path: string): Promise<void>;
}

export function createLauncher(runAs: RunAs, binaries: Binaries): Launcher {
  return {
    runAs,
    binaries,
    spawn(program, args, options) {
      const command = commandFor(runAs, program, args);
      return spawn(command.program, command.args, { ...options, ...command.ids });
    },
    async canEnter(folder) {
      const { program, args, ids } = commandFor(runAs, '/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder]);
      return succeeds(program, args, ids);
    },
    async own(path) {
      if (runAs === 'account') await chown(path, UNPRIVILEGED_ID, UNPRIVILEGED_ID);
    },
  };
}

async function succeeds(program: string, args: readonly string[], ids: SpawnOptions): Promise<boolean> {
  const options = { cwd: '/', timeout: PROBE_LIMIT_MS, uid: ids.uid, gid: ids.gid };
  try {
    await run(program, args, options);
    return true;
  } catch {
    return false;
  }
}

async function canRun(launcher: Launcher): Promise<boolean> {
  const { program, args, ids } = commandFor(launcher.runAs, launcher.binaries.postgres, ['--version']);
  return succeeds(program, args, ids);
}

/** Who owns an existing cluster decides how it is run again: the other way could not read it. */
async function ownerOf(clusterDir: string): Promise<RunAs | null> {
  const uid = await stat(clusterDir).then(
    (found) => found.uid,
    () => null,
  );
  if (uid === null) return null;
  if (uid === UNPRIVILEGED_ID) return 'account';
  if (uid === 0) return 'namespace';
  throw new UbotError(
    'POSTGRES_START_FAILED',
    `The data in ${clusterDir} belongs to another user (uid ${uid}): start uBot as that user.`,
  );
}

/**
 * The first way to run PostgreSQL that works here, each one tried for real.
 *
 * Errors: POSTGRES_START_FAILED when none does.
 */
export async function chooseLauncher(options: {
  binaries: Binaries;
  clusterDir: string;
  /** A copy of the binaries where an unprivileged account can reach them; made only when it is needed. */
  copyForAll: () => Promise<Binaries>;
}): Promise<Launcher> {
  const isRoot = process.getuid?.() === 0;
  const own = createLauncher('self', options.binaries);
  if (!isRoot) {
    if (await canRun(own)) return own;
    throw new UbotError(
      'POSTGRES_START_FAILED',
      `The embedded PostgreSQL cannot be run: ${options.binaries.postgres} does not start.`,
    );
  }
  const owner = await ownerOf(options.clusterDir);
  const namespace = createLauncher('namespace', options.binaries);
  if (owner !== 'account' && (await canRun(namespace))) return namespace;
  if (owner !== 'namespace') {
    const account = createLauncher('account', options.binaries);
    if (await canRun(account)) return account;
    const copied = createLauncher('account', await options.copyForAll());
    if (await canRun(copied)) return copied;
  }
  throw new UbotError(
    'POSTGRES_START_FAILED',
    'PostgreSQL does not run as root, and neither a user namespace nor the account nobody works here: start uBot as an ordinary user or set DATABASE_URL.',
  );
}
