import { describe, expect, it } from 'vitest';
import { compare, compute } from '../oracles.testing.ts';

describe('wma by hand', () => {
  it('wma(3) weighs 3 : 2 : 1, the newest most', () => {
    const ours = compute('wma', [3], { close: [1, 2, 4, 8] });
    expect(compare(ours.get('value')!, [null, null, 17 / 6, 34 / 6], { absolute: 1e-12 })).toBe(2);
  });
});
