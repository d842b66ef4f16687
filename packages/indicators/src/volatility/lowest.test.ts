import { describe, expect, it } from 'vitest';
import { compute } from '../oracles.testing.ts';

describe('lowest', () => {
  it('is the smallest of the last values, the current one included', () => {
    const { value } = Object.fromEntries(compute('lowest', [3], { close: [5, 1, 4, 3, 2, 2, 5] }));
    expect(value).toEqual([NaN, NaN, 1, 1, 2, 2, 2]);
  });
});
