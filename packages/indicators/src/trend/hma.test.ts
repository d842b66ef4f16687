import { describe, expect, it } from 'vitest';
import { compare, compute } from '../oracles.testing.ts';

describe('hma by hand', () => {
  it('hma(4) weighs the last two of 2 wma(2) - wma(4)', () => {
    const ours = compute('hma', [4], { close: [1, 2, 3, 4, 6] });
    expect(
      compare(ours.get('value')!, [null, null, null, null, (13 / 3 + 2 * (32 / 3 - 4.4)) / 3], { absolute: 1e-12 }),
    ).toBe(1);
  });
});
