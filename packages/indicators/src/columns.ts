import type { ColumnStep, IndicatorColumns, IndicatorMemory } from './types.ts';

/** A kernel's view of one run: read inputs and present, write `into`, keep the new state only when `commit`. */
export interface KernelRun {
  readonly step: ColumnStep;
  readonly into: readonly Float64Array[];
  readonly commit: boolean;
}

/**
 * Puts a kernel and its memory together.
 *
 * The order of allocation is: one header cell, the outputs, then `cells` in their order. The header tells memory that
 * is fresh (outputs must become NaN) from memory that another instance has laid out already (and must be left alone).
 */
export function createColumns(options: {
  memory: IndicatorMemory;
  outputCount: number;
  /** Numbers per coin in each state column: 1, or a window's length. */
  cells: readonly number[];
  run: (state: readonly Float64Array[], run: KernelRun) => void;
}): IndicatorColumns {
  const { memory, outputCount, cells, run } = options;
  const { capacity, allocate } = memory;
  const header = allocate(1);
  const outputs = Array.from({ length: outputCount }, () => allocate(capacity));
  const state = cells.map((perCoin) => allocate(capacity * perCoin));

  const reset = (from: number, to: number): void => {
    for (const output of outputs) output.fill(NaN, from, to);
    state.forEach((column, i) => column.fill(0, from * cells[i]!, to * cells[i]!));
  };
  if (header[0] === 0) {
    reset(0, capacity);
    header[0] = 1;
  }

  return {
    outputs,
    step: (step) => run(state, { step, into: outputs, commit: true }),
    peek: (step, into) => run(state, { step, into, commit: false }),
    reset,
  };
}
