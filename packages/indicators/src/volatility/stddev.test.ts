import { describe, expect, it } from 'vitest';
import { compute } from '../oracles.testing.ts';

describe('stddev', () => {
  it('divides by the count, not by one less', () => {
    // Mean 5; squares 9 1 1 1 0 0 4 16, 32 in all; a mean of 4.
    expect(compute('stddev', [8], { close: [2, 4, 4, 4, 5, 5, 7, 9] }).get('value')![7]).toBe(2);
  });

  it('keeps its digits around 1e12 and at 1e-9', () => {
    expect(compute('stddev', [2], { close: [1e12, 1e12 + 2] }).get('value')).toEqual([NaN, 1]);
    expect(compute('stddev', [2], { close: [1e-9, 3e-9] }).get('value')![1]).toBeCloseTo(1e-9, 20);
  });
});
