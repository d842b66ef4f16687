import { describe, expect, it } from 'vitest';
import { compare, compute } from '../oracles.testing.ts';

describe('stoch by hand', () => {
  it('stoch(2, 1, 2): 4 of a range of 5, then 2 of 4', () => {
    const ours = compute('stoch', [2, 1, 2], { high: [5, 6, 6], low: [1, 2, 4], close: [3, 5, 4] });
    expect(compare(ours.get('k')!, [null, 80, 50], { absolute: 1e-12 })).toBe(2);
    expect(compare(ours.get('d')!, [null, null, 65], { absolute: 1e-12 })).toBe(1);
  });

  it('stoch(2, 1, 2) has no place in a window of one price, and its average passes that over', () => {
    const ours = compute('stoch', [2, 1, 2], { high: [6, 4, 4, 6], low: [4, 4, 4, 4], close: [4, 4, 4, 5] });
    expect(compare(ours.get('k')!, [null, 0, null, 50], { absolute: 1e-12 })).toBe(2);
    expect(compare(ours.get('d')!, [null, null, null, 25], { absolute: 1e-12 })).toBe(1);
  });

  it('stoch(2, 1, 1) takes a close outside its candle as part of it', () => {
    const ours = compute('stoch', [2, 1, 1], { high: [5, 5], low: [1, 1], close: [3, 9] });
    expect(compare(ours.get('k')!, [null, 100], { absolute: 1e-12 })).toBe(1);
    expect(compare(ours.get('d')!, [null, 100], { absolute: 1e-12 })).toBe(1);
  });
});
