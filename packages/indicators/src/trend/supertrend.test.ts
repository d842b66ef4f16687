import { describe, expect, it } from 'vitest';
import { compute } from '../oracles.testing.ts';

describe('supertrend', () => {
  it('keeps its stop until a close passes it', () => {
    // Every true range is 2 but the last, so the stops are 2 away from the middle of the candle.
    const candles = { high: [11, 11, 13, 12, 9], low: [9, 9, 11, 10, 7], close: [10, 10, 12, 11, 7] };
    const { supertrend, direction } = Object.fromEntries(compute('supertrend', [1, 1], candles));
    // Candle 3: range 3, lower band 12 - 3 = 9. Candle 4: range 2, 11 - 2 = 9. Candle 5: the close of 7 passes 9;
    // range 11 - 7 = 4, upper band 8 + 4 = 12.
    expect(supertrend).toEqual([NaN, 8, 9, 9, 12]);
    expect(direction).toEqual([NaN, 1, 1, 1, -1]);
  });
});
