import { createColumns, type KernelRun } from '../columns.ts';
import { LARGEST_INPUT, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';
import { ringNext, ringPlace } from '../windows.ts';

/**
 * The lowest of the last `period` values, the current one included.
 *
 * Shape:  one series → one value per candle, NaN until `period` values were seen.
 * Units:  those of the input.
 * Edges:  always one of the values themselves, so exact. An unknown value is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period below 1 or above 5,000.
 * Source: TradingView's `ta.lowest`; numbers checked against TA-Lib and Tulip (MIN).
 */
export const lowest: IndicatorDefinition = {
  name: 'lowest',
  title: 'Lowest value',
  family: 'volatility',
  about: 'The lowest of the last values.',
  params: [{ name: 'period', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 20 }],
  outputs: ['value'],
  units: ['input'],
  ranges: [null],
  inputs: 'series',
  chart: { pane: 'price' },
  warmUp: ([period]) => period!,
  stable: ([period]) => period!,
  create([period], memory) {
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runLowest(state, kernel, period!);
    return createColumns({ memory, outputCount: 1, cells: [period!, 1, 1], run });
  },
};

/** State: the window as a ring, where in it the lowest stands, and the count of values. */
function runLowest(state: readonly Float64Array[], { step, into, commit }: KernelRun, period: number): void {
  const [ring, places, counts] = state as [Float64Array, Float64Array, Float64Array];
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
    const count = counts[slot]!;
    const base = slot * period;
    const at = base + ringPlace(count, period);
    const leaving = ring[at]!;
    let best = base + places[slot]!;
    // The window as it would be; a peek puts back what stood there. It is searched only where its extreme left.
    const isBest = count === 0 || value <= ring[best]!;
    ring[at] = value;
    if (isBest) best = at;
    else if (best === at) {
      best = base;
      for (let i = base + 1; i < base + period; i++) if (ring[i]! < ring[best]!) best = i;
    }
    output[slot] = count >= period - 1 ? ring[best]! : NaN;
    if (commit) {
      places[slot] = best - base;
      counts[slot] = ringNext(count, period);
    } else ring[at] = leaving;
  }
}
