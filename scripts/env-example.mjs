/**
 * Writes .env.example from the settings that the services define; with `--check` it only says whether the file is
 * current. Needs a build.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const from = (folder) => import(join(root, folder, 'dist/index.js'));

const [{ describeConfig }, allInOne, gateway, motherApp, notifier, scanner, userManager] = await Promise.all(
  [
    'packages/service-kit',
    'services/all-in-one',
    'services/gateway',
    'services/mother-app',
    'services/notifier',
    'services/scanner',
    'services/user-manager',
  ].map(from),
);

const text = `# Copy this file to .env and take the # off what you change. The environment wins over .env.
# Made from the services' own definitions: npm run env:example

${describeConfig([
  { title: 'npm start', definition: allInOne.ALL_IN_ONE_CONFIG },
  { title: 'The public door', definition: gateway.GATEWAY_CONFIG },
  { title: 'Where prices come from, and how long they are kept', definition: motherApp.MOTHER_APP_CONFIG },
  { title: 'Messages', definition: notifier.NOTIFIER_CONFIG },
  { title: 'Evaluation', definition: scanner.SCANNER_CONFIG },
  { title: 'Accounts', definition: userManager.USER_MANAGER_CONFIG },
])}`;

const file = join(root, '.env.example');
if (process.argv.includes('--check')) {
  const current = readFileSync(file, 'utf8') === text;
  if (!current) console.error('.env.example is stale: npm run env:example');
  process.exitCode = current ? 0 : 1;
} else {
  writeFileSync(file, text);
}
