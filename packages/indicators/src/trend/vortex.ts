import { areKnown, knownOrNaN } from '../averages.ts';
import { createColumns, type KernelRun } from '../columns.ts';
import { trueRange } from '../trueRange.ts';
import { LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';
import { ringNext, ringPlace } from '../windows.ts';

/**
 * Vortex indicator: how far highs rose above the lows before them (plus), and lows fell below the highs before them (minus),
 * over the last `period` candles and in true ranges.
 *
 * Shape:  high, low, close → plus, minus; NaN until `period` + 1 candles were seen.
 * Units:  ratios around 1.
 * Edges:  a market that stands still has no true range and neither of the two. The sums are added up anew for each candle,
 *         so they do not drift. A candle with an unknown price is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period below 2 or above 5,000.
 * Source: Botes and Siepman 2010; numbers checked against Skender.
 */
export const vortex: IndicatorDefinition = {
  name: 'vortex',
  title: 'Vortex indicator',
  family: 'trend',
  about: 'Vortex indicator: movement up and movement down over the last candles, in true ranges.',
  params: [{ name: 'period', kind: 'integer', minimum: 2, maximum: LONGEST_PERIOD, default: 14 }],
  outputs: ['plus', 'minus'],
  units: ['ratio', 'ratio'],
  ranges: [null, null],
  inputs: ['high', 'low', 'close'],
  chart: { pane: 'own', levels: [1] },
  warmUp: ([period]) => period! + 1,
  stable: ([period]) => period! + 1,
  create([period], memory) {
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runVortex(state, kernel, period!);
    return createColumns({ memory, outputCount: 2, cells: [period!, period!, period!, 1, 1, 1, 1], run });
  },
};

/** The sum of a ring from the newest to the oldest value, so that it does not depend on where the ring began. */
function sumOf(ring: Float64Array, base: number, period: number, at: number): number {
  let sum = 0;
  for (let i = at; i >= base; i--) sum += ring[i]!;
  for (let i = base + period - 1; i > at; i--) sum += ring[i]!;
  return sum;
}

/** State: rings of movements up, movements down and true ranges; the last high, low and close; the count of candles. */
function runVortex(state: readonly Float64Array[], { step, into, commit }: KernelRun, period: number): void {
  const [ups, downs, ranges, lastHighs, lastLows, lastCloses, counts] = state as Float64Array[];
  const { from, to, present } = step;
  const [highs, lows, closes] = step.inputs as [Float64Array, Float64Array, Float64Array];
  const [plusOut, minusOut] = into as [Float64Array, Float64Array];
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const high = highs[slot]!;
    const low = lows[slot]!;
    const close = closes[slot]!;
    plusOut[slot] = minusOut[slot] = NaN;
    if (!areKnown(high, low, close)) continue;
    // 0 before the first candle; from then on one more than the count of the rings.
    const count = counts![slot]!;
    if (count > 0) {
      const base = slot * period;
      const at = base + ringPlace(count - 1, period);
      const [up, down, range] = [ups![at]!, downs![at]!, ranges![at]!];
      // The windows as they would be; a peek puts back what stood there.
      ups![at] = Math.abs(high - lastLows![slot]!);
      downs![at] = Math.abs(low - lastHighs![slot]!);
      ranges![at] = trueRange(high, low, lastCloses![slot]!);
      if (count >= period) {
        const whole = sumOf(ranges!, base, period, at);
        plusOut[slot] = knownOrNaN(sumOf(ups!, base, period, at) / whole);
        minusOut[slot] = knownOrNaN(sumOf(downs!, base, period, at) / whole);
      }
      if (!commit) {
        ups![at] = up;
        downs![at] = down;
        ranges![at] = range;
      }
    }
    if (commit) {
      lastHighs![slot] = high;
      lastLows![slot] = low;
      lastCloses![slot] = close;
      counts![slot] = count === 0 ? 1 : ringNext(count - 1, period) + 1;
    }
  }
}
