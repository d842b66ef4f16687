import { describe, expect, it } from 'vitest';
import { compare, compute } from '../oracles.testing.ts';

describe('tema by hand', () => {
  it('tema(2) of averages 5.5, 13 / 3 and 19 / 6', () => {
    const ours = compute('tema', [2], { close: [1, 2, 3, 7] });
    expect(compare(ours.get('value')!, [null, null, null, 3 * (5.5 - 13 / 3) + 19 / 6], { absolute: 1e-12 })).toBe(1);
  });
});
