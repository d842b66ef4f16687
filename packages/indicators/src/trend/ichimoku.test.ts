import { describe, expect, it } from 'vitest';
import { compute } from '../oracles.testing.ts';

describe('ichimoku', () => {
  it('gives out the cloud of as many candles ago as the base line has', () => {
    const high = [2, 4, 6, 8, 10, 12];
    const outputs = Object.fromEntries(compute('ichimoku', [1, 2, 3], { high, low: high }));
    expect(outputs).toEqual({
      conversion: [2, 4, 6, 8, 10, 12],
      base: [NaN, 3, 5, 7, 9, 11],
      span_a: [NaN, NaN, NaN, 3.5, 5.5, 7.5],
      span_b: [NaN, NaN, NaN, NaN, 4, 6],
    });
  });
});
