import { describe, expect, it } from 'vitest';
import { computeIndicator } from '../compute.ts';
import { past } from './past.ts';

const pastOf = (candles: number, values: readonly number[]) => [
  ...computeIndicator({ definition: past, params: [candles], inputs: [Float64Array.from(values)] })[0]!,
];

describe('past', () => {
  it.each([
    [1, [NaN, 1, 2, 3, 4]],
    [2, [NaN, NaN, 1, 2, 3]],
    [4, [NaN, NaN, NaN, NaN, 1]],
    [5, [NaN, NaN, NaN, NaN, NaN]],
  ])('%i candles ago', (candles, expected) => {
    expect(pastOf(candles, [1, 2, 3, 4, 5])).toEqual(expected);
  });

  it('counts an unknown value as a candle, and gives it out again', () => {
    expect(pastOf(2, [1, NaN, 3, 4])).toEqual([NaN, NaN, 1, NaN]);
  });

  it('peeks without keeping', () => {
    const columns = past.create([1], { capacity: 1, allocate: (length) => new Float64Array(length) });
    const stepOf = (value: number) => ({
      from: 0,
      to: 1,
      openAtMs: NaN,
      inputs: [Float64Array.of(value)],
      present: Uint8Array.of(1),
    });
    const into = [new Float64Array(1)];
    columns.step(stepOf(7));
    columns.peek(stepOf(8), into);
    columns.peek(stepOf(9), into);
    expect([into[0]![0], columns.outputs[0]![0]]).toEqual([7, NaN]);
  });
});
