import { areKnown, knownOrNaN } from '../averages.ts';
import { createColumns, type KernelRun } from '../columns.ts';
import { LARGEST_INPUT, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';
import { moveMean, type MeanWindow } from '../windows.ts';

/**
 * Ease of movement: the simple average of how far the middle of each candle moved, times its range, over its volume.
 *
 * Shape:  high, low and volume → one value per candle, NaN until `period` moves were seen.
 * Units:  price squared over volume, times `divisor`, which only makes the numbers readable.
 * Edges:  a candle without volume moved with no effort that can be told: it is passed over, like one with an unknown input.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period below 1 or above 5,000, or a divisor outside 1 to 1e6.
 * Source: Arms, as TradingView has it (divisor 10,000); Tulip's emv is one candle of it without the divisor.
 */
export const easeOfMovement: IndicatorDefinition = {
  name: 'ease_of_movement',
  title: 'Ease of movement',
  family: 'volume',
  about: 'Ease of movement: how far the price moves for its volume.',
  params: [
    { name: 'period', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 14 },
    { name: 'divisor', kind: 'number', minimum: 1, maximum: 1e6, default: 10_000 },
  ],
  outputs: ['value'],
  units: ['other'],
  ranges: [null],
  inputs: ['high', 'low', 'volume'],
  chart: { pane: 'own', levels: [0] },
  warmUp: ([period]) => period! + 1,
  stable: ([period]) => period! + 1,
  create([period, divisor], memory) {
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runEase(state, kernel, [period!, divisor!]);
    return createColumns({ memory, outputCount: 1, cells: [1, 1, period!, 1], run });
  },
};

/** State: the last middle, whether there was one, and the last moves as a ring with their count. */
function runEase(
  state: readonly Float64Array[],
  { step, into, commit }: KernelRun,
  [period, divisor]: readonly [number, number],
): void {
  const [middles, seen, ring, counts] = state as [Float64Array, Float64Array, Float64Array, Float64Array];
  const window: MeanWindow = { ring, counts, period, commit };
  const { from, to, present } = step;
  const [highs, lows, volumes] = step.inputs as [Float64Array, Float64Array, Float64Array];
  const output = into[0]!;
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const high = highs[slot]!;
    const low = lows[slot]!;
    const volume = volumes[slot]!;
    if (!(areKnown(high, low, volume) && volume > 0)) {
      output[slot] = NaN;
      continue;
    }
    const middle = (high + low) / 2;
    const move = (divisor * (middle - middles[slot]!) * (high - low)) / volume;
    const isMove = seen[slot] === 1;
    output[slot] = isMove && Math.abs(move) <= LARGEST_INPUT ? knownOrNaN(moveMean(window, slot, move)) : NaN;
    if (commit) {
      middles[slot] = middle;
      seen[slot] = 1;
    }
  }
}
