import { describe, expect, it } from 'vitest';
import { parseCandlesArgs } from './candlesArgs.ts';

const refused = (detail: unknown) => ({ ok: false, failure: { code: 'VALIDATION_FAILED', detail } });

describe('the options of commands that read candles', () => {
  it('come in any order, with = or a space', () => {
    const expected = { ok: true, value: { path: 'a.csv', timeframe: '1h', rest: ['rsi(14)', 'ema(9)'] } };
    expect(parseCandlesArgs(['--candles', 'a.csv', '--timeframe', '1h', 'rsi(14)', 'ema(9)'])).toEqual(expected);
    expect(parseCandlesArgs(['rsi(14)', '--timeframe=1h', 'ema(9)', '--candles=a.csv'])).toEqual(expected);
    expect(parseCandlesArgs(['--candles', 'a.csv'])).toMatchObject({ value: { timeframe: null, rest: [] } });
  });

  it.each([
    [[], '--candles FILE.csv is missing.'],
    [['--candles='], '--candles FILE.csv is missing.'],
    [['--candles'], expect.stringContaining('--candles')],
    [['--candle', 'a.csv'], expect.stringContaining("'--candle'")],
    [
      ['--candles', 'a.csv', '--timeframe', '2h'],
      '--timeframe is 2h; it must be one of 1m, 5m, 15m, 30m, 1h, 4h, 12h, 1d, 1w.',
    ],
  ])('are refused: %j', (args, detail) => {
    expect(parseCandlesArgs(args)).toEqual(refused(detail));
  });
});
