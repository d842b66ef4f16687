import { describe, expect, it } from 'vitest';
import { compute } from '../oracles.testing.ts';

describe('tr', () => {
  it('is high - low within the close before, and reaches to that close across a jump', () => {
    const candles = { high: [10, 12, 20, 6], low: [8, 9, 18, 5], close: [9, 11, 19, 5] };
    expect(compute('tr', [], candles).get('value')).toEqual([NaN, 3, 9, 14]);
  });
});
