import { describe, expect, it } from 'vitest';
import { compute } from '../oracles.testing.ts';

describe('vortex', () => {
  it('sums the distances from lows to highs and from highs to lows over the true ranges', () => {
    const candles = { high: [10, 12, 13], low: [8, 9, 11], close: [9, 11, 12] };
    // Up 4 and 4, down 1 and 1, true ranges 3 and 2.
    const { plus, minus } = Object.fromEntries(compute('vortex', [2], candles));
    expect([plus, minus]).toEqual([
      [NaN, NaN, 8 / 5],
      [NaN, NaN, 2 / 5],
    ]);
  });

  it('is unknown where nothing moves', () => {
    const flat = [5, 5, 5, 5];
    expect(compute('vortex', [2], { high: flat, low: flat, close: flat }).get('plus')).toEqual(flat.map(() => NaN));
  });
});
