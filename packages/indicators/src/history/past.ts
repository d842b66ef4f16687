import { createColumns, type KernelRun } from '../columns.ts';
import { LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';

/**
 * The value some candles ago, as `close[3]` asks for it. Not of the catalogue: the language has its own way of writing it.
 *
 * Shape:  one series → one value per candle, NaN while there is no candle that long ago.
 * Units:  those of the input.
 * Edges:  candles count, known or not: an unknown value comes out again as unknown, it is not passed over.
 */
export const past: IndicatorDefinition = {
  name: 'past',
  title: 'Past value',
  family: 'trend',
  about: 'The value some candles ago.',
  params: [{ name: 'candles', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 1 }],
  outputs: ['value'],
  units: ['input'],
  ranges: [null],
  inputs: 'series',
  chart: { pane: 'price' },
  warmUp: ([candles]) => candles! + 1,
  stable: ([candles]) => candles! + 1,
  create([candles], memory) {
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runPast(state, kernel, candles!);
    return createColumns({ memory, outputCount: 1, cells: [candles!, 1], run });
  },
};

/** State: the last values in a ring, and how many candles were seen (counted round the ring once it is full). */
function runPast(state: readonly Float64Array[], { step, into, commit }: KernelRun, candles: number): void {
  const [ring, counts] = state as [Float64Array, Float64Array];
  const { from, to, present } = step;
  const input = step.inputs[0]!;
  const output = into[0]!;
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const count = counts[slot]!;
    const at = slot * candles + (count >= candles ? count - candles : count);
    output[slot] = count >= candles ? ring[at]! : NaN;
    if (commit) {
      ring[at] = input[slot]!;
      counts[slot] = count + 1 === 2 * candles ? candles : count + 1;
    }
  }
}
