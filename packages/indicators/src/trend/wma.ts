import { createColumns, type KernelRun } from '../columns.ts';
import { LARGEST_INPUT, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';
import { ringNext, ringPlace, weightedMean } from '../windows.ts';

/**
 * Weighted moving average: weights falling by one from `period` for the newest value to 1 for the oldest.
 *
 * Shape:  one series → one value per candle, NaN until `period` values were seen.
 * Units:  those of the input.
 * Edges:  added up anew from the window each time, so nothing drifts; equal values have exactly that average. An unknown
 *         value is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period below 1 or above 5,000.
 * Source: textbook; numbers checked against Skender, TA-Lib, Tulip and a spreadsheet.
 */
export const wma: IndicatorDefinition = {
  name: 'wma',
  title: 'Weighted moving average',
  family: 'trend',
  about: 'Weighted moving average: the newest value counts most, each older one a little less.',
  params: [{ name: 'period', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 20 }],
  outputs: ['value'],
  units: ['input'],
  ranges: [null],
  inputs: 'series',
  chart: { pane: 'price' },
  warmUp: ([period]) => period!,
  stable: ([period]) => period!,
  create([period], memory) {
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runWma(state, kernel, period!);
    return createColumns({ memory, outputCount: 1, cells: [period!, 1], run });
  },
};

/** State: the window as a ring, and the count of values. */
function runWma(state: readonly Float64Array[], { step, into, commit }: KernelRun, period: number): void {
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
    const base = slot * period;
    const at = base + ringPlace(count, period);
    // The window as it would be; a peek puts back what stood there.
    const leaving = ring[at]!;
    ring[at] = value;
    output[slot] = count >= period - 1 ? weightedMean(ring, base, period, at) : NaN;
    if (commit) counts[slot] = ringNext(count, period);
    else ring[at] = leaving;
  }
}
