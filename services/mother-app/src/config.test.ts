import { readConfig } from '@ubot/service-kit';
import { expect, test } from 'vitest';
import { MOTHER_APP_CONFIG, retentionOf } from './config.ts';

const ENV = { DATABASE_URL: 'postgres://u@h/d', UBOT_INTERNAL_SECRET: 'x'.repeat(32) };
const read = (more: Record<string, string>) => readConfig(MOTHER_APP_CONFIG, { ...ENV, ...more });

test('without anything set the source is chosen on its own, at the cadence that the plan pays for', () => {
  const config = read({});
  expect([config.UBOT_SOURCE, config.CMC_API_KEY, config.CMC_COINS, config.UBOT_POLL_INTERVAL]).toEqual([
    'auto',
    undefined,
    200,
    undefined,
  ]);
  expect(retentionOf(config)).toEqual({
    tickers: 7,
    candles_1m: 14,
    candles_5m: 30,
    candles_15m: 90,
    candles_30m: 180,
    candles_1h: 730,
    candles_4h: 1_825,
    candles_12h: 3_650,
    candles_1d: 0,
    candles_1w: 0,
  });
});

test.each([
  ['UBOT_SOURCE', 'kraken'],
  ['UBOT_POLL_INTERVAL', '0'],
  ['UBOT_POLL_INTERVAL', '1.5'],
  ['CMC_COINS', '0'],
  ['CMC_BASE_URL', 'ftp://x'],
  ['MOTHER_APP_PORT', '70000'],
  ['UBOT_KEEP_TICKERS_DAYS', '-1'],
])('%s=%s is refused by name', (name, value) => {
  expect(() => read({ [name]: value })).toThrow(new RegExp(`^${name} must `));
});

test.each(['0', '8'])('1d candles kept for %s days leave enough to build a week from', (days) => {
  expect(retentionOf(read({ UBOT_KEEP_CANDLES_1D_DAYS: days })).candles_1d).toBe(Number(days));
});

test('1d candles kept for 7 days do not, and are refused', () => {
  expect(() => retentionOf(read({ UBOT_KEEP_CANDLES_1D_DAYS: '7' }))).toThrow(
    /^UBOT_KEEP_CANDLES_1D_DAYS must be 0 or at least 8/,
  );
});
