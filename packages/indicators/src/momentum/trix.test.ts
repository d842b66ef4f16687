import { describe, expect, it } from 'vitest';
import { compare, compute } from '../oracles.testing.ts';

describe('trix by hand', () => {
  it('trix(1) is the change in per cent', () => {
    const ours = compute('trix', [1], { close: [1, 2, 3] });
    expect(compare(ours.get('value')!, [null, 100, 50], { absolute: 1e-12 })).toBe(2);
  });

  it('trix(2) is the change of the third average, from 19 / 6 by 47 / 27', () => {
    const ours = compute('trix', [2], { close: [1, 2, 3, 7, 7] });
    expect(
      compare(ours.get('value')!, [null, null, null, null, (100 * (47 / 27)) / (19 / 6)], { absolute: 1e-12 }),
    ).toBe(1);
  });
});
