import { createColumns, type KernelRun } from '../columns.ts';
import { forgottenAfter, LARGEST_INPUT, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';

interface Speeds {
  readonly period: number;
  /** What the average takes in of a new value when the price goes straight, and when it only goes to and fro. */
  readonly fast: number;
  readonly slow: number;
}

/**
 * Kaufman's adaptive moving average: fast when the price goes somewhere, slow when it goes to and fro.
 *
 * Shape:  one series → one value per candle, NaN until `period` changes (`period` + 1 values) were seen.
 * Units:  those of the input.
 * Edges:  the efficiency is how far the price went over `period` changes, over the sum of their sizes; where nothing
 *         moved it is 0 (no direction: slow), as with Skender; TA-Lib takes 1 there. The average starts from the
 *         `period`-th value; the first answer is one candle later, as TA-Lib has it; Skender and Tulip also give out that
 *         plain value. Equal values have exactly that average. An unknown value is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period outside 2 to 5,000, or fast not below slow.
 * Source: Kaufman 1995; numbers checked against TA-Lib, Skender and Tulip.
 */
export const kama: IndicatorDefinition = {
  name: 'kama',
  title: "Kaufman's adaptive moving average",
  family: 'trend',
  about: 'Adaptive moving average (Kaufman): follows a trend closely and stays calm in a sideways market.',
  params: [
    { name: 'period', kind: 'integer', minimum: 2, maximum: LONGEST_PERIOD, default: 10 },
    { name: 'fast', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 2 },
    { name: 'slow', kind: 'integer', minimum: 2, maximum: LONGEST_PERIOD, default: 30 },
  ],
  outputs: ['value'],
  units: ['input'],
  ranges: [null],
  inputs: 'series',
  chart: { pane: 'price' },
  conflict: ([, fast, slow]) => (fast! < slow! ? null : `fast (${fast}) must be below slow (${slow})`),
  warmUp: ([period]) => period! + 1,
  // At its slowest it takes in (2 / (slow + 1))² of each value.
  stable: ([period, , slow]) => period! + forgottenAfter(((slow! + 1) / 2) ** 2),
  create([period, fast, slow], memory) {
    const speeds = { period: period!, fast: 2 / (fast! + 1), slow: 2 / (slow! + 1) };
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runKama(state, kernel, speeds);
    return createColumns({ memory, outputCount: 1, cells: [speeds.period + 1, 1, 1], run });
  },
};

/** State: the last `period` + 1 values as a ring, the average so far, and the count of values. */
function runKama(state: readonly Float64Array[], { step, into, commit }: KernelRun, speeds: Speeds): void {
  const [ring, averages, counts] = state as [Float64Array, Float64Array, Float64Array];
  const { from, to, present } = step;
  const { period, fast, slow } = speeds;
  const input = step.inputs[0]!;
  const output = into[0]!;
  const length = period + 1;
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const value = input[slot]!;
    if (!(Math.abs(value) <= LARGEST_INPUT)) {
      output[slot] = NaN;
      continue;
    }
    const count = counts[slot]!;
    const base = slot * length;
    const at = base + (count >= length ? count - length : count);
    let average = value;
    if (count >= period) {
      let later = value;
      let path = 0;
      for (let i = at - 1; i >= base; i--) {
        path += Math.abs(later - ring[i]!);
        later = ring[i]!;
      }
      for (let i = base + period; i > at; i--) {
        path += Math.abs(later - ring[i]!);
        later = ring[i]!;
      }
      const efficiency = path === 0 ? 0 : Math.abs(value - later) / path;
      const speed = efficiency * (fast - slow) + slow;
      average = averages[slot]! + speed * speed * (value - averages[slot]!);
    }
    output[slot] = count >= period ? average : NaN;
    if (commit) {
      ring[at] = value;
      averages[slot] = average;
      counts[slot] = count + 1 === 2 * length ? length : count + 1;
    }
  }
}
