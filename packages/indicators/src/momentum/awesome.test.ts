import { describe, expect, it } from 'vitest';
import { compare, compute } from '../oracles.testing.ts';

describe('awesome by hand', () => {
  it('awesome(1, 2) of middles 1, 4 and 5', () => {
    const ours = compute('awesome', [1, 2], { high: [2, 6, 7], low: [0, 2, 3] });
    expect(compare(ours.get('value')!, [null, 1.5, 0.5], { absolute: 1e-12 })).toBe(2);
  });
});
