import { describe, expect, it } from 'vitest';
import { compare, compute } from '../oracles.testing.ts';

describe('cmo by hand', () => {
  it('cmo(3) is the sum of three changes over the sum of their sizes', () => {
    const ours = compute('cmo', [3], { close: [10, 12, 11, 14, 14] });
    expect(compare(ours.get('value')!, [null, null, null, 400 / 6, 50], { absolute: 1e-12 })).toBe(2);
  });
});
