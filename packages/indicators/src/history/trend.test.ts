import { describe, expect, it } from 'vitest';
import { computeIndicator } from '../compute.ts';
import { falling, rising } from './trend.ts';

const run = (definition: typeof rising, candles: number, values: readonly number[]) => [
  ...computeIndicator({ definition, params: [candles], inputs: [Float64Array.from(values)] })[0]!,
];

describe('rising and falling', () => {
  it.each([
    [1, [1, 2, 2, 1, 3], [NaN, 1, 0, 0, 1]],
    [2, [1, 2, 3, 4, 4, 5, 6], [NaN, NaN, 1, 1, 0, 0, 1]],
    [3, [1, 2, 3], [NaN, NaN, NaN]],
  ])('at each of the last %i candles, strictly', (candles, values, expected) => {
    expect(run(rising, candles, values)).toEqual(expected);
    const mirrored = values.map((value) => -value);
    expect(run(falling, candles, mirrored)).toEqual(expected);
  });

  it('are unknown while an unknown value takes part, no longer', () => {
    expect(run(rising, 2, [1, 2, 3, NaN, 5, 6, 7])).toEqual([NaN, NaN, 1, NaN, NaN, NaN, 1]);
    expect(run(rising, 1, [1, Infinity, 3, 4])).toEqual([NaN, NaN, NaN, 1]);
  });
});
