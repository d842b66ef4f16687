import { describe, expect, it } from 'vitest';
import { compute } from '../oracles.testing.ts';

describe('highest', () => {
  it('is the largest of the last values, the current one included', () => {
    const { value } = Object.fromEntries(compute('highest', [3], { close: [1, 5, 2, 3, 4, 4, 1] }));
    expect(value).toEqual([NaN, NaN, 5, 5, 4, 4, 4]);
  });
});
