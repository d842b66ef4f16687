import { availableParallelism } from 'node:os';
import { UbotError } from '@ubot/contracts';
import {
  DATABASE_CONFIG,
  INTERNAL_CONFIG,
  LOG_CONFIG,
  defineConfig,
  envInteger,
  envSecret,
  envString,
  envUrl,
  readConfig,
  type Config,
  type Env,
} from '@ubot/service-kit';
import { parseShard, type Shard } from './shard.ts';

/** Ten workers where the machine has them. */
const MOST_WORKERS_BY_DEFAULT = 10;

export const SCANNER_CONFIG = defineConfig({
  ...LOG_CONFIG,
  ...DATABASE_CONFIG,
  ...INTERNAL_CONFIG,
  SCANNER_PORT: envInteger({
    default: 3002,
    minimum: 0,
    maximum: 65_535,
    about: 'Port of the scanner; 0 takes a free one.',
  }),
  SCANNER_HOST: envString({ default: '127.0.0.1', about: 'Address the scanner listens on.' }),
  SCANNER_WORKERS: envInteger({
    optional: true,
    minimum: 1,
    maximum: 64,
    about: 'Threads that evaluate strategies; by default ten, or as many as the machine has cores.',
  }),
  SCANNER_SHARD: envString({
    default: '0/1',
    about: 'Which strategies this scanner takes: shard i of n, written i/n, i from 0.',
  }),
  USER_MANAGER_URL: envUrl({
    protocols: ['http', 'https'],
    default: 'http://127.0.0.1:3003',
    about: 'Where user-manager answers.',
  }),
  UBOT_FEED_TOKEN: envSecret({
    optional: true,
    minimumChars: 16,
    pattern: /^[\x21-\x7e]+$/,
    about: 'Bearer token for feeds that post snapshots to the scanner; without it only services may.',
  }),
});

export type ScannerConfig = Config<typeof SCANNER_CONFIG>;

/** Errors: throws CONFIG_INVALID, naming the variable. */
export function readScannerConfig(env: Env): ScannerConfig {
  const config = readConfig(SCANNER_CONFIG, env);
  shardOf(config);
  return config;
}

export function shardOf({ SCANNER_SHARD }: ScannerConfig): Shard {
  const shard = parseShard(SCANNER_SHARD);
  if (shard !== null) return shard;
  throw new UbotError('CONFIG_INVALID', `SCANNER_SHARD must be i/n with 0 <= i < n, not "${SCANNER_SHARD}".`);
}

export function workersOf({ SCANNER_WORKERS }: ScannerConfig): number {
  return SCANNER_WORKERS ?? Math.max(1, Math.min(MOST_WORKERS_BY_DEFAULT, availableParallelism()));
}
