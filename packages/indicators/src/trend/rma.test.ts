import { describe, expect, it } from 'vitest';
import { compare, compute } from '../oracles.testing.ts';

describe('rma by hand', () => {
  it('rma(3) starts from the mean of three and then moves by a third of the distance', () => {
    const ours = compute('rma', [3], { close: [3, 6, 9, 12, 0] });
    expect(compare(ours.get('value')!, [null, null, 6, 8, 16 / 3], { absolute: 1e-12 })).toBe(3);
  });
});
