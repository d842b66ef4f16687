import { describe, expect, it } from 'vitest';
import { compare, compute } from '../oracles.testing.ts';

describe('momentum by hand', () => {
  it('momentum(2) is the difference to two candles ago', () => {
    const ours = compute('momentum', [2], { close: [1, 4, 9, 16] });
    expect(compare(ours.get('value')!, [null, null, 8, 12], { absolute: 1e-12 })).toBe(2);
  });
});
