/**
 * Writes the secret files that docker-compose.yml reads, once: what exists is kept. Secrets that only you can know
 * (the CoinMarketCap key, the Twilio token, the mail server's address) are made as empty files, which means "not set"; put yours in and restart.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..', 'deploy', 'secrets');
mkdirSync(folder, { recursive: true, mode: 0o700 });

/** Containers run as another user than the owner of these files, so the files are readable and the folder is not. */
function once(name, make) {
  const file = join(folder, name);
  if (!existsSync(file)) {
    writeFileSync(file, make(), { mode: 0o644 });
    console.log(`wrote ${file}`);
  }
  return readFileSync(file, 'utf8');
}

const password = once('postgres_password', () => randomBytes(24).toString('hex'));
once('database_url', () => `postgres://ubot:${password}@postgres:5432/ubot`);
once('internal_secret', () => randomBytes(32).toString('hex'));
once('operator_token', () => randomBytes(24).toString('base64url'));
const ONLY_YOURS = [
  'feed_token',
  'cmc_api_key',
  'twilio_auth_token',
  'smtp_url',
  'oidc_client_secret',
  'telegram_bot_token',
  'pushover_token',
];
for (const name of ONLY_YOURS) once(name, () => '');
