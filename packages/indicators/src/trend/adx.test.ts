import { describe, expect, it } from 'vitest';
import { compute } from '../oracles.testing.ts';

describe('adx', () => {
  it('is 100 in a rise without any fall, all of whose range is movement up', () => {
    const close = [1, 2, 3, 4, 5];
    const outputs = Object.fromEntries(compute('adx', [2], { high: close, low: close, close }));
    expect(outputs).toEqual({
      adx: [NaN, NaN, NaN, 100, 100],
      plus_di: [NaN, NaN, 100, 100, 100],
      minus_di: [NaN, NaN, 0, 0, 0],
    });
  });

  it('takes the larger movement only, as a share of the true range', () => {
    // Movement up 2, then down 3 (its high rose by 1 only); true ranges 3 and 5.
    const candles = { high: [10, 12, 13], low: [9, 9, 6], close: [9, 11, 11] };
    const outputs = Object.fromEntries(compute('adx', [2], candles));
    expect(outputs['plus_di']![2]).toBeCloseTo((100 * 2) / 10, 12);
    expect(outputs['minus_di']![2]).toBeCloseTo((100 * 3) / 10, 12);
  });

  it('has no directed movement between candles within each other, and nothing at all at a standstill', () => {
    const inside = { high: [20, 19, 18, 17, 16], low: [1, 2, 3, 4, 5], close: [9, 9, 9, 9, 9] };
    expect(compute('adx', [2], inside).get('adx')).toEqual([NaN, NaN, NaN, 0, 0]);
    const flat = [5, 5, 5, 5, 5];
    expect(compute('adx', [2], { high: flat, low: flat, close: flat }).get('plus_di')).toEqual(flat.map(() => NaN));
  });
});
