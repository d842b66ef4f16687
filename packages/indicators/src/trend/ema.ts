import { createColumns, type KernelRun } from '../columns.ts';
import { forgottenAfter, LARGEST_INPUT, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';

/**
 * Exponential moving average, k = 2 / (period + 1), seeded with the mean of the first `period` values.
 *
 * Shape:  one series → one value per candle, NaN until `period` values were seen.
 * Units:  those of the input.
 * Edges:  equal values have exactly that average. An unknown value is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period below 1 or above 5,000.
 * Source: textbook; numbers checked against Skender, TA-Lib, Lean and Tulip (Tulip and StockCharts seed with the first
 *         value instead, and converge).
 */
export const ema: IndicatorDefinition = {
  name: 'ema',
  title: 'Exponential moving average',
  family: 'trend',
  about: 'Exponential moving average, seeded with the simple average of the first values.',
  params: [{ name: 'period', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 20 }],
  outputs: ['value'],
  units: ['input'],
  ranges: [null],
  inputs: 'series',
  chart: { pane: 'price' },
  warmUp: ([period]) => period!,
  stable: ([period]) => forgottenAfter((period! + 1) / 2),
  create([period], memory) {
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runEma(state, kernel, period!);
    return createColumns({ memory, outputCount: 1, cells: [1, 1], run });
  },
};

/** What a new value is divided by in the running mean that seeds an EMA, and in the EMA afterwards. */
export function emaDivisor(seen: number, period: number): number {
  return seen < period ? seen + 1 : (period + 1) / 2;
}

/** State: the average so far, and how many values were seen (not counted further once warm). */
function runEma(state: readonly Float64Array[], { step, into, commit }: KernelRun, period: number): void {
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
    const average = before + (value - before) / emaDivisor(seen, period);
    output[slot] = seen >= period - 1 ? average : NaN;
    if (commit) {
      averages[slot] = average;
      counts[slot] = Math.min(seen + 1, period);
    }
  }
}
