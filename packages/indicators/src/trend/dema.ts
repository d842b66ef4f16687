import { nextEma } from '../averages.ts';
import { createColumns, type KernelRun } from '../columns.ts';
import { forgottenAfter, LARGEST_INPUT, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';

/**
 * Double exponential moving average: 2 EMA - EMA(EMA), which lags less than an EMA.
 *
 * Shape:  one series → one value per candle, NaN until 2 `period` - 1 values were seen.
 * Units:  those of the input.
 * Edges:  the EMA of the EMA is seeded with the mean of its own first `period` values, as TA-Lib does; Skender starts it
 *         together with the first, answers earlier and converges. Equal values have exactly that average. An unknown
 *         value is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period below 1 or above 5,000.
 * Source: Mulloy 1994; numbers checked against TA-Lib, and Skender once converged.
 */
export const dema: IndicatorDefinition = {
  name: 'dema',
  title: 'Double exponential moving average',
  family: 'trend',
  about: 'Double exponential moving average: an exponential average with most of its lag taken out.',
  params: [{ name: 'period', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 20 }],
  outputs: ['value'],
  units: ['input'],
  ranges: [null],
  inputs: 'series',
  chart: { pane: 'price' },
  warmUp: ([period]) => 2 * period! - 1,
  stable: ([period]) => 2 * forgottenAfter((period! + 1) / 2),
  create([period], memory) {
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runDema(state, kernel, period!);
    return createColumns({ memory, outputCount: 1, cells: [1, 1, 1], run });
  },
};

/** State: the EMA, the EMA of it, and how many values were seen (not counted further once warm). */
function runDema(state: readonly Float64Array[], { step, into, commit }: KernelRun, period: number): void {
  const [firsts, seconds, counts] = state as [Float64Array, Float64Array, Float64Array];
  const { from, to, present } = step;
  const input = step.inputs[0]!;
  const output = into[0]!;
  const warm = 2 * period - 1;
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const value = input[slot]!;
    if (!(Math.abs(value) <= LARGEST_INPUT)) {
      output[slot] = NaN;
      continue;
    }
    const seen = counts[slot]!;
    const first = nextEma(firsts[slot]!, value, seen, period);
    // How many values of the first average came before this one; negative while there is none yet.
    const seenFirsts = seen - (period - 1);
    const second = seenFirsts < 0 ? 0 : nextEma(seconds[slot]!, first, seenFirsts, period);
    output[slot] = seen >= warm - 1 ? 2 * first - second : NaN;
    if (commit) {
      firsts[slot] = first;
      seconds[slot] = second;
      counts[slot] = Math.min(seen + 1, warm);
    }
  }
}
