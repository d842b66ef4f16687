import { knownOrNaN, nextEma } from '../averages.ts';
import { createColumns, type KernelRun } from '../columns.ts';
import { forgottenAfter, LARGEST_INPUT, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';

/**
 * Force index: the exponential average of each candle's change times its volume.
 *
 * Shape:  close and volume → one value per candle, NaN until `period` changes were seen.
 * Units:  price times volume.
 * Edges:  seeded with the mean of the first `period` products. A candle with an unknown input is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period below 1 or above 5,000.
 * Source: Elder 1993; numbers checked against Skender.
 */
export const forceIndex: IndicatorDefinition = {
  name: 'force_index',
  title: 'Force index',
  family: 'volume',
  about: 'Force index: how far and with how much volume the price moved.',
  params: [{ name: 'period', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 13 }],
  outputs: ['value'],
  units: ['input_volume'],
  ranges: [null],
  inputs: ['close', 'volume'],
  chart: { pane: 'own', levels: [0] },
  warmUp: ([period]) => period! + 1,
  stable: ([period]) => 1 + forgottenAfter((period! + 1) / 2),
  create([period], memory) {
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runForce(state, kernel, period!);
    return createColumns({ memory, outputCount: 1, cells: [1, 1, 1], run });
  },
};

/** State: the last close, the average, and the count of candles. */
function runForce(state: readonly Float64Array[], { step, into, commit }: KernelRun, period: number): void {
  const [lasts, averages, counts] = state as [Float64Array, Float64Array, Float64Array];
  const { from, to, present } = step;
  const [closes, volumes] = step.inputs as [Float64Array, Float64Array];
  const output = into[0]!;
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const close = closes[slot]!;
    const seen = counts[slot]!;
    const force = seen === 0 ? 0 : (close - lasts[slot]!) * volumes[slot]!;
    const known = Math.abs(close) <= LARGEST_INPUT && Math.abs(volumes[slot]!) <= LARGEST_INPUT;
    if (!(known && Math.abs(force) <= LARGEST_INPUT)) {
      output[slot] = NaN;
      continue;
    }
    const average = seen === 0 ? 0 : nextEma(averages[slot]!, force, seen - 1, period);
    output[slot] = seen >= period ? knownOrNaN(average) : NaN;
    if (commit) {
      lasts[slot] = close;
      averages[slot] = average;
      counts[slot] = Math.min(seen + 1, period + 1);
    }
  }
}
