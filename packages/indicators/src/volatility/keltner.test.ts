import { describe, expect, it } from 'vitest';
import { compute } from '../oracles.testing.ts';

describe('keltner', () => {
  it('stands its true ranges above and below the exponential average', () => {
    // True ranges 2 and 4, their mean 3; the average of equal closes is that close.
    const candles = { high: [10, 11, 12], low: [10, 9, 8], close: [10, 10, 10] };
    const { upper, middle, lower } = Object.fromEntries(compute('keltner', [1, 2, 2], candles));
    expect([upper, middle, lower]).toEqual([
      [NaN, NaN, 16],
      [10, 10, 10],
      [NaN, NaN, 4],
    ]);
  });
});
