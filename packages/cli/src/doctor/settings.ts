import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv, promisify } from 'node:util';
import {
  defineConfig,
  envEnum,
  envInteger,
  envSecret,
  envString,
  envUrl,
  MODULES_CONFIG,
  type Config,
  type Env,
} from '@ubot/service-kit';
import { SOURCE_SETTINGS } from '@ubot/sources';

const run = promisify(execFile);
const MAIN = fileURLToPath(new URL('../../../../services/all-in-one/dist/main.js', import.meta.url));
const ANSWER_LIMIT_MS = 20_000;

/** The settings that doctor itself tries out. Whether all of them can be used, the services say: see `settingsMistake`. */
export const DOCTOR_CONFIG = defineConfig({
  UBOT_DATA_DIR: envString({ default: './data', about: 'The data directory.' }),
  UBOT_HOST: envString({ default: '127.0.0.1', about: 'Where uBot answers.' }),
  UBOT_PORT: envInteger({ default: 3000, minimum: 0, maximum: 65_535, about: 'Where uBot answers.' }),
  DATABASE_URL: envUrl({
    optional: true,
    protocols: ['postgres', 'postgresql'],
    secret: true,
    about: 'A PostgreSQL of your own.',
  }),
  UBOT_SOURCE: envEnum({ values: SOURCE_SETTINGS, default: 'auto', about: 'Where prices come from.' }),
  ...MODULES_CONFIG,
  CMC_API_KEY: envSecret({ optional: true, about: 'The key of CoinMarketCap.' }),
  CMC_BASE_URL: envUrl({ default: 'https://pro-api.coinmarketcap.com', about: 'Where CoinMarketCap answers.' }),
  CMC_COINS: envInteger({ default: 200, minimum: 1, maximum: 20_000, about: 'How many coins.' }),
  TWILIO_ACCOUNT_SID: envString({ optional: true, about: 'The Twilio account.' }),
  TWILIO_AUTH_TOKEN: envSecret({ optional: true, about: 'Its token.' }),
  TWILIO_FROM: envString({ optional: true, about: 'The sender of SMS.' }),
  TWILIO_MESSAGING_SERVICE_SID: envString({ optional: true, about: 'Or a messaging service.' }),
  UBOT_PUBLIC_URL: envUrl({ optional: true, about: 'Where providers reach uBot.' }),
});

export type DoctorConfig = Config<typeof DOCTOR_CONFIG>;

/** The environment over `.env`, as `npm start` reads them. */
export function environment(env: Env, folder: string): Env {
  try {
    return { ...parseEnv(readFileSync(join(folder, '.env'), 'utf8')), ...env };
  } catch {
    return env;
  }
}

/** The sentence with which `npm start` would refuse these settings; null: it would not. */
export async function settingsMistake(env: Env): Promise<string | null> {
  try {
    await run(process.execPath, [MAIN, '--check-settings'], { env: { ...env }, timeout: ANSWER_LIMIT_MS });
    return null;
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim().split('\n').at(-1) ?? String(error);
    return said.replace(/^uBot: /, '');
  }
}
