import { describe, expect, it } from 'vitest';
import { compute } from '../oracles.testing.ts';

describe('atr', () => {
  it('is the mean of the first true ranges, then moves by a part of the distance', () => {
    // True ranges 2, 4, 6: the mean of two is 3, then 3 + (6 - 3) / 2.
    const candles = { high: [10, 11, 12, 13], low: [10, 9, 8, 7], close: [10, 10, 10, 10] };
    expect(compute('atr', [2], candles).get('value')).toEqual([NaN, NaN, 3, 4.5]);
    expect(compute('atr', [1], candles).get('value')).toEqual([NaN, 2, 4, 6]);
  });
});
