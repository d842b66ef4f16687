import { createColumns, type KernelRun } from '../columns.ts';
import { LARGEST_INPUT, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';
import { ringNext, ringPlace } from '../windows.ts';

/**
 * Momentum: the value less the one `period` candles before. Also what the language's `change(x, n)` stands for.
 *
 * Shape:  one series → one value per candle, NaN until `period` + 1 values were seen.
 * Units:  those of the input.
 * Edges:  a flat market gives exactly 0. An unknown value is passed over: known values are counted back.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period below 1 or above 5,000.
 * Source: textbook; numbers checked against Skender, TA-Lib and Tulip.
 */
export const momentum: IndicatorDefinition = {
  name: 'momentum',
  title: 'Momentum',
  family: 'momentum',
  about: 'Momentum: how much the value changed since some candles ago.',
  params: [{ name: 'period', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 10 }],
  outputs: ['value'],
  units: ['input'],
  ranges: [null],
  inputs: 'series',
  chart: { pane: 'own', levels: [0] },
  warmUp: ([period]) => period! + 1,
  stable: ([period]) => period! + 1,
  create([period], memory) {
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runMomentum(state, kernel, period!);
    return createColumns({ memory, outputCount: 1, cells: [period!, 1], run });
  },
};

/** State: the last `period` values as a ring, and the count of values. */
function runMomentum(state: readonly Float64Array[], { step, into, commit }: KernelRun, period: number): void {
  const [ring, counts] = state as [Float64Array, Float64Array];
  const { from, to, present } = step;
  const input = step.inputs[0]!;
  const output = into[0]!;
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const value = input[slot]!;
    if (!(Math.abs(value) <= LARGEST_INPUT)) {
      output[slot] = NaN;
      continue;
    }
    const count = counts[slot]!;
    const at = slot * period + ringPlace(count, period);
    output[slot] = count >= period ? value - ring[at]! : NaN;
    if (commit) {
      ring[at] = value;
      counts[slot] = ringNext(count, period);
    }
  }
}
