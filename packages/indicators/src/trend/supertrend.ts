import { areKnown } from '../averages.ts';
import { createColumns, type KernelRun } from '../columns.ts';
import { moveAverageRange } from '../trueRange.ts';
import { LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';

/**
 * Supertrend: a stop `multiplier` average true ranges from the middle of the candle, which only moves towards the price
 * until a close passes it.
 *
 * Shape:  high, low, close → supertrend (the stop) and direction (1 up, -1 down); NaN until `period` + 1 candles were seen.
 * Units:  supertrend in those of the prices.
 * Edges:  the first direction is up when the close stands at or above the middle of its candle, as Skender has it
 *         (TradingView begins downward; they meet at a change of direction). A close exactly on the stop does not turn it,
 *         as on TradingView. A candle with an unknown price is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period outside 1 to 5,000, or a multiplier outside 0.001 to 100.
 * Source: Seban; numbers checked against Skender.
 */
export const supertrend: IndicatorDefinition = {
  name: 'supertrend',
  title: 'Supertrend',
  family: 'trend',
  about: 'Supertrend: a stop that follows the trend by average true ranges, and its direction.',
  params: [
    { name: 'period', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 10 },
    { name: 'multiplier', kind: 'number', minimum: 0.001, maximum: 100, default: 3 },
  ],
  outputs: ['supertrend', 'direction'],
  units: ['input', 'ratio'],
  ranges: [null, [-1, 1]],
  inputs: ['high', 'low', 'close'],
  chart: { pane: 'price' },
  warmUp: ([period]) => period! + 1,
  stable: () => null,
  create([period, multiplier], memory) {
    const trend = { period: period!, multiplier: multiplier! };
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runSupertrend(state, kernel, trend);
    return createColumns({ memory, outputCount: 2, cells: [1, 1, 1, 1, 1, 1], run });
  },
};

/** State: that of `atr`, the two bands, and the direction (0 before the first). */
function runSupertrend(
  state: readonly Float64Array[],
  { step, into, commit }: KernelRun,
  { period, multiplier }: { period: number; multiplier: number },
): void {
  const [lasts, averages, counts, uppers, lowers, directions] = state as Float64Array[];
  const { from, to, present } = step;
  const [highs, lows, closes] = step.inputs as [Float64Array, Float64Array, Float64Array];
  const [stopOut, directionOut] = into as [Float64Array, Float64Array];
  const range = { closes: lasts!, averages: averages!, counts: counts!, period, commit };
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const high = highs[slot]!;
    const low = lows[slot]!;
    const close = closes[slot]!;
    stopOut[slot] = directionOut[slot] = NaN;
    if (!areKnown(high, low, close)) continue;
    const closeBefore = lasts![slot]!;
    const distance = multiplier * moveAverageRange(range, slot, { high, low, close });
    if (Number.isNaN(distance)) continue;
    const middle = (high + low) / 2;
    const before = directions![slot]!;
    let upper = middle + distance;
    let lower = middle - distance;
    let isUp = close >= middle;
    if (before !== 0) {
      // A band moves away from the price only once the close before had passed it.
      if (!(upper < uppers![slot]! || closeBefore > uppers![slot]!)) upper = uppers![slot]!;
      if (!(lower > lowers![slot]! || closeBefore < lowers![slot]!)) lower = lowers![slot]!;
      isUp = before === 1;
    }
    isUp = isUp ? close >= lower : close > upper;
    stopOut[slot] = isUp ? lower : upper;
    directionOut[slot] = isUp ? 1 : -1;
    if (commit) {
      uppers![slot] = upper;
      lowers![slot] = lower;
      directions![slot] = isUp ? 1 : -1;
    }
  }
}
