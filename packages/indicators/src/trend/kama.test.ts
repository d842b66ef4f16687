import { describe, expect, it } from 'vitest';
import { compare, compute } from '../oracles.testing.ts';

describe('kama by hand', () => {
  it('kama(2, 1, 3) follows a straight move at once, and a move to and fro by a quarter', () => {
    const ours = compute('kama', [2, 1, 3], { close: [1, 2, 3, 2] });
    expect(compare(ours.get('value')!, [null, null, 3, 2.75], { absolute: 1e-12 })).toBe(2);
  });

  it('kama(2, 2, 3) is slow where nothing moves', () => {
    const ours = compute('kama', [2, 2, 3], { close: [1, 2, 4, 4, 4] });
    expect(
      compare(ours.get('value')!, [null, null, 26 / 9, 274 / 81, 274 / 81 + 0.25 * (4 - 274 / 81)], {
        absolute: 1e-12,
      }),
    ).toBe(3);
  });
});
