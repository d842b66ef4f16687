import { createColumns, type KernelRun } from '../columns.ts';
import { roundedMean } from '../mean.ts';
import { spreadOf } from '../spread.ts';
import { LARGEST_INPUT, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';

interface Bands {
  readonly period: number;
  readonly deviations: number;
}

/**
 * Bollinger bands: the simple moving average and `deviations` population standard deviations above and below it.
 *
 * Shape:  one series → upper, middle, lower, percent_b ((value - lower) / (upper - lower), 1 on the upper band) and width
 *         ((upper - lower) / middle); NaN until `period` values were seen.
 * Units:  bands in those of the input; percent_b and width are fractions.
 * Edges:  the deviations are taken from the mean of the window itself, so prices of 1e-9 and offsets of 1e12 keep their
 *         digits (TA-Lib calls a variance below 1e-14 zero). A flat market has width 0 and no percent_b. A width over a
 *         mean of 0 is unknown. An unknown value is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period below 2 or above 5,000, or deviations outside 0.001 to 100.
 * Source: Bollinger 2001; numbers checked against Skender, TA-Lib, Tulip and StockCharts.
 */
export const bbands: IndicatorDefinition = {
  name: 'bbands',
  title: 'Bollinger bands',
  family: 'volatility',
  about: 'Bollinger bands: an average with bands of standard deviations around it.',
  params: [
    { name: 'period', kind: 'integer', minimum: 2, maximum: LONGEST_PERIOD, default: 20 },
    { name: 'deviations', kind: 'number', minimum: 0.001, maximum: 100, default: 2 },
  ],
  outputs: ['upper', 'middle', 'lower', 'percent_b', 'width'],
  units: ['input', 'input', 'input', 'ratio', 'ratio'],
  ranges: [null, null, null, null, null],
  inputs: 'series',
  chart: { pane: 'price' },
  warmUp: ([period]) => period!,
  stable: ([period]) => period!,
  create([period, deviations], memory) {
    const bands = { period: period!, deviations: deviations! };
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runBbands(state, kernel, bands);
    return createColumns({ memory, outputCount: 5, cells: [bands.period, 1, 1, 1], run });
  },
};

const knownOrNaN = (value: number): number => (Number.isFinite(value) ? value : NaN);

/** State: as that of the simple moving average, so that `middle` is `sma` to the bit. */
function runBbands(state: readonly Float64Array[], { step, into, commit }: KernelRun, bands: Bands): void {
  const [ring, sums, losses, counts] = state as [Float64Array, Float64Array, Float64Array, Float64Array];
  const { from, to, present } = step;
  const { period, deviations } = bands;
  const input = step.inputs[0]!;
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const value = input[slot]!;
    if (!(Math.abs(value) <= LARGEST_INPUT)) {
      for (const output of into) output[slot] = NaN;
      continue;
    }
    // The running sum of the simple moving average, written out again: a kernel that calls out for two numbers pays.
    const count = counts[slot]!;
    const base = slot * period;
    const at = base + (count >= period ? count - period : count);
    const leaving = ring[at]!;
    const before = sums[slot]!;
    const added = before + value;
    const part = added - before;
    let loss = losses[slot]! + (before - (added - part) + (value - part));
    const sum = added - leaving;
    const back = sum - added;
    loss += added - (sum - back) - (leaving + back);
    if (count >= period - 1) {
      const middle = roundedMean(sum, loss, period);
      // The window as it would be; a peek puts back what stood there.
      ring[at] = value;
      const { deviation, correction } = spreadOf(ring, { base, period, at, mean: middle });
      if (!commit) ring[at] = leaving;
      writeBands(into, { slot, middle, spread: deviations * deviation, distance: value - middle - correction });
    } else {
      for (const output of into) output[slot] = NaN;
    }
    if (commit) {
      ring[at] = value;
      sums[slot] = sum;
      losses[slot] = loss;
      counts[slot] = count + 1 === 2 * period ? period : count + 1;
    }
  }
}

function writeBands(
  into: readonly Float64Array[],
  { slot, middle, spread, distance }: { slot: number; middle: number; spread: number; distance: number },
): void {
  const [upperOut, middleOut, lowerOut, percentOut, widthOut] = into as Float64Array[];
  upperOut![slot] = middle + spread;
  middleOut![slot] = middle;
  lowerOut![slot] = middle - spread;
  // From the distance and the spread: between bands around a large price their digits would be gone.
  percentOut![slot] = knownOrNaN(distance / (2 * spread) + 0.5);
  widthOut![slot] = knownOrNaN((2 * spread) / middle);
}
