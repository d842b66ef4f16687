import { describe, expect, it } from 'vitest';
import { compute } from '../oracles.testing.ts';

describe('psar', () => {
  it('follows a rise from the low before it, faster with each new high, but never into the last two candles', () => {
    const candles = { high: [10, 11, 12, 13], low: [9, 10, 11, 12] };
    const { value } = Object.fromEntries(compute('psar', [0.1, 0.2], candles));
    // 9; + 0.1 × (11 - 9) = 9.2; + 0.2 × (12 - 9.2) = 9.76.
    expect(value!.map((stop) => Number(stop.toFixed(9)))).toEqual([NaN, 9, 9.2, 9.76]);
  });

  it('turns on the candle that touches it, to the extreme of the run', () => {
    const candles = { high: [10, 11, 10.5], low: [9, 10, 9.2] };
    expect(compute('psar', [0.1, 0.2], candles).get('value')).toEqual([NaN, 9, 11]);
    const above = { high: [10, 11, 10.5], low: [9, 10, 9.3] };
    expect(compute('psar', [0.1, 0.2], above).get('value')![2]).toBeCloseTo(9.2, 12);
  });

  it('begins downward when the low fell further than the high rose', () => {
    expect(compute('psar', [0.1, 0.2], { high: [10, 9.5], low: [9, 8] }).get('value')).toEqual([NaN, 10]);
    expect(compute('psar', [0.1, 0.2], { high: [10, 11], low: [9, 9.5] }).get('value')).toEqual([NaN, 9]);
  });
});
