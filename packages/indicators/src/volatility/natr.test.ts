import { describe, expect, it } from 'vitest';
import { compute } from '../oracles.testing.ts';

describe('natr', () => {
  it('is the average true range in percent of the close, unknown at a close of 0', () => {
    const candles = { high: [10, 11, 12, 10], low: [10, 9, 8, 0], close: [10, 10, 10, 0] };
    expect(compute('natr', [2], candles).get('value')).toEqual([NaN, NaN, 30, NaN]);
  });
});
