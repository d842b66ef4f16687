import { describe, expect, it } from 'vitest';
import { compare, compute } from '../oracles.testing.ts';

describe('stoch_rsi by hand', () => {
  it('stoch_rsi(2, 2, 1, 1) of RSI 50, 75, 37.5 and 37.5, which has no range', () => {
    const ours = compute('stoch_rsi', [2, 2, 1, 1], { close: [10, 11, 10, 11, 10, 10] });
    expect(compare(ours.get('k')!, [null, null, null, 100, 0, null], { absolute: 1e-12 })).toBe(2);
    expect(compare(ours.get('d')!, [null, null, null, 100, 0, null], { absolute: 1e-12 })).toBe(2);
  });
});
