/** `npm run story`: the whole-product stories of test/, on real processes. Arguments go to vitest. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare } from './lib/prepare.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
prepare({ root });
const vitest = spawnSync(
  process.execPath,
  [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', 'test/vitest.config.ts', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
process.exitCode = vitest.status ?? 1;
