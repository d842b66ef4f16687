import { describe, expect, it } from 'vitest';
import { checkCondition } from './door.ts';
import { warmUpOf } from './warmUp.ts';

const needed = (number: string): string => {
  const checked = checkCondition({ text: `${number} > 0`, timeframe: '1h' });
  if (!checked.ok || checked.plan.root.kind !== 'compare') throw new Error(number);
  const { candles, timeframe } = warmUpOf(checked.plan.root.left, '1h');
  return `${candles} of ${timeframe}`;
};

describe('the candles that a number needs', () => {
  it.each([
    ['close', '1 of 1h'],
    ['close[2]', '3 of 1h'],
    ['sma(20)', '20 of 1h'],
    ['rsi(14)', '15 of 1h'],
    ['sma(rsi(14), 3)', '17 of 1h'],
    ['sma(20) - sma(50)', '50 of 1h'],
    ['sma(20) @ 4h', '20 of 4h'],
    // The one that takes the longest: 20 candles of 4h are 80 hours.
    ['max(sma(50), sma(20) @ 4h)', '20 of 4h'],
    ['abs(-close)', '1 of 1h'],
  ])('%s: %s', (number, expected) => {
    expect(needed(number)).toBe(expected);
  });
});
