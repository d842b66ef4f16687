import { areKnown } from '../averages.ts';
import { createColumns, type KernelRun } from '../columns.ts';
import { LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';
import { moveMean, moveRange } from '../windows.ts';

interface Periods {
  readonly period: number;
  readonly smooth: number;
  readonly signal: number;
}

/**
 * Stochastic oscillator: where the close stands between the lowest low and the highest high of the last `period` candles.
 * k is that, smoothed by a simple average over `k` candles; d is the simple average of the last `d` values of k.
 *
 * Shape:  high, low, close → k (from `period` + `k` - 1 candles on) and d (from `period` + `k` + `d` - 2 on).
 * Units:  0 to 100, 100 on the highest high.
 * Edges:  a window in which high and low are one price has no such place: that candle's k and d are NaN and the averages
 *         pass it over (TA-Lib and Skender take 0). A close outside its own candle widens it. A candle with an unknown
 *         price is passed over. `k` = 1 is the fast, `k` = 3 the slow stochastic.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period outside 2 to 5,000, or k or d outside 1 to 5,000.
 * Source: Lane; numbers checked against Skender, TA-Lib and Tulip.
 */
export const stoch: IndicatorDefinition = {
  name: 'stoch',
  title: 'Stochastic oscillator',
  family: 'momentum',
  about: 'Stochastic oscillator: 0 when the close is at the low of the last candles, 100 at their high.',
  params: [
    { name: 'period', kind: 'integer', minimum: 2, maximum: LONGEST_PERIOD, default: 14 },
    { name: 'k', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 3 },
    { name: 'd', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 3 },
  ],
  outputs: ['k', 'd'],
  units: ['percent', 'percent'],
  ranges: [
    [0, 100],
    [0, 100],
  ],
  inputs: ['high', 'low', 'close'],
  chart: { pane: 'own', levels: [20, 80] },
  warmUp: ([period, k, d]) => period! + k! + d! - 2,
  stable: ([period, k, d]) => period! + k! + d! - 2,
  create([period, k, d], memory) {
    const periods = { period: period!, smooth: k!, signal: d! };
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runStoch(state, kernel, periods);
    return createColumns({ memory, outputCount: 2, cells: [period!, period!, 1, 1, 1, k!, 1, d!, 1], run });
  },
};

/** State: the window of highs and lows, that of the unsmoothed values, and that of k. */
function runStoch(state: readonly Float64Array[], { step, into, commit }: KernelRun, periods: Periods): void {
  const { from, to, present } = step;
  const [highs, lows, closes] = step.inputs as [Float64Array, Float64Array, Float64Array];
  const [kOut, dOut] = into as [Float64Array, Float64Array];
  const range = {
    highs: state[0]!,
    lows: state[1]!,
    highPlaces: state[2]!,
    lowPlaces: state[3]!,
    counts: state[4]!,
    period: periods.period,
    commit,
    top: NaN,
    bottom: NaN,
  };
  const smooth = { ring: state[5]!, counts: state[6]!, period: periods.smooth, commit };
  const signal = { ring: state[7]!, counts: state[8]!, period: periods.signal, commit };
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const close = closes[slot]!;
    if (!areKnown(highs[slot]!, lows[slot]!, close)) {
      kOut[slot] = NaN;
      dOut[slot] = NaN;
      continue;
    }
    const high = Math.max(highs[slot]!, close);
    const low = Math.min(lows[slot]!, close);
    const full = moveRange(range, slot, high, low);
    // 0 / 0 where the whole window is one price is NaN, which is what it should be.
    const place = full ? 100 * ((close - range.bottom) / (range.top - range.bottom)) : NaN;
    const k = moveMean(smooth, slot, place);
    kOut[slot] = k;
    dOut[slot] = moveMean(signal, slot, k);
  }
}
