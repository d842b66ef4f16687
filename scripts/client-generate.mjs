/**
 * Writes the types of the public API (`packages/contracts/src/generated/api.ts`) from the OpenAPI document that the gateway
 * makes of its routes; with `--check` it only says whether the file is current. Needs a build, and nothing that runs.
 */
import { readFileSync, writeFileSync, mkdirSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTypescript, { astToString } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const from = (folder) => import(join(root, folder, 'dist/index.js'));
const [{ buildGateway, readGatewayConfig }, { createMemoryBus }, { createLogger }] = await Promise.all(
  ['services/gateway', 'packages/bus', 'packages/service-kit'].map(from),
);

const gateway = buildGateway(
  readGatewayConfig({ DATABASE_URL: 'postgres://unused', UBOT_INTERNAL_SECRET: 'unused'.repeat(8) }),
  { logger: createLogger({ service: 'gateway', level: 'silent' }), nowMs: Date.now, bus: createMemoryBus() },
);
const document = await gateway.describe();
await gateway.close();

const file = join(root, 'packages/contracts/src/generated/api.ts');
const head = '// Made from the OpenAPI document of the gateway: npm run client:generate. Do not change by hand.\n\n';
// Refuses a document that is not valid OpenAPI 3.1.
const types = astToString(await openapiTypescript(document));
const text = await format(head + types, { ...(await resolveConfig(file)), parser: 'typescript' });

if (process.argv.includes('--check')) {
  const current = existsSync(file) && readFileSync(file, 'utf8') === text;
  if (!current) console.error('The typed client is stale: npm run client:generate');
  process.exitCode = current ? 0 : 1;
} else {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
