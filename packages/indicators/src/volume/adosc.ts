import { nextEma } from '../averages.ts';
import { createColumns, type KernelRun } from '../columns.ts';
import { LARGEST_INPUT, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';
import { moneyFlow } from './totals.ts';

/**
 * Chaikin oscillator: a fast less a slow exponential average of the accumulation / distribution line.
 *
 * Shape:  high, low, close and volume → one value per candle, NaN until `slow` candles were seen.
 * Units:  those of the volume.
 * Edges:  each average is seeded with the mean of its own first values. A candle with an unknown input is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period out of its range, or fast not below slow.
 * Source: Chaikin; numbers checked against Skender; TA-Lib and Tulip seed with the first value, and converge.
 */
export const adosc: IndicatorDefinition = {
  name: 'adosc',
  title: 'Chaikin oscillator',
  family: 'volume',
  about: 'Chaikin oscillator: the momentum of the accumulation / distribution line.',
  params: [
    { name: 'fast', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 3 },
    { name: 'slow', kind: 'integer', minimum: 2, maximum: LONGEST_PERIOD, default: 10 },
  ],
  outputs: ['value'],
  units: ['volume'],
  ranges: [null],
  inputs: ['high', 'low', 'close', 'volume'],
  chart: { pane: 'own', levels: [0] },
  conflict: ([fast, slow]) => (fast! < slow! ? null : `fast (${fast}) must be below slow (${slow})`),
  warmUp: ([, slow]) => slow!,
  // The line below it never forgets its beginning; the digits that are left of it do not either.
  stable: () => null,
  create([fast, slow], memory) {
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runAdosc(state, kernel, [fast!, slow!]);
    return createColumns({ memory, outputCount: 1, cells: [1, 1, 1, 1], run });
  },
};

/** State: the line, its two averages, and the count of candles. */
function runAdosc(
  state: readonly Float64Array[],
  { step, into, commit }: KernelRun,
  [fastPeriod, slowPeriod]: readonly [number, number],
): void {
  const [lines, fasts, slows, counts] = state as [Float64Array, Float64Array, Float64Array, Float64Array];
  const { from, to, present } = step;
  const [highs, lows, closes, volumes] = step.inputs as [Float64Array, Float64Array, Float64Array, Float64Array];
  const output = into[0]!;
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const high = highs[slot]!;
    const low = lows[slot]!;
    const close = closes[slot]!;
    const volume = volumes[slot]!;
    const largest = Math.max(Math.abs(high), Math.abs(low), Math.abs(close), Math.abs(volume));
    const line = lines[slot]! + moneyFlow(high, low, close, volume);
    if (!(largest <= LARGEST_INPUT && Math.abs(line) <= LARGEST_INPUT)) {
      output[slot] = NaN;
      continue;
    }
    const seen = counts[slot]!;
    const fast = nextEma(fasts[slot]!, line, seen, fastPeriod);
    const slow = nextEma(slows[slot]!, line, seen, slowPeriod);
    output[slot] = seen >= slowPeriod - 1 ? fast - slow : NaN;
    if (commit) {
      lines[slot] = line;
      fasts[slot] = fast;
      slows[slot] = slow;
      counts[slot] = Math.min(seen + 1, slowPeriod);
    }
  }
}
