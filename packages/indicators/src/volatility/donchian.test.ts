import { describe, expect, it } from 'vitest';
import { compute } from '../oracles.testing.ts';

describe('donchian', () => {
  it('spans the last candles, the current one included', () => {
    const { upper, middle, lower } = Object.fromEntries(compute('donchian', [2], { high: [5, 7, 6], low: [3, 4, 1] }));
    expect([upper, middle, lower]).toEqual([
      [NaN, 7, 7],
      [NaN, 5, 4],
      [NaN, 3, 1],
    ]);
  });
});
