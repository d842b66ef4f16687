/** `npm run screenshots`: pictures of each page, by web/e2e/screenshots.ts. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare } from './lib/prepare.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
prepare({ root });
const shots = spawnSync(
  process.execPath,
  ['--import', 'tsx', join(root, 'web/e2e/screenshots.ts'), ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
process.exitCode = shots.status ?? 1;
