import { describe, expect, it } from 'vitest';
import { compute } from '../oracles.testing.ts';

describe('chandelier', () => {
  it('hangs below the highest high and above the lowest low', () => {
    // True ranges 2 and 4, their mean 3, twice that is 6; the window is the last two candles.
    const candles = { high: [10, 11, 12], low: [10, 9, 8], close: [10, 10, 10] };
    const { long, short } = Object.fromEntries(compute('chandelier', [2, 2], candles));
    expect([long, short]).toEqual([
      [NaN, NaN, 6],
      [NaN, NaN, 14],
    ]);
  });
});
