import type { IndicatorDefinition } from './types.ts';

/**
 * An indicator over the history of one coin, by the kernels that the live engine steps through.
 *
 * Shape:  one column per input, oldest first, one entry per candle → one column per output, aligned with them, NaN
 *         where unknown. Equal to stepping live, bit for bit.
 * Edges:  parameters are those that `checkParams` gave back.
 */
export function computeIndicator(options: {
  definition: IndicatorDefinition;
  params: readonly number[];
  inputs: readonly Float64Array[];
  /** When each candle opened; without it, what needs the time is unknown. */
  openAtMs?: ArrayLike<number>;
}): Float64Array[] {
  const { definition, params, inputs, openAtMs } = options;
  const length = inputs[0]?.length ?? 0;
  const columns = definition.create(params, { capacity: 1, allocate: (cells) => new Float64Array(cells) });
  const current = inputs.map(() => new Float64Array(1));
  const step = { from: 0, to: 1, openAtMs: NaN, inputs: current, present: Uint8Array.of(1) };
  const results = definition.outputs.map(() => new Float64Array(length));
  for (let at = 0; at < length; at++) {
    for (let i = 0; i < inputs.length; i++) current[i]![0] = inputs[i]![at]!;
    step.openAtMs = openAtMs?.[at] ?? NaN;
    columns.step(step);
    for (let o = 0; o < results.length; o++) results[o]![at] = columns.outputs[o]![0]!;
  }
  return results;
}
