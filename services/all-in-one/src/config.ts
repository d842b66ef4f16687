import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { UbotError } from '@ubot/contracts';
import {
  defineConfig,
  envEnum,
  envSecret,
  envString,
  envUrl,
  readConfig,
  type Config,
  type Env,
} from '@ubot/service-kit';

/** What `npm start` decides for itself; everything else is the services' own. */
export const ALL_IN_ONE_CONFIG = defineConfig({
  UBOT_DATA_DIR: envString({
    default: './data',
    about: 'Where `npm start` keeps its database, its secrets and its log.',
  }),
  DATABASE_URL: envUrl({
    optional: true,
    protocols: ['postgres', 'postgresql'],
    secret: true,
    about: 'An existing PostgreSQL, 15 or newer, to use instead of the embedded one.',
  }),
  UBOT_INTERNAL_SECRET: envSecret({
    optional: true,
    minimumChars: 32,
    about: 'What services sign their calls to each other with; `npm start` makes one.',
  }),
  UBOT_LOG: envEnum({
    values: ['file', 'stdout'],
    default: 'file',
    about: 'Where `npm start` logs: to ubot.log in the data directory, or to the terminal.',
  }),
});

export type AllInOneConfig = Config<typeof ALL_IN_ONE_CONFIG>;

/** The environment over `.env` of the folder that uBot was started in. */
export function environmentWithDotEnv(env: Env, folder: string): Env {
  let text: string;
  try {
    text = readFileSync(join(folder, '.env'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return env;
    throw new UbotError('CONFIG_INVALID', `.env in ${folder} cannot be read.`, { cause: error });
  }
  return { ...parseEnv(text), ...env };
}

export function readAllInOneConfig(env: Env): AllInOneConfig {
  const config = readConfig(ALL_IN_ONE_CONFIG, env);
  return { ...config, UBOT_DATA_DIR: resolve(config.UBOT_DATA_DIR) };
}
