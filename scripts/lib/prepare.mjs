/**
 * What `npm start`, `npm test` and the others do first: the dependencies of the lock file, and the build. Plain Node,
 * because nothing is installed yet. What has been done already is not done again.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NODE_AT_LEAST = [20, 19];

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > NODE_AT_LEAST[0] || (major === NODE_AT_LEAST[0] && minor >= NODE_AT_LEAST[1])) return;
  console.error(`uBot needs Node ${NODE_AT_LEAST.join('.')} or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

/** Runs a step and shows its output only when it fails. */
function quietly(title, command, args, root) {
  const done = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 1e8 });
  if (done.status === 0) return;
  console.error(`${title} failed:\n${done.stdout ?? ''}${done.stderr ?? ''}${done.error?.message ?? ''}`);
  process.exit(1);
}

const npmCommand = () => {
  const script = process.env.npm_execpath;
  return script !== undefined && /\.[cm]?js$/.test(script) ? [process.execPath, [script]] : ['npm', []];
};

function install(root, say) {
  const stamp = join(root, 'node_modules', '.ubot-installed');
  const lock = readFileSync(join(root, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).update(`${process.platform} ${process.arch}`).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('Installing dependencies (once, about half a minute) …');
  const [command, args] = npmCommand();
  quietly('npm ci', command, [...args, 'ci', '--no-audit', '--no-fund'], root);
  writeFileSync(stamp, wanted);
}

/** What the dashboard is made of: its own files and the packages that it may import. */
const PAGE_FOLDERS = [
  'web/build',
  'web/public',
  'web/src',
  ...['contracts', 'market', 'indicators', 'strategy'].map((name) => `packages/${name}/src`),
];
const PAGE_FILES = ['package-lock.json', 'web/index.html', 'web/package.json', 'web/vite.config.ts'];

/** Builds the dashboard when anything that it is made of has changed since the last time. */
function buildPage(root, say) {
  const hash = createHash('sha256');
  const inFolder = (folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted();
  const files = [...PAGE_FILES.map((file) => join(root, file)), ...PAGE_FOLDERS.flatMap(inFolder)];
  for (const file of files) hash.update(file.slice(root.length)).update(readFileSync(file));
  const wanted = hash.digest('hex');
  const stamp = join(root, 'web/dist/.ubot-built');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('Building the dashboard …');
  const args = [join(root, 'node_modules/vite/bin/vite.js'), 'build', join(root, 'web'), '--logLevel', 'warn'];
  quietly('The build of the dashboard', process.execPath, args, root);
  writeFileSync(stamp, wanted);
}

/** Installs and builds what is needed. `quiet` keeps standard output for the caller alone. */
export function prepare({ root, quiet = false }) {
  const say = quiet ? () => undefined : (line) => console.log(line);
  checkNode();
  install(root, say);
  if (!existsSync(join(root, 'services/all-in-one/dist/main.js'))) say('Building …');
  quietly('The build', process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b'], root);
  buildPage(root, say);
}
