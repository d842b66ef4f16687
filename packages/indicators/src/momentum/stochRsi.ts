import { createColumns, type KernelRun } from '../columns.ts';
import { forgottenAfter, LARGEST_INPUT, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';
import { moveMean, moveRange } from '../windows.ts';

interface Periods {
  readonly rsi: number;
  readonly stoch: number;
  readonly smooth: number;
  readonly signal: number;
}

/**
 * Stochastic RSI: where the RSI stands between its own lowest and highest value of the last `stoch_period` candles.
 * k is that, smoothed by a simple average over `k` candles; d is the simple average of the last `d` values of k.
 *
 * Shape:  one series → k (from `rsi_period` + `stoch_period` + `k` - 1 values on) and d (`d` - 1 later).
 * Units:  any in, 0 to 100 out.
 * Edges:  the RSI is Wilder's, as `rsi`. Where it is unknown (a flat market) or stood still (nothing but gains), that
 *         candle's k and d are NaN and the windows pass it over (TA-Lib takes 0). An unknown value is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period out of its range.
 * Source: Chande and Kroll 1994, order of parameters as TradingView; numbers checked against Skender and TA-Lib (k = 1)
 *         and Tulip (a fraction, unsmoothed).
 */
export const stochRsi: IndicatorDefinition = {
  name: 'stoch_rsi',
  title: 'Stochastic RSI',
  family: 'momentum',
  about: 'Stochastic RSI: 0 when the RSI is at its lowest of the last candles, 100 at its highest.',
  params: [
    { name: 'rsi_period', kind: 'integer', minimum: 2, maximum: LONGEST_PERIOD, default: 14 },
    { name: 'stoch_period', kind: 'integer', minimum: 2, maximum: LONGEST_PERIOD, default: 14 },
    { name: 'k', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 3 },
    { name: 'd', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 3 },
  ],
  outputs: ['k', 'd'],
  units: ['percent', 'percent'],
  ranges: [
    [0, 100],
    [0, 100],
  ],
  inputs: 'series',
  chart: { pane: 'own', levels: [20, 80] },
  warmUp: ([rsi, stoch, k, d]) => rsi! + stoch! + k! + d! - 2,
  stable: ([rsi, stoch, k, d]) => forgottenAfter(rsi!) + stoch! + k! + d!,
  create([rsi, stoch, k, d], memory) {
    const periods = { rsi: rsi!, stoch: stoch!, smooth: k!, signal: d! };
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runStochRsi(state, kernel, periods);
    return createColumns({ memory, outputCount: 2, cells: [1, 1, 1, 1, stoch!, 1, 1, 1, k!, 1, d!, 1], run });
  },
};

// Averages that faded below this are nothing, as in the RSI.
const FADED = 1e-290;

/** State: that of the RSI (last value, average gain and loss, count), its window, that of the unsmoothed values, and of k. */
function runStochRsi(state: readonly Float64Array[], { step, into, commit }: KernelRun, periods: Periods): void {
  const [lasts, gains, losses, counts] = state as [Float64Array, Float64Array, Float64Array, Float64Array];
  const { from, to, present } = step;
  const input = step.inputs[0]!;
  const [kOut, dOut] = into as [Float64Array, Float64Array];
  const range = {
    // One number is both the high and the low.
    highs: state[4]!,
    lows: state[4]!,
    highPlaces: state[5]!,
    lowPlaces: state[6]!,
    counts: state[7]!,
    period: periods.stoch,
    commit,
    top: NaN,
    bottom: NaN,
  };
  const smooth = { ring: state[8]!, counts: state[9]!, period: periods.smooth, commit };
  const signal = { ring: state[10]!, counts: state[11]!, period: periods.signal, commit };
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const value = input[slot]!;
    kOut[slot] = NaN;
    dOut[slot] = NaN;
    if (!(Math.abs(value) <= LARGEST_INPUT)) continue;
    const seen = counts[slot]!;
    // The first value has nothing to differ from: a change of 0 into averages of 0 leaves them 0.
    const change = seen === 0 ? 0 : value - lasts[slot]!;
    const divisor = Math.min(Math.max(seen, 1), periods.rsi);
    let gain = gains[slot]! + (Math.max(change, 0) - gains[slot]!) / divisor;
    let loss = losses[slot]! + (Math.max(-change, 0) - losses[slot]!) / divisor;
    if (gain + loss < FADED) {
      gain = 0;
      loss = 0;
    }
    if (commit) {
      lasts[slot] = value;
      gains[slot] = gain;
      losses[slot] = loss;
      counts[slot] = Math.min(seen + 1, periods.rsi);
    }
    // The RSI as a fraction: exactly 1 where there are no losses, so that a range of nothing is nothing.
    const strength = gain / (gain + loss);
    if (seen < periods.rsi || Number.isNaN(strength)) continue;
    if (!moveRange(range, slot, strength, strength)) continue;
    const k = moveMean(smooth, slot, 100 * ((strength - range.bottom) / (range.top - range.bottom)));
    kOut[slot] = k;
    dOut[slot] = moveMean(signal, slot, k);
  }
}
