import { describe, expect, it } from 'vitest';
import { compare, compute } from '../oracles.testing.ts';

describe('tsi by hand', () => {
  it('tsi(1, 2, 2) of gains 1.5 and 0.5, losses 0 and 2 / 3', () => {
    const ours = compute('tsi', [1, 2, 2], { close: [10, 11, 13, 12] });
    expect(compare(ours.get('tsi')!, [null, null, 100, -100 / 7], { absolute: 1e-12 })).toBe(2);
    expect(compare(ours.get('signal')!, [null, null, null, 300 / 7], { absolute: 1e-12 })).toBe(1);
  });
});
