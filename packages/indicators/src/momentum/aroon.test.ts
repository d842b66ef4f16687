import { describe, expect, it } from 'vitest';
import { compare, compute } from '../oracles.testing.ts';

describe('aroon by hand', () => {
  it('aroon(2): of equal lows the latest counts', () => {
    const ours = compute('aroon', [2], { high: [3, 5, 4, 4], low: [1, 2, 1, 3] });
    expect(compare(ours.get('up')!, [null, null, 50, 0], { absolute: 1e-12 })).toBe(2);
    expect(compare(ours.get('down')!, [null, null, 100, 50], { absolute: 1e-12 })).toBe(2);
    expect(compare(ours.get('oscillator')!, [null, null, -50, -50], { absolute: 1e-12 })).toBe(2);
  });
});
