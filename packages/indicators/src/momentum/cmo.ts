import { createColumns, type KernelRun } from '../columns.ts';
import { LARGEST_INPUT, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';
import { ringNext, ringPlace } from '../windows.ts';

/**
 * Chande momentum oscillator: gains less losses over both together, of the last `period` changes.
 *
 * Shape:  one series → one value per candle, NaN until `period` changes (`period` + 1 values) were seen.
 * Units:  any in, -100 to 100 out.
 * Edges:  plain sums, as Chande, TradingView and Skender have it; TA-Lib smooths them as Wilder does, so that its CMO is
 *         2 RSI - 100. A flat window has none: NaN. An unknown value is passed over: the next change is taken from the
 *         last known value.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period below 1 or above 5,000.
 * Source: Chande and Kroll 1994; numbers checked against Skender and Tulip.
 */
export const cmo: IndicatorDefinition = {
  name: 'cmo',
  title: 'Chande momentum oscillator',
  family: 'momentum',
  about: 'Chande momentum oscillator: -100 when prices only fell, 100 when they only rose.',
  params: [{ name: 'period', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 14 }],
  outputs: ['value'],
  units: ['percent'],
  ranges: [[-100, 100]],
  inputs: 'series',
  chart: { pane: 'own', levels: [-50, 0, 50] },
  warmUp: ([period]) => period! + 1,
  stable: ([period]) => period! + 1,
  create([period], memory) {
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runCmo(state, kernel, period!);
    return createColumns({ memory, outputCount: 1, cells: [period!, 1, 1, 1], run });
  },
};

/** State: the last `period` changes as a ring, the last value, whether there is one, and the count of changes. */
function runCmo(state: readonly Float64Array[], { step, into, commit }: KernelRun, period: number): void {
  const [ring, lasts, begun, counts] = state as [Float64Array, Float64Array, Float64Array, Float64Array];
  const { from, to, present } = step;
  const input = step.inputs[0]!;
  const output = into[0]!;
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const value = input[slot]!;
    output[slot] = NaN;
    if (!(Math.abs(value) <= LARGEST_INPUT)) continue;
    if (begun[slot] === 0) {
      if (commit) {
        lasts[slot] = value;
        begun[slot] = 1;
      }
      continue;
    }
    const change = value - lasts[slot]!;
    const count = counts[slot]!;
    const base = slot * period;
    const at = base + ringPlace(count, period);
    if (count >= period - 1) {
      // Always from the newest to the oldest change: the same changes give the same bits.
      let sum = change;
      let size = Math.abs(change);
      for (let i = at - 1; i >= base; i--) {
        sum += ring[i]!;
        size += Math.abs(ring[i]!);
      }
      for (let i = base + period - 1; i > at; i--) {
        sum += ring[i]!;
        size += Math.abs(ring[i]!);
      }
      output[slot] = 100 * (sum / size);
    }
    if (commit) {
      ring[at] = change;
      lasts[slot] = value;
      counts[slot] = ringNext(count, period);
    }
  }
}
