import { areKnown } from '../averages.ts';
import { createColumns, type KernelRun } from '../columns.ts';
import { LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';
import { moveRange } from '../windows.ts';

/**
 * Williams %R: how far the close is below the highest high, over the range of the last `period` candles.
 *
 * Shape:  high, low, close → one value per candle, NaN until `period` candles were seen.
 * Units:  -100 (on the lowest low) to 0 (on the highest high).
 * Edges:  a window in which high and low are one price has none: NaN (TA-Lib takes 0). A close outside its own candle widens
 *         it. A candle with an unknown price is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period below 2 or above 5,000.
 * Source: Williams 1973; numbers checked against Skender, TA-Lib and Tulip.
 */
export const williamsR: IndicatorDefinition = {
  name: 'williams_r',
  title: 'Williams %R',
  family: 'momentum',
  about: 'Williams %R: -100 when the close is at the low of the last candles, 0 at their high.',
  params: [{ name: 'period', kind: 'integer', minimum: 2, maximum: LONGEST_PERIOD, default: 14 }],
  outputs: ['value'],
  units: ['percent'],
  ranges: [[-100, 0]],
  inputs: ['high', 'low', 'close'],
  chart: { pane: 'own', levels: [-80, -20] },
  warmUp: ([period]) => period!,
  stable: ([period]) => period!,
  create([period], memory) {
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runWilliamsR(state, kernel, period!);
    return createColumns({ memory, outputCount: 1, cells: [period!, period!, 1, 1, 1], run });
  },
};

/** State: the window of highs and lows. */
function runWilliamsR(state: readonly Float64Array[], { step, into, commit }: KernelRun, period: number): void {
  const { from, to, present } = step;
  const [highs, lows, closes] = step.inputs as [Float64Array, Float64Array, Float64Array];
  const output = into[0]!;
  const range = {
    highs: state[0]!,
    lows: state[1]!,
    highPlaces: state[2]!,
    lowPlaces: state[3]!,
    counts: state[4]!,
    period,
    commit,
    top: NaN,
    bottom: NaN,
  };
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const close = closes[slot]!;
    if (!areKnown(highs[slot]!, lows[slot]!, close)) {
      output[slot] = NaN;
      continue;
    }
    const high = Math.max(highs[slot]!, close);
    const low = Math.min(lows[slot]!, close);
    const full = moveRange(range, slot, high, low);
    // 0 / 0 where the whole window is one price is NaN, which is what it should be.
    output[slot] = full ? 100 * ((close - range.top) / (range.top - range.bottom)) : NaN;
  }
}
