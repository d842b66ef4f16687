import { createColumns, type KernelRun } from '../columns.ts';
import { spreadOf } from '../spread.ts';
import { LARGEST_INPUT, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';
import { ringNext, ringPlace } from '../windows.ts';

/**
 * Population standard deviation of the last `period` values.
 *
 * Shape:  one series → one value per candle, NaN until `period` values were seen.
 * Units:  those of the input.
 * Edges:  taken from the mean of the window itself, so prices of 1e-9 and offsets of 1e12 keep their digits (TA-Lib calls a
 *         variance below 1e-14 zero); 0 on a flat market. An unknown value is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period below 2 or above 5,000.
 * Source: textbook, TradingView's `ta.stdev`; numbers checked against Skender, TA-Lib and Tulip.
 */
export const stddev: IndicatorDefinition = {
  name: 'stddev',
  title: 'Standard deviation',
  family: 'volatility',
  about: 'Standard deviation: how far the last values lie from their average.',
  params: [{ name: 'period', kind: 'integer', minimum: 2, maximum: LONGEST_PERIOD, default: 20 }],
  outputs: ['value'],
  units: ['input'],
  ranges: [[0, Infinity]],
  inputs: 'series',
  chart: { pane: 'own' },
  warmUp: ([period]) => period!,
  stable: ([period]) => period!,
  create([period], memory) {
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runStddev(state, kernel, period!);
    return createColumns({ memory, outputCount: 1, cells: [period!, 1], run });
  },
};

/** The mean of a full ring, from its distances to the newest value: equal values have exactly that mean. */
function meanOf(ring: Float64Array, base: number, period: number, at: number): number {
  const newest = ring[at]!;
  let distances = 0;
  for (let i = at - 1; i >= base; i--) distances += ring[i]! - newest;
  for (let i = base + period - 1; i > at; i--) distances += ring[i]! - newest;
  return newest + distances / period;
}

/** State: the window as a ring, and the count of values. */
function runStddev(state: readonly Float64Array[], { step, into, commit }: KernelRun, period: number): void {
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
    const leaving = ring[at]!;
    // The window as it would be; a peek puts back what stood there.
    ring[at] = value;
    output[slot] =
      count >= period - 1 ? spreadOf(ring, { base, period, at, mean: meanOf(ring, base, period, at) }).deviation : NaN;
    if (commit) counts[slot] = ringNext(count, period);
    else ring[at] = leaving;
  }
}
