import { describe, expect, it } from 'vitest';
import { compare, compute } from '../oracles.testing.ts';

describe('cci by hand', () => {
  it('cci(3) of prices 1, 2, 6: 3 above their mean, which they are 2 away from', () => {
    const ours = compute('cci', [3], { high: [1, 2, 7], low: [1, 2, 5], close: [1, 2, 6] });
    expect(compare(ours.get('value')!, [null, null, 100], { absolute: 1e-12 })).toBe(1);
  });
});
