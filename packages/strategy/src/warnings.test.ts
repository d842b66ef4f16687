import { describe, expect, it } from 'vitest';
import { check, codesOf } from './check.testing.ts';
import { checkCondition } from './door.ts';

describe('a warning', () => {
  it.each([
    ['rsi(14) > 120', 'NEVER'],
    ['rsi(14) > 100', 'NEVER'],
    ['rsi(14) >= 100', null],
    ['rsi(14) >= 0', 'ALWAYS'],
    ['rsi(14) > 0', null],
    ['sma(rsi(14), 5) > 100', 'NEVER'],
    ['70 < rsi(14) < 30', 'NEVER'],
    ['30 < rsi(14) < 70', null],
    ['rsi(14) == 101', 'NEVER'],
    ['rsi(14) != 101', 'ALWAYS'],
    ['rsi(14) crosses above 100', 'NEVER'],
    ['rsi(14) crosses below 100', null],
    ['rsi(14) crosses 101', 'NEVER'],
    ['close < 0', 'NEVER'],
    ['abs(percent_change_1h) < 0', 'NEVER'],
    ['min(rsi(14), 200) > 100', 'NEVER'],
    ['-rsi(14) > 0', 'NEVER'],
    ['rsi(14) + rsi(7) > 200', 'NEVER'],
    ['rsi(14) - 100 > 0', 'NEVER'],
    ['market.btc_dominance > 100', 'NEVER'],
    ['rank < 1', 'NEVER'],
    ['1 < 2', 'ALWAYS'],
    ['percent_change_1h < -100', null],
    ['bbands(20, 2).lower < 0', null],
    ['macd() < 0', null],
    ['rsi(14) * 2 > 500', null],
  ])('of %s: %s', (text, outcome) => {
    expect(check(text).ok).toBe(true);
    expect(codesOf(text)).toEqual(outcome === null ? [] : [`WARNING_${outcome}_TRUE ${text}`]);
  });

  it('does not stop a save, and marks the part it is about', () => {
    expect(check('close > 5 and rsi(14) > 120')).toMatchObject({
      ok: true,
      diagnostics: [
        { code: 'WARNING_NEVER_TRUE', severity: 'warning', from: 14, to: 27, message: 'This is never true.' },
      ],
    });
  });

  it('says that an evaluation on snapshots may repaint', () => {
    const codes = (on: 'snapshot' | 'candle_close'): string[] =>
      checkCondition({ text: 'close > 5', timeframe: '1h', on }).diagnostics.map(({ code }) => code);
    expect(codes('snapshot')).toEqual(['WARNING_MAY_REPAINT']);
    expect(codes('candle_close')).toEqual([]);
  });
});
