import { describe, expect, it } from 'vitest';
import { compare, compute } from '../oracles.testing.ts';

describe('roc by hand', () => {
  it('roc(2) is the difference to two candles ago in per cent, of which 0 has none', () => {
    const ours = compute('roc', [2], { close: [0, 4, 9, 16] });
    expect(compare(ours.get('value')!, [null, null, null, 300], { absolute: 1e-12 })).toBe(1);
  });
});
