import { LIMITS, UbotError } from '@ubot/contracts';
import type { Retention } from '@ubot/db';
import {
  DATABASE_CONFIG,
  defineConfig,
  envEnum,
  envInteger,
  envSecret,
  envString,
  envUrl,
  INTERNAL_CONFIG,
  MODULES_CONFIG,
  type Config,
} from '@ubot/service-kit';
import { DEMO_COINS_DEFAULT, SOURCE_SETTINGS } from '@ubot/sources';

/** A longer timeframe is rebuilt from shorter candles, so each must stay at least as long as the next one lasts. */
const keepDays = (what: string, options: { days: number; minimum: number }) =>
  envInteger({
    default: options.days,
    minimum: 0,
    maximum: 36_500,
    about: `Days to keep ${what}; 0 keeps for ever, otherwise at least ${options.minimum}.`,
  });

const MINIMUM_DAYS = { UBOT_KEEP_CANDLES_1D_DAYS: 8 } as const;

export const MOTHER_APP_CONFIG = defineConfig({
  ...DATABASE_CONFIG,
  ...INTERNAL_CONFIG,
  MOTHER_APP_PORT: envInteger({ default: 3001, minimum: 0, maximum: 65_535, about: 'Port of mother-app; 0: any.' }),
  MOTHER_APP_HOST: envString({ default: '127.0.0.1', about: 'Address that mother-app listens on.' }),
  UBOT_SOURCE: envEnum({
    values: SOURCE_SETTINGS,
    default: 'auto',
    about:
      'Where prices come from. auto: the source of UBOT_MODULES_FILE if it names one, else CoinMarketCap where it answers, else the demo market.',
  }),
  ...MODULES_CONFIG,
  CMC_API_KEY: envSecret({ optional: true, about: 'API key of CoinMarketCap; without one its keyless path is used.' }),
  CMC_BASE_URL: envUrl({ default: 'https://pro-api.coinmarketcap.com', about: 'Address of CoinMarketCap.' }),
  CMC_COINS: envInteger({
    default: 200,
    minimum: 1,
    maximum: LIMITS.snapshotCoins,
    about: 'How many coins from the top of the ranking; every 200 cost one credit a poll.',
  }),
  UBOT_POLL_INTERVAL: envInteger({
    optional: true,
    minimum: 1,
    maximum: 86_400,
    about: 'Seconds between two polls, instead of the fastest cadence that the plan pays for.',
  }),
  DEMO_COINS: envInteger({
    default: DEMO_COINS_DEFAULT,
    minimum: 1,
    maximum: LIMITS.snapshotCoins,
    about: 'Coins of the demo market.',
  }),
  DEMO_SEED: envInteger({
    default: 1,
    minimum: 0,
    maximum: 4_294_967_295,
    about: 'The same seed makes the same demo market.',
  }),
  UBOT_KEEP_TICKERS_DAYS: keepDays('the prices of each poll', { days: 7, minimum: 1 }),
  UBOT_KEEP_CANDLES_1M_DAYS: keepDays('1m candles', { days: 14, minimum: 1 }),
  UBOT_KEEP_CANDLES_5M_DAYS: keepDays('5m candles', { days: 30, minimum: 1 }),
  UBOT_KEEP_CANDLES_15M_DAYS: keepDays('15m candles', { days: 90, minimum: 1 }),
  UBOT_KEEP_CANDLES_30M_DAYS: keepDays('30m candles', { days: 180, minimum: 1 }),
  UBOT_KEEP_CANDLES_1H_DAYS: keepDays('1h candles', { days: 730, minimum: 1 }),
  UBOT_KEEP_CANDLES_4H_DAYS: keepDays('4h candles', { days: 1_825, minimum: 1 }),
  UBOT_KEEP_CANDLES_12H_DAYS: keepDays('12h candles', { days: 3_650, minimum: 1 }),
  UBOT_KEEP_CANDLES_1D_DAYS: keepDays('1d candles', { days: 0, minimum: MINIMUM_DAYS.UBOT_KEEP_CANDLES_1D_DAYS }),
  UBOT_KEEP_CANDLES_1W_DAYS: keepDays('1w candles', { days: 0, minimum: 1 }),
});

export type MotherAppConfig = Config<typeof MOTHER_APP_CONFIG>;

/** Errors: throws CONFIG_INVALID for a retention too short to rebuild the next longer candles from. */
export function retentionOf(config: MotherAppConfig): Retention {
  const dailyKeep = config.UBOT_KEEP_CANDLES_1D_DAYS;
  const minimum = MINIMUM_DAYS.UBOT_KEEP_CANDLES_1D_DAYS;
  if (dailyKeep !== 0 && dailyKeep < minimum) {
    throw new UbotError(
      'CONFIG_INVALID',
      `UBOT_KEEP_CANDLES_1D_DAYS must be 0 or at least ${minimum}, because 1w candles are made of 1d candles.`,
    );
  }
  return {
    tickers: config.UBOT_KEEP_TICKERS_DAYS,
    candles_1m: config.UBOT_KEEP_CANDLES_1M_DAYS,
    candles_5m: config.UBOT_KEEP_CANDLES_5M_DAYS,
    candles_15m: config.UBOT_KEEP_CANDLES_15M_DAYS,
    candles_30m: config.UBOT_KEEP_CANDLES_30M_DAYS,
    candles_1h: config.UBOT_KEEP_CANDLES_1H_DAYS,
    candles_4h: config.UBOT_KEEP_CANDLES_4H_DAYS,
    candles_12h: config.UBOT_KEEP_CANDLES_12H_DAYS,
    candles_1d: dailyKeep,
    candles_1w: config.UBOT_KEEP_CANDLES_1W_DAYS,
  };
}
