import { describe, expect, it } from 'vitest';
import { compute } from '../oracles.testing.ts';

describe('heikin_ashi', () => {
  it('opens in the middle of the one before and closes at the mean of the four prices', () => {
    const candles = { open: [10, 14], high: [16, 20], low: [8, 12], close: [14, 18] };
    const outputs = Object.fromEntries(compute('heikin_ashi', [], candles));
    // First: opens at (10 + 14) / 2, closes at 48 / 4. Second: opens at (12 + 12) / 2, closes at 64 / 4.
    expect(outputs).toEqual({ open: [12, 12], high: [16, 20], low: [8, 12], close: [12, 16] });
  });

  it('reaches to its own open where the candle does not', () => {
    const candles = { open: [10, 20], high: [10, 20], low: [10, 20], close: [10, 20] };
    expect(compute('heikin_ashi', [], candles).get('low')).toEqual([10, 10]);
  });
});
