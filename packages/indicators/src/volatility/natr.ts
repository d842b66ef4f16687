import { areKnown, knownOrNaN } from '../averages.ts';
import { createColumns, type KernelRun } from '../columns.ts';
import { moveAverageRange } from '../trueRange.ts';
import { forgottenAfter, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';

/**
 * Normalized average true range: `atr` in percent of the close.
 *
 * Shape:  high, low, close → one value per candle, NaN until `period` true ranges (`period` + 1 candles) were seen.
 * Units:  percent of the close.
 * Edges:  as `atr`; a close of 0 makes that candle unknown.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period below 1 or above 5,000.
 * Source: TA-Lib; numbers checked against TA-Lib, Tulip and Skender.
 */
export const natr: IndicatorDefinition = {
  name: 'natr',
  title: 'Normalized average true range',
  family: 'volatility',
  about: 'Normalized average true range: the average true range as a percentage of the close.',
  params: [{ name: 'period', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 14 }],
  outputs: ['value'],
  units: ['percent'],
  ranges: [null],
  inputs: ['high', 'low', 'close'],
  chart: { pane: 'own' },
  warmUp: ([period]) => period! + 1,
  stable: ([period]) => forgottenAfter(period!) + 1,
  create([period], memory) {
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runNatr(state, kernel, period!);
    return createColumns({ memory, outputCount: 1, cells: [1, 1, 1], run });
  },
};

/** State: the last close, the average, and how many candles were seen (not counted further once warm). */
function runNatr(state: readonly Float64Array[], { step, into, commit }: KernelRun, period: number): void {
  const { from, to, present } = step;
  const [highs, lows, closes] = step.inputs as [Float64Array, Float64Array, Float64Array];
  const output = into[0]!;
  const range = { closes: state[0]!, averages: state[1]!, counts: state[2]!, period, commit };
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const high = highs[slot]!;
    const low = lows[slot]!;
    const close = closes[slot]!;
    if (!areKnown(high, low, close)) {
      output[slot] = NaN;
      continue;
    }
    output[slot] = knownOrNaN(100 * (moveAverageRange(range, slot, { high, low, close }) / close));
  }
}
