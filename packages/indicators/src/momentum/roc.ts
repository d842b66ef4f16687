import { knownOrNaN } from '../averages.ts';
import { createColumns, type KernelRun } from '../columns.ts';
import { LARGEST_INPUT, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';
import { ringNext, ringPlace } from '../windows.ts';

/**
 * Rate of change: by how many per cent the value differs from the one `period` candles before. Also what the language's
 * `percent_change(x, n)` stands for.
 *
 * Shape:  one series → one value per candle, NaN until `period` + 1 values were seen.
 * Units:  any in, per cent out: 5 is 5 %.
 * Edges:  from 0 there is no percentage: NaN. A flat market gives exactly 0. An unknown value is passed over: known values
 *         are counted back.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period below 1 or above 5,000.
 * Source: textbook; numbers checked against Skender, TA-Lib and Tulip (Tulip's is a fraction).
 */
export const roc: IndicatorDefinition = {
  name: 'roc',
  title: 'Rate of change',
  family: 'momentum',
  about: 'Rate of change: by how many per cent the value changed since some candles ago.',
  params: [{ name: 'period', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 10 }],
  outputs: ['value'],
  units: ['percent'],
  ranges: [null],
  inputs: 'series',
  chart: { pane: 'own', levels: [0] },
  warmUp: ([period]) => period! + 1,
  stable: ([period]) => period! + 1,
  create([period], memory) {
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runRoc(state, kernel, period!);
    return createColumns({ memory, outputCount: 1, cells: [period!, 1], run });
  },
};

/** State: the last `period` values as a ring, and the count of values. */
function runRoc(state: readonly Float64Array[], { step, into, commit }: KernelRun, period: number): void {
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
    const past = ring[at]!;
    output[slot] = count >= period ? knownOrNaN(100 * ((value - past) / past)) : NaN;
    if (commit) {
      ring[at] = value;
      counts[slot] = ringNext(count, period);
    }
  }
}
