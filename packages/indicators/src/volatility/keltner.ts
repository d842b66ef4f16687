import { areKnown, nextEma } from '../averages.ts';
import { createColumns, type KernelRun } from '../columns.ts';
import { moveAverageRange } from '../trueRange.ts';
import { forgottenAfter, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';

interface Channel {
  readonly period: number;
  readonly multiplier: number;
  readonly atr: number;
}

/**
 * Keltner channel: the exponential average of the close, and `multiplier` average true ranges above and below it.
 *
 * Shape:  high, low, close → upper, middle, lower; the middle from `period` candles on, the others also need `atr` + 1.
 * Units:  those of the prices.
 * Edges:  `middle` is `ema` and the width comes from `atr`, to the bit. A candle with an unknown price is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period or atr outside 1 to 5,000, or a multiplier outside 0.001 to 100.
 * Source: Raschke's form; numbers checked against Skender.
 */
export const keltner: IndicatorDefinition = {
  name: 'keltner',
  title: 'Keltner channel',
  family: 'volatility',
  about: 'Keltner channel: an average with bands of average true ranges around it.',
  params: [
    { name: 'period', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 20 },
    { name: 'multiplier', kind: 'number', minimum: 0.001, maximum: 100, default: 2 },
    { name: 'atr', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 10 },
  ],
  outputs: ['upper', 'middle', 'lower'],
  units: ['input', 'input', 'input'],
  ranges: [null, null, null],
  inputs: ['high', 'low', 'close'],
  chart: { pane: 'price' },
  warmUp: ([period, , atr]) => Math.max(period!, atr! + 1),
  stable: ([period, , atr]) => Math.max(forgottenAfter((period! + 1) / 2), forgottenAfter(atr!) + 1),
  create([period, multiplier, atr], memory) {
    const channel = { period: period!, multiplier: multiplier!, atr: atr! };
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runKeltner(state, kernel, channel);
    return createColumns({ memory, outputCount: 3, cells: [1, 1, 1, 1, 1], run });
  },
};

/** State: that of `atr`, and that of `ema`. */
function runKeltner(state: readonly Float64Array[], { step, into, commit }: KernelRun, channel: Channel): void {
  const { period, multiplier, atr } = channel;
  const { from, to, present } = step;
  const [highs, lows, closes] = step.inputs as [Float64Array, Float64Array, Float64Array];
  const [upperOut, middleOut, lowerOut] = into as [Float64Array, Float64Array, Float64Array];
  const range = { closes: state[0]!, averages: state[1]!, counts: state[2]!, period: atr, commit };
  const averages = state[3]!;
  const counts = state[4]!;
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const high = highs[slot]!;
    const low = lows[slot]!;
    const close = closes[slot]!;
    if (!areKnown(high, low, close)) {
      upperOut[slot] = middleOut[slot] = lowerOut[slot] = NaN;
      continue;
    }
    const seen = counts[slot]!;
    const average = nextEma(averages[slot]!, close, seen, period);
    const middle = seen >= period - 1 ? average : NaN;
    const width = multiplier * moveAverageRange(range, slot, { high, low, close });
    upperOut[slot] = middle + width;
    middleOut[slot] = middle;
    lowerOut[slot] = middle - width;
    if (commit) {
      averages[slot] = average;
      counts[slot] = Math.min(seen + 1, period);
    }
  }
}
