import { describe, expect, it } from 'vitest';
import { compare, compute } from '../oracles.testing.ts';

describe('ppo by hand', () => {
  it('ppo(1, 2, 2) of slow averages 2, 4 and 4', () => {
    const ours = compute('ppo', [1, 2, 2], { close: [1, 3, 5, 4] });
    expect(compare(ours.get('ppo')!, [null, 50, 25, 0], { absolute: 1e-12 })).toBe(3);
    expect(compare(ours.get('signal')!, [null, null, 37.5, 12.5], { absolute: 1e-12 })).toBe(2);
    expect(compare(ours.get('histogram')!, [null, null, -12.5, -12.5], { absolute: 1e-12 })).toBe(2);
  });

  it('ppo(1, 2, 1) passes over a slow average of 0', () => {
    const ours = compute('ppo', [1, 2, 1], { close: [0, 0, 3] });
    expect(compare(ours.get('ppo')!, [null, null, 50], { absolute: 1e-12 })).toBe(1);
    expect(compare(ours.get('signal')!, [null, null, 50], { absolute: 1e-12 })).toBe(1);
    expect(compare(ours.get('histogram')!, [null, null, 0], { absolute: 1e-12 })).toBe(1);
  });
});
