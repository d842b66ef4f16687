import { hasSharedData, NO_SHARED_DATA } from '@ubot/testing';
import { describe, expect, it } from 'vitest';
import { compute, talibCandles, talibResults } from '../oracles.testing.ts';
import { PATTERNS } from './patterns.ts';

const candlesOf = (rows: readonly (readonly [number, number, number, number])[]) => ({
  open: rows.map(([open]) => open),
  high: rows.map(([, high]) => high),
  low: rows.map(([, , low]) => low),
  close: rows.map(([, , , close]) => close),
});
const last = (name: string, rows: readonly (readonly [number, number, number, number])[]) =>
  compute(name, [], candlesOf(rows)).get('value')!.at(-1);

describe('patterns by hand: open, high, low, close', () => {
  it.each([
    ['doji', [[10, 11, 9, 10]], 1],
    ['doji', [[10, 12, 9, 11.5]], 0],
    ['bullish_marubozu', [[10, 12, 10, 12]], 1],
    ['bullish_engulfing', [[11, 11.2, 9.8, 10], [9.5, 12, 9.4, 11.8]], 1],
    ['bullish_engulfing', [[10, 11.2, 9.8, 11], [9.5, 12, 9.4, 11.8]], 0],
    ['bearish_engulfing', [[10, 11.2, 9.8, 11], [11.5, 11.6, 9.2, 9.5]], 1],
    ['three_white_soldiers', [[10, 12.1, 9.9, 12], [11, 13.1, 10.9, 13], [12, 14.1, 11.9, 14]], 1],
    ['three_black_crows', [[14, 14.1, 11.9, 12], [13, 13.1, 10.9, 11], [12, 12.1, 9.9, 10]], 1],
  ] as const)('%s over %j is %d', (name, rows, expected) => expect(last(name, rows)).toBe(expected)); // prettier-ignore

  it('are unknown until as many candles were seen as they span', () => {
    const rows = Array.from({ length: 6 }, () => [10, 12, 9, 11] as const);
    for (const { name, warmUp } of PATTERNS) {
      const values = compute(name, [], candlesOf(rows)).get('value')!;
      expect([name, values.findIndex((value) => !Number.isNaN(value))]).toEqual([name, warmUp([]) - 1]);
    }
  });
});

describe.skipIf(!hasSharedData)(`TA-Lib's patterns${NO_SHARED_DATA}`, () => {
  // In the other file every candle opens where the one before it closed, so that none engulfs another.
  const file = 'BTCUSDT_1h';
  // Both draw the lines of doji and hammer elsewhere (TA-Lib against the average body of the last ten candles), so that only
  // engulfing candles can be compared one by one; TA-Lib also takes bodies that are equal at one end.
  it('an engulfing candle is one of theirs', () => {
    const theirs = talibResults(file, 'CDLENGULFING')[0]!.outputs.get('output')!;
    const ours = {
      up: compute('bullish_engulfing', [], talibCandles(file)).get('value')!,
      down: compute('bearish_engulfing', [], talibCandles(file)).get('value')!,
    };
    const found = theirs.flatMap((_, at) => (ours.up[at] === 1 ? [[at, 1]] : ours.down[at] === 1 ? [[at, -1]] : []));
    expect(found.length).toBeGreaterThan(20);
    const agreeing = found.filter(([at, sign]) => Math.sign(theirs[at!] ?? 0) === sign);
    expect(agreeing.length / found.length).toBeGreaterThan(0.9);
  });
});
