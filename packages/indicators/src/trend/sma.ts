import { createColumns, type KernelRun } from '../columns.ts';
import { roundedMean } from '../mean.ts';
import { LARGEST_INPUT, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';

/**
 * Simple moving average: the mean of the last `period` values.
 *
 * Shape:  one series → one value per candle, NaN until `period` values were seen.
 * Units:  those of the input.
 * Edges:  does not drift: the running sum carries what addition loses, so after a spike of 1e12 has left the window the
 *         mean is that of what is in it; equal values have exactly that mean. An unknown value is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period below 1 or above 5,000.
 * Source: textbook; numbers checked against Skender, TA-Lib, Lean and Tulip.
 */
export const sma: IndicatorDefinition = {
  name: 'sma',
  title: 'Simple moving average',
  family: 'trend',
  about: 'Simple moving average: the mean of the last values.',
  params: [{ name: 'period', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 20 }],
  outputs: ['value'],
  units: ['input'],
  ranges: [null],
  inputs: 'series',
  chart: { pane: 'price' },
  warmUp: ([period]) => period!,
  stable: ([period]) => period!,
  create([period], memory) {
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runSma(state, kernel, period!);
    return createColumns({ memory, outputCount: 1, cells: [period!, 1, 1, 1], run });
  },
};

/** State: the window as a ring, the sum of what is in it, what that sum lost, and the count of values (see below). */
function runSma(state: readonly Float64Array[], { step, into, commit }: KernelRun, period: number): void {
  const [ring, sums, losses, counts] = state as [Float64Array, Float64Array, Float64Array, Float64Array];
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
    // 0 to period - 1 while filling, then period to 2 * period - 1 round and round: position and "full" in one number.
    const count = counts[slot]!;
    const full = count >= period;
    const at = slot * period + (full ? count - period : count);
    // A ring cell not written yet is 0, so there is nothing to take out while filling.
    const leaving = ring[at]!;
    // Knuth's two-sum, twice: `loss` gathers exactly what the additions round away.
    const before = sums[slot]!;
    const added = before + value;
    const part = added - before;
    let loss = losses[slot]! + (before - (added - part) + (value - part));
    const sum = added - leaving;
    const back = sum - added;
    loss += added - (sum - back) - (leaving + back);
    output[slot] = count >= period - 1 ? roundedMean(sum, loss, period) : NaN;
    if (commit) {
      ring[at] = value;
      sums[slot] = sum;
      losses[slot] = loss;
      counts[slot] = count + 1 === 2 * period ? period : count + 1;
    }
  }
}
