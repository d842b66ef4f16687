import { describe, expect, it } from 'vitest';
import { compare, compute } from '../oracles.testing.ts';

describe('vwma by hand', () => {
  it('vwma(2) weighs by volume, and knows nothing without any', () => {
    const ours = compute('vwma', [2], { close: [10, 20, 30, 40], volume: [1, 3, 0, 0] });
    expect(compare(ours.get('value')!, [null, 17.5, 20, null], { absolute: 1e-12 })).toBe(2);
  });
});
