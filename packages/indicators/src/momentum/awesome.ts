import { createColumns, type KernelRun } from '../columns.ts';
import { roundedMean } from '../mean.ts';
import { LARGEST_INPUT, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';
import { ringNext, ringPlace } from '../windows.ts';

interface Periods {
  readonly fast: number;
  readonly slow: number;
}

/**
 * Awesome oscillator: the simple average of the last `fast` middles of candles less that of the last `slow` ones.
 *
 * Shape:  high, low → one value per candle, NaN until `slow` candles were seen.
 * Units:  those of the price.
 * Edges:  the middle is (high + low) / 2. A flat market gives exactly 0. A candle with an unknown price is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period out of its range, or fast not below slow.
 * Source: Williams 1995; numbers checked against Skender.
 */
export const awesome: IndicatorDefinition = {
  name: 'awesome',
  title: 'Awesome oscillator',
  family: 'momentum',
  about: 'Awesome oscillator: how far a fast average of the middles of candles is above a slow one.',
  params: [
    { name: 'fast', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 5 },
    { name: 'slow', kind: 'integer', minimum: 2, maximum: LONGEST_PERIOD, default: 34 },
  ],
  outputs: ['value'],
  units: ['input'],
  ranges: [null],
  inputs: ['high', 'low'],
  chart: { pane: 'own', levels: [0] },
  conflict: ([fast, slow]) => (fast! < slow! ? null : `fast (${fast}) must be below slow (${slow})`),
  warmUp: ([, slow]) => slow!,
  stable: ([, slow]) => slow!,
  create([fast, slow], memory) {
    const periods = { fast: fast!, slow: slow! };
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runAwesome(state, kernel, periods);
    return createColumns({ memory, outputCount: 1, cells: [slow!, 1, 1, 1, 1, 1], run });
  },
};

/** State: the middles of the candles as a ring, both sums with what they lost (as the simple average has), and the count. */
function runAwesome(state: readonly Float64Array[], { step, into, commit }: KernelRun, periods: Periods): void {
  const [ring, fastSums, fastLosses, slowSums, slowLosses, counts] = state as Float64Array[];
  const { from, to, present } = step;
  const { fast, slow } = periods;
  const [highs, lows] = step.inputs as [Float64Array, Float64Array];
  const output = into[0]!;
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const high = highs[slot]!;
    const low = lows[slot]!;
    if (!(Math.abs(high) <= LARGEST_INPUT && Math.abs(low) <= LARGEST_INPUT)) {
      output[slot] = NaN;
      continue;
    }
    const middle = (high + low) / 2;
    const count = counts![slot]!;
    const place = ringPlace(count, slow);
    const base = slot * slow;
    const slowLeaving = ring![base + place]!;
    // A cell not written yet is 0, so there is nothing to take out while filling.
    const fastLeaving = ring![base + (place >= fast ? place - fast : place - fast + slow)]!;
    const slowBefore = slowSums![slot]!;
    const slowAdded = slowBefore + middle;
    const slowSum = slowAdded - slowLeaving;
    const slowLoss =
      slowLosses![slot]! + lostAdding(slowBefore, middle, slowAdded) + lostAdding(slowAdded, -slowLeaving, slowSum);
    const fastBefore = fastSums![slot]!;
    const fastAdded = fastBefore + middle;
    const fastSum = fastAdded - fastLeaving;
    const fastLoss =
      fastLosses![slot]! + lostAdding(fastBefore, middle, fastAdded) + lostAdding(fastAdded, -fastLeaving, fastSum);
    const known = count >= slow - 1;
    output[slot] = known ? roundedMean(fastSum, fastLoss, fast) - roundedMean(slowSum, slowLoss, slow) : NaN;
    if (commit) {
      ring![base + place] = middle;
      fastSums![slot] = fastSum;
      fastLosses![slot] = fastLoss;
      slowSums![slot] = slowSum;
      slowLosses![slot] = slowLoss;
      counts![slot] = ringNext(count, slow);
    }
  }
}

/** Knuth's two-sum: exactly what the addition of two numbers rounded away. */
function lostAdding(before: number, value: number, sum: number): number {
  const part = sum - before;
  return before - (sum - part) + (value - part);
}
