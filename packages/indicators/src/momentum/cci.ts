import { areKnown, knownOrNaN } from '../averages.ts';
import { createColumns, type KernelRun } from '../columns.ts';
import { LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';
import { ringNext, ringPlace } from '../windows.ts';

/**
 * Commodity channel index: the typical price less its mean, over 0.015 mean deviations.
 *
 * Shape:  high, low, close → one value per candle, NaN until `period` candles were seen.
 * Units:  a plain number; most values lie between -100 and 100.
 * Edges:  the typical price is (high + low + close) / 3. The mean deviation is taken from the window's own mean. A flat
 *         window has none: NaN (TA-Lib takes 0). A candle with an unknown price is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period below 2 or above 5,000.
 * Source: Lambert 1980; numbers checked against Skender, TA-Lib and Tulip.
 */
export const cci: IndicatorDefinition = {
  name: 'cci',
  title: 'Commodity channel index',
  family: 'momentum',
  about: 'Commodity channel index: how far the price is from its average, in usual distances; beyond ±100 is unusual.',
  params: [{ name: 'period', kind: 'integer', minimum: 2, maximum: LONGEST_PERIOD, default: 20 }],
  outputs: ['value'],
  units: ['ratio'],
  ranges: [null],
  inputs: ['high', 'low', 'close'],
  chart: { pane: 'own', levels: [-100, 100] },
  warmUp: ([period]) => period!,
  stable: ([period]) => period!,
  create([period], memory) {
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runCci(state, kernel, period!);
    return createColumns({ memory, outputCount: 1, cells: [period!, 1], run });
  },
};

/** State: the typical prices as a ring, and the count of candles. */
function runCci(state: readonly Float64Array[], { step, into, commit }: KernelRun, period: number): void {
  const [ring, counts] = state as [Float64Array, Float64Array];
  const { from, to, present } = step;
  const [highs, lows, closes] = step.inputs as [Float64Array, Float64Array, Float64Array];
  const output = into[0]!;
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const high = highs[slot]!;
    const low = lows[slot]!;
    const close = closes[slot]!;
    if (!areKnown(high, low, close)) {
      output[slot] = NaN;
      continue;
    }
    const typical = (high + low + close) / 3;
    const count = counts[slot]!;
    const base = slot * period;
    const at = base + ringPlace(count, period);
    const leaving = ring[at]!;
    // The window as it would be; a peek puts back what stood there.
    ring[at] = typical;
    output[slot] = count >= period - 1 ? channelIndex(ring, base, period, at) : NaN;
    if (commit) counts[slot] = ringNext(count, period);
    else ring[at] = leaving;
  }
}

/** Distances are taken from the newest price, and always added up from the newest to the oldest. */
function channelIndex(ring: Float64Array, base: number, period: number, at: number): number {
  const newest = ring[at]!;
  let distances = 0;
  for (let i = at - 1; i >= base; i--) distances += ring[i]! - newest;
  for (let i = base + period - 1; i > at; i--) distances += ring[i]! - newest;
  const mean = distances / period;
  let deviations = Math.abs(mean);
  for (let i = at - 1; i >= base; i--) deviations += Math.abs(ring[i]! - newest - mean);
  for (let i = base + period - 1; i > at; i--) deviations += Math.abs(ring[i]! - newest - mean);
  // 0 / 0 on a flat market is NaN, which is what it should be.
  return knownOrNaN((0 - mean) / (deviations / period) / 0.015);
}
