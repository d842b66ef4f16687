import { describe, expect, it } from 'vitest';
import { compare, compute } from '../oracles.testing.ts';

describe('dema by hand', () => {
  it('dema(2): twice the average less its own average, seeded with the mean of its first two', () => {
    const ours = compute('dema', [2], { close: [1, 2, 3, 7] });
    expect(compare(ours.get('value')!, [null, null, 3, 20 / 3], { absolute: 1e-12 })).toBe(2);
  });
});
