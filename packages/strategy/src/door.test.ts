import { describe, expect, it } from 'vitest';
import { parseIndicatorCall } from './door.ts';

function callOf(text: string): [string, string, number, boolean] {
  const parsed = parseIndicatorCall(text);
  if (!parsed.ok) throw new Error(parsed.failure.detail);
  const { key, output, outputIndex, outputNamed } = parsed.value;
  return [key, output, outputIndex, outputNamed];
}

describe('an indicator on the command line', () => {
  it.each([
    ['rsi(14)', 'rsi(14)', 'value', 0, false],
    [' RSI ( 14 ) ', 'rsi(14)', 'value', 0, false],
    ['rsi()', 'rsi(14)', 'value', 0, false],
    ['sma(volume_24h, 20)', 'sma(volume_24h, 20)', 'value', 0, false],
    ['ema(rsi(14), 9)', 'ema(rsi(14), 9)', 'value', 0, false],
    ['macd(12,26,9)', 'macd(12, 26, 9).macd', 'macd', 0, false],
    ['macd(12,26,9).signal', 'macd(12, 26, 9).signal', 'signal', 1, true],
    ['bbands(20,2)', 'bbands(20, 2).upper', 'upper', 0, false],
    ['bbands(20,2).lower', 'bbands(20, 2).lower', 'lower', 2, true],
  ])('%s', (text, key, output, outputIndex, outputNamed) => {
    expect(callOf(text)).toEqual([key, output, outputIndex, outputNamed]);
  });

  it.each([
    ['rsii(14)', 'INDICATOR_UNKNOWN', 'Unknown function or indicator `rsii`. Did you mean `rsi`?'],
    ['rsi(1)', 'CONDITION_PARAM_RANGE', '`period` of `rsi` must be from 2 to 5,000; 1 is not.'],
    ['rsi(14', 'CONDITION_SYNTAX', 'This `(` is never closed.'],
    ['rsi', 'CONDITION_ARITY', '`rsi` needs its parameters. Write `rsi(14)`.'],
    ['close', 'CONDITION_TYPE', 'This is not an indicator. Write one such as `rsi(14)`.'],
    ['rsi(14) + 1', 'CONDITION_TYPE', 'This is not an indicator. Write one such as `rsi(14)`.'],
    ['rsi(14) < 30', 'CONDITION_TYPE', 'A yes/no stands where a number is wanted.'],
    ['', 'CONDITION_SYNTAX', 'The condition is empty. Write a yes/no question, such as `rsi(14) < 30`.'],
  ])('%j is refused', (text, code, detail) => {
    expect(parseIndicatorCall(text)).toEqual({ ok: false, failure: { code, detail } });
  });
});
