import { areKnown } from '../averages.ts';
import { createColumns, type KernelRun } from '../columns.ts';
import { moveAverageRange } from '../trueRange.ts';
import { forgottenAfter, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';
import { moveRange } from '../windows.ts';

/**
 * Chandelier exit: stops hung `multiplier` average true ranges below the highest high (long) and above the lowest low
 * (short) of the last `period` candles.
 *
 * Shape:  high, low, close → long, short; NaN until `period` + 1 candles were seen.
 * Units:  those of the prices.
 * Edges:  the current candle belongs to the window. A candle with an unknown price is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period outside 1 to 5,000, or a multiplier outside 0.001 to 100.
 * Source: Le Beau; numbers checked against Skender.
 */
export const chandelier: IndicatorDefinition = {
  name: 'chandelier',
  title: 'Chandelier exit',
  family: 'volatility',
  about: 'Chandelier exit: stops some average true ranges away from the extremes of the last candles.',
  params: [
    { name: 'period', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 22 },
    { name: 'multiplier', kind: 'number', minimum: 0.001, maximum: 100, default: 3 },
  ],
  outputs: ['long', 'short'],
  units: ['input', 'input'],
  ranges: [null, null],
  inputs: ['high', 'low', 'close'],
  chart: { pane: 'price' },
  warmUp: ([period]) => period! + 1,
  stable: ([period]) => forgottenAfter(period!) + 1,
  create([period, multiplier], memory) {
    const exit = { period: period!, multiplier: multiplier! };
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runChandelier(state, kernel, exit);
    return createColumns({ memory, outputCount: 2, cells: [period!, period!, 1, 1, 1, 1, 1, 1], run });
  },
};

/** State: the window of highs and lows, and that of `atr`. */
function runChandelier(
  state: readonly Float64Array[],
  { step, into, commit }: KernelRun,
  { period, multiplier }: { period: number; multiplier: number },
): void {
  const { from, to, present } = step;
  const [highs, lows, closes] = step.inputs as [Float64Array, Float64Array, Float64Array];
  const [longOut, shortOut] = into as [Float64Array, Float64Array];
  const window = {
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
  const range = { closes: state[5]!, averages: state[6]!, counts: state[7]!, period, commit };
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const high = highs[slot]!;
    const low = lows[slot]!;
    const close = closes[slot]!;
    if (!areKnown(high, low, close)) {
      longOut[slot] = shortOut[slot] = NaN;
      continue;
    }
    moveRange(window, slot, high, low);
    // Unknown until the average is, and then the window is full too.
    const distance = multiplier * moveAverageRange(range, slot, { high, low, close });
    longOut[slot] = window.top - distance;
    shortOut[slot] = window.bottom + distance;
  }
}
