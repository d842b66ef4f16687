/**
 * `npm run bench` runs every file of bench/ and prints a table; `npm run bench -- NAME` one of them;
 * `npm run bench -- --list` only names them. With --json each prints `{name, figures: [{label, value, unit, goal, ok}]}`.
 * A figure is a ratio against a baseline of the same run wherever a machine's speed would show in it.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare } from './lib/prepare.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const args = process.argv.slice(2);
const json = args.includes('--json');
const names = readdirSync(join(root, 'bench'))
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.slice(0, -'.bench.ts'.length))
  .toSorted();
const wanted = args.filter((arg) => !arg.startsWith('--'));
const unknown = wanted.filter((name) => !names.includes(name));

if (unknown.length > 0) {
  console.error(`no bench named ${unknown.join(', ')}; there are: ${names.join(', ')}`);
  process.exit(2);
}
if (args.includes('--list')) {
  console.log(names.join('\n'));
  process.exit(0);
}

prepare({ root, quiet: json });
let worst = 0;
for (const name of wanted.length > 0 ? wanted : names) {
  const runner = spawnSync(
    process.execPath,
    [
      '--import',
      'tsx',
      '--expose-gc',
      '--max-old-space-size=12288',
      join(root, 'bench/lib/run.ts'),
      name,
      ...(json ? ['--json'] : []),
    ],
    { cwd: root, stdio: 'inherit' },
  );
  worst = Math.max(worst, runner.status ?? 1);
}
process.exitCode = worst;
