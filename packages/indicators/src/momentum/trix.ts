import { knownOrNaN, nextEma } from '../averages.ts';
import { createColumns, type KernelRun } from '../columns.ts';
import { forgottenAfter, LARGEST_INPUT, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';

/**
 * TRIX: by how many per cent a triple smoothed EMA changed since the candle before.
 *
 * Shape:  one series → one value per candle, NaN until 3 `period` - 1 values were seen.
 * Units:  any in, per cent out.
 * Edges:  each average is seeded with the mean of its own first `period` values, as TA-Lib does; Skender starts all three
 *         together and converges; TradingView takes logarithms first and multiplies by 10,000. From 0 there is no
 *         percentage: NaN. A flat market gives exactly 0. An unknown value is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period below 1 or above 5,000.
 * Source: Hutson 1983; numbers checked against TA-Lib, and Skender once converged.
 */
export const trix: IndicatorDefinition = {
  name: 'trix',
  title: 'TRIX',
  family: 'momentum',
  about: 'TRIX: per cent change of a triple smoothed average, above 0 in an upward trend.',
  params: [{ name: 'period', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 15 }],
  outputs: ['value'],
  units: ['percent'],
  ranges: [null],
  inputs: 'series',
  chart: { pane: 'own', levels: [0] },
  warmUp: ([period]) => 3 * period! - 1,
  stable: ([period]) => 3 * forgottenAfter((period! + 1) / 2) + 1,
  create([period], memory) {
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runTrix(state, kernel, period!);
    return createColumns({ memory, outputCount: 1, cells: [1, 1, 1, 1], run });
  },
};

/** State: the EMA, the EMA of it, the EMA of that, and how many values were seen (not counted further once warm). */
function runTrix(state: readonly Float64Array[], { step, into, commit }: KernelRun, period: number): void {
  const [firsts, seconds, thirds, counts] = state as [Float64Array, Float64Array, Float64Array, Float64Array];
  const { from, to, present } = step;
  const input = step.inputs[0]!;
  const output = into[0]!;
  const warm = 3 * period - 1;
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const value = input[slot]!;
    if (!(Math.abs(value) <= LARGEST_INPUT)) {
      output[slot] = NaN;
      continue;
    }
    const seen = counts[slot]!;
    const first = nextEma(firsts[slot]!, value, seen, period);
    // How many values of the average before came before this one; negative while there is none yet.
    const seenFirsts = seen - (period - 1);
    const second = seenFirsts < 0 ? 0 : nextEma(seconds[slot]!, first, seenFirsts, period);
    const seenSeconds = seenFirsts - (period - 1);
    const before = thirds[slot]!;
    const third = seenSeconds < 0 ? 0 : nextEma(before, second, seenSeconds, period);
    output[slot] = seen >= warm - 1 ? knownOrNaN(100 * ((third - before) / before)) : NaN;
    if (commit) {
      firsts[slot] = first;
      seconds[slot] = second;
      thirds[slot] = third;
      counts[slot] = Math.min(seen + 1, warm);
    }
  }
}
