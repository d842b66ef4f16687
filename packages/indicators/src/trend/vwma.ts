import { knownOrNaN } from '../averages.ts';
import { createColumns, type KernelRun } from '../columns.ts';
import { LARGEST_INPUT, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';
import { ringNext, ringPlace } from '../windows.ts';

/**
 * Volume weighted moving average: the mean of the last closes, each weighted by its candle's volume.
 *
 * Shape:  close and volume → one value per candle, NaN until `period` candles were seen.
 * Units:  those of the price.
 * Edges:  no volume in the whole window → NaN. Added up anew from the window each time, so nothing drifts; equal closes
 *         have exactly that average. A candle whose close or volume is unknown is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period below 1 or above 5,000.
 * Source: textbook; numbers checked against Skender and Tulip.
 */
export const vwma: IndicatorDefinition = {
  name: 'vwma',
  title: 'Volume weighted moving average',
  family: 'trend',
  about: 'Volume weighted moving average: candles with more volume count more.',
  params: [{ name: 'period', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 20 }],
  outputs: ['value'],
  units: ['input'],
  ranges: [null],
  inputs: ['close', 'volume'],
  chart: { pane: 'price' },
  warmUp: ([period]) => period!,
  stable: ([period]) => period!,
  create([period], memory) {
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runVwma(state, kernel, period!);
    return createColumns({ memory, outputCount: 1, cells: [period!, period!, 1], run });
  },
};

/** State: the closes and their volumes as rings, and the count of candles. */
function runVwma(state: readonly Float64Array[], { step, into, commit }: KernelRun, period: number): void {
  const [prices, volumes, counts] = state as [Float64Array, Float64Array, Float64Array];
  const { from, to, present } = step;
  const [closes, candleVolumes] = step.inputs as [Float64Array, Float64Array];
  const output = into[0]!;
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const close = closes[slot]!;
    const volume = candleVolumes[slot]!;
    if (!(Math.abs(close) <= LARGEST_INPUT && Math.abs(volume) <= LARGEST_INPUT)) {
      output[slot] = NaN;
      continue;
    }
    const count = counts[slot]!;
    const base = slot * period;
    const at = base + ringPlace(count, period);
    let average = NaN;
    if (count >= period - 1) {
      // As distances from the newest close, always from the newest to the oldest candle.
      let weight = volume;
      let distance = 0;
      for (let i = at - 1; i >= base; i--) {
        weight += volumes[i]!;
        distance += volumes[i]! * (prices[i]! - close);
      }
      for (let i = base + period - 1; i > at; i--) {
        weight += volumes[i]!;
        distance += volumes[i]! * (prices[i]! - close);
      }
      average = knownOrNaN(close + distance / weight);
    }
    output[slot] = average;
    if (commit) {
      prices[at] = close;
      volumes[at] = volume;
      counts[slot] = ringNext(count, period);
    }
  }
}
