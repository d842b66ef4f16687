import { LARGEST_INPUT, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';
import { createColumns, type KernelRun } from '../columns.ts';
import { moveRange } from '../windows.ts';

/**
 * Donchian channel: the highest high and the lowest low of the last `period` candles, and the middle between them.
 *
 * Shape:  high, low → upper, middle, lower; NaN until `period` candles were seen.
 * Units:  those of the prices.
 * Edges:  the current candle belongs to the window, as on TradingView, so a high never lies above `upper` (Skender leaves
 *         it out: what it gives is ours of one candle ago). A candle with an unknown price is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period below 1 or above 5,000.
 * Source: Donchian; numbers checked against Skender and TA-Lib (MAX, MIN).
 */
export const donchian: IndicatorDefinition = {
  name: 'donchian',
  title: 'Donchian channel',
  family: 'volatility',
  about: 'Donchian channel: the highest high and the lowest low of the last candles.',
  params: [{ name: 'period', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 20 }],
  outputs: ['upper', 'middle', 'lower'],
  units: ['input', 'input', 'input'],
  ranges: [null, null, null],
  inputs: ['high', 'low'],
  chart: { pane: 'price' },
  warmUp: ([period]) => period!,
  stable: ([period]) => period!,
  create([period], memory) {
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runDonchian(state, kernel, period!);
    return createColumns({ memory, outputCount: 3, cells: [period!, period!, 1, 1, 1], run });
  },
};

/** State: the window of highs and lows. */
function runDonchian(state: readonly Float64Array[], { step, into, commit }: KernelRun, period: number): void {
  const { from, to, present } = step;
  const [highs, lows] = step.inputs as [Float64Array, Float64Array];
  const [upperOut, middleOut, lowerOut] = into as [Float64Array, Float64Array, Float64Array];
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
    const high = highs[slot]!;
    const low = lows[slot]!;
    const isKnown = Math.abs(high) <= LARGEST_INPUT && Math.abs(low) <= LARGEST_INPUT;
    if (isKnown && moveRange(range, slot, high, low)) {
      upperOut[slot] = range.top;
      middleOut[slot] = (range.top + range.bottom) / 2;
      lowerOut[slot] = range.bottom;
    } else {
      upperOut[slot] = middleOut[slot] = lowerOut[slot] = NaN;
    }
  }
}
