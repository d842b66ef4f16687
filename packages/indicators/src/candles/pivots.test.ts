import { describe, expect, it } from 'vitest';
import { compute } from '../oracles.testing.ts';

describe('pivots', () => {
  it('lays its levels around the mean of high, low and close', () => {
    const outputs = Object.fromEntries(compute('pivots', [], { high: [12], low: [6], close: [9] }));
    expect(outputs).toEqual({ pp: [9], r1: [12], s1: [6], r2: [15], s2: [3], r3: [18], s3: [0] });
  });
});
