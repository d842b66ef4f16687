import { describe, expect, it } from 'vitest';
import { compare, compute } from '../oracles.testing.ts';

describe('ultimate by hand', () => {
  it('ultimate(1, 2, 3) of pressures 2, 0, 3 in ranges 3, 2, 4', () => {
    const ours = compute('ultimate', [1, 2, 3], {
      high: [10, 12, 12, 14],
      low: [10, 9, 10, 11],
      close: [10, 11, 10, 13],
    });
    expect(
      compare(ours.get('value')!, [null, null, null, (100 * (4 * (3 / 4) + 2 * (3 / 6) + 5 / 9)) / 7], {
        absolute: 1e-12,
      }),
    ).toBe(1);
  });
});
