import { createColumns, type KernelRun } from '../columns.ts';
import { forgottenAfter, LARGEST_INPUT, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';

/**
 * Relative strength index, Wilder's smoothing: the first average is the plain mean of the first `period` changes.
 *
 * Shape:  one series → one value per candle, NaN until `period` changes (`period` + 1 values) were seen.
 * Units:  any in, 0 to 100 out.
 * Edges:  no losses → 100; no gains → 0; a flat market (neither) → NaN. An unknown value is passed over: the next change
 *         is taken from the last known value.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period below 2 or above 5,000.
 * Source: Wilder 1978, ch. 6; numbers checked against Skender, TA-Lib, Lean, Tulip and StockCharts.
 */
export const rsi: IndicatorDefinition = {
  name: 'rsi',
  title: 'Relative strength index',
  family: 'momentum',
  about: 'Relative strength index (Wilder): 0 to 100, low when prices fell, high when they rose.',
  params: [{ name: 'period', kind: 'integer', minimum: 2, maximum: LONGEST_PERIOD, default: 14 }],
  outputs: ['value'],
  units: ['percent'],
  ranges: [[0, 100]],
  inputs: 'series',
  chart: { pane: 'own', levels: [30, 70] },
  warmUp: ([period]) => period! + 1,
  stable: ([period]) => forgottenAfter(period!),
  create([period], memory) {
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runRsi(state, kernel, period!);
    return createColumns({ memory, outputCount: 1, cells: [1, 1, 1, 1], run });
  },
};

// Averages that faded below this (a price that stood still for thousands of candles) are nothing: further down doubles
// lose digits, and the ratio of two of them would wander.
const FADED = 1e-290;

/** State: the last value, the average gain, the average loss, and how many values were seen. */
function runRsi(state: readonly Float64Array[], { step, into, commit }: KernelRun, period: number): void {
  const [lasts, gains, losses, counts] = state as [Float64Array, Float64Array, Float64Array, Float64Array];
  const { from, to, present } = step;
  const input = step.inputs[0]!;
  const output = into[0]!;
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const value = input[slot]!;
    if (!(Math.abs(value) <= LARGEST_INPUT)) {
      output[slot] = NaN;
      continue;
    }
    const seen = counts[slot]!;
    // The first value has nothing to differ from: a change of 0 into averages of 0 leaves them 0.
    const change = seen === 0 ? 0 : value - lasts[slot]!;
    const divisor = Math.min(Math.max(seen, 1), period);
    let gain = gains[slot]! + (Math.max(change, 0) - gains[slot]!) / divisor;
    let loss = losses[slot]! + (Math.max(-change, 0) - losses[slot]!) / divisor;
    if (gain + loss < FADED) {
      gain = 0;
      loss = 0;
    }
    // 0 / 0 on a flat market is NaN, which is what it should be.
    output[slot] = seen >= period ? 100 * (gain / (gain + loss)) : NaN;
    if (commit) {
      lasts[slot] = value;
      gains[slot] = gain;
      losses[slot] = loss;
      counts[slot] = Math.min(seen + 1, period);
    }
  }
}
