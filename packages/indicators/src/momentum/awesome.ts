import { createColumns, type KernelRun } from '../columns.ts';
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
    return createColumns({ memory, outputCount: 1, cells: [slow!, 1], run });
  },
};

/** State: the middles of the candles as a ring, and the count of candles. */
function runAwesome(state: readonly Float64Array[], { step, into, commit }: KernelRun, periods: Periods): void {
  const [ring, counts] = state as [Float64Array, Float64Array];
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
    const count = counts[slot]!;
    const base = slot * slow;
    const at = base + ringPlace(count, slow);
    let value = NaN;
    if (count >= slow - 1) {
      // As distances from the newest middle, always from the newest to the oldest: first the fast window, then the rest.
      let i = at;
      let sum = 0;
      let fastSum = 0;
      for (let age = 1; age < slow; age++) {
        i = i === base ? base + slow - 1 : i - 1;
        sum += ring[i]! - middle;
        if (age === fast - 1) fastSum = sum;
      }
      value = fastSum / fast - sum / slow;
    }
    output[slot] = value;
    if (commit) {
      ring[at] = middle;
      counts[slot] = ringNext(count, slow);
    }
  }
}
