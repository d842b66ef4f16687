import { createColumns, type KernelRun } from '../columns.ts';
import { forgottenAfter, LARGEST_INPUT, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';

/**
 * Wilder's moving average, also called smoothed (SMMA): each new value moves it by one `period`-th of the distance.
 *
 * Shape:  one series → one value per candle, NaN until `period` values were seen.
 * Units:  those of the input.
 * Edges:  seeded with the plain mean of the first `period` values; equal values have exactly that average. An unknown
 *         value is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period below 1 or above 5,000.
 * Source: Wilder 1978, TradingView's `ta.rma`; numbers checked against Skender (SMMA) and Tulip (wilders).
 */
export const rma: IndicatorDefinition = {
  name: 'rma',
  title: "Wilder's moving average",
  family: 'trend',
  about: "Wilder's moving average: a slow exponential average, the one inside RSI and ATR.",
  params: [{ name: 'period', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 14 }],
  outputs: ['value'],
  units: ['input'],
  ranges: [null],
  inputs: 'series',
  chart: { pane: 'price' },
  warmUp: ([period]) => period!,
  stable: ([period]) => forgottenAfter(period!),
  create([period], memory) {
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runRma(state, kernel, period!);
    return createColumns({ memory, outputCount: 1, cells: [1, 1], run });
  },
};

/** State: the average so far, and how many values were seen (not counted further once warm). */
function runRma(state: readonly Float64Array[], { step, into, commit }: KernelRun, period: number): void {
  const [averages, counts] = state as [Float64Array, Float64Array];
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
    const seen = counts[slot]!;
    const before = averages[slot]!;
    const average = period === 1 ? value : before + (value - before) / Math.min(seen + 1, period);
    output[slot] = seen >= period - 1 ? average : NaN;
    if (commit) {
      averages[slot] = average;
      counts[slot] = Math.min(seen + 1, period);
    }
  }
}
