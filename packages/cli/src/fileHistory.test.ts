import { TIMEFRAME_MS, type Timeframe } from '@ubot/market';
import type { NumberNode } from '@ubot/strategy';
import { describe, expect, it } from 'vitest';
import type { CandleFile } from './csvCandles.ts';
import { historyOfFile } from './fileHistory.ts';

const MINUTE = 60_000;

/** Rows with the closes 0, 1, 2 …, so far apart. */
function fileOf(count: number, stepMs: number): CandleFile {
  const close = Float64Array.from({ length: count }, (_, i) => i);
  const openAtMs = close.map((i) => i * stepMs);
  return { openAtMs, open: close, high: close, low: close, close, volume: close, notes: [] };
}

const close: NumberNode = { kind: 'series', series: 'close', key: 'close', text: 'close' };
const closeAt = (timeframe: Timeframe): NumberNode => ({
  kind: 'frame',
  timeframe,
  of: close,
  key: `close @ ${timeframe}`,
  text: `close @ ${timeframe}`,
});

describe('a candle file as history', () => {
  it.each([
    // Minutes serve five minutes, too; ten minutes and seconds are folded to the first timeframe that they make up.
    [MINUTE, '1h', '5m', 59],
    [10 * MINUTE, '1h', '30m', 5],
    [10 * MINUTE, '1h', '15m', NaN],
    [10_000, '5m', '1m', 29],
    [TIMEFRAME_MS['1h'], '1h', '15m', NaN],
  ] as const)('with rows %i ms apart for %s also serves %s', (stepMs, timeframe, other, value) => {
    const { history } = historyOfFile(fileOf(360, stepMs), timeframe);
    expect(history.valueOf(closeAt(other), timeframe)[0]).toBe(value);
  });

  it('reads longer timeframes as of their last closed candle', () => {
    const { history, rows } = historyOfFile(fileOf(9, TIMEFRAME_MS['1h']), '1h');
    expect(Array.from(history.valueOf(closeAt('4h'), '1h'))).toEqual([NaN, NaN, NaN, 3, 3, 3, 3, 7, 7]);
    expect(rows.map(({ candle }) => candle)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('says that rows further apart than the timeframe leave candles out', () => {
    const { notes, rows } = historyOfFile(fileOf(3, TIMEFRAME_MS['1h']), '30m');
    expect(notes).toEqual(['The rows are 3600 s apart, further than 30m: what lies between counts as missing.']);
    expect(rows).toHaveLength(3);
  });

  it('of no rows has no candles', () => {
    const { history, rows, notes } = historyOfFile(fileOf(0, MINUTE), '1h');
    expect([history.openAtMs('1h').length, rows, notes]).toEqual([0, [], []]);
  });
});
