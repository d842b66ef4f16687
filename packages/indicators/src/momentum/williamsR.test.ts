import { describe, expect, it } from 'vitest';
import { compare, compute } from '../oracles.testing.ts';

describe('williams_r by hand', () => {
  it('williams_r(2) is 1 below the high of a range of 5', () => {
    const ours = compute('williams_r', [2], { high: [5, 6], low: [1, 2], close: [3, 5] });
    expect(compare(ours.get('value')!, [null, -20], { absolute: 1e-12 })).toBe(1);
  });
});
