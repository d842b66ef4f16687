import { createColumns, type KernelRun } from '../columns.ts';
import { LARGEST_INPUT, type CandleInput, type IndicatorDefinition } from '../types.ts';

/** What a running total is called, and what each candle adds to it. */
export interface Total {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly inputs: readonly CandleInput[];
  readonly units: IndicatorDefinition['units'];
  /** `values` are the inputs of this candle in their order, `before` the close of the one before; NaN at the first. */
  readonly adds: (values: Float64Array, before: number) => number;
}

const close = 0;

/**
 * A running total over candles: the close is its first input.
 *
 * Edges:  begins with what the first candle adds; it never forgets its beginning, so only its changes mean something. The
 *         sum carries what addition loses. A candle with an unknown input is passed over.
 */
export function totalOf(total: Total): IndicatorDefinition {
  const { adds, ...texts } = total;
  return {
    ...texts,
    family: 'volume',
    params: [],
    outputs: ['value'],
    ranges: [null],
    chart: { pane: 'own' },
    warmUp: () => 1,
    stable: () => null,
    create: (_, memory) =>
      createColumns({ memory, outputCount: 1, cells: [1, 1, 1, 1], run: (state, kernel) => run(state, kernel, adds) }),
  };
}

/** State: the total, what rounding took from it, the last close, and whether there was one. */
function run(state: readonly Float64Array[], { step, into, commit }: KernelRun, adds: Total['adds']): void {
  const [totals, losses, lasts, seen] = state as [Float64Array, Float64Array, Float64Array, Float64Array];
  const { from, to, present, inputs } = step;
  const output = into[0]!;
  const values = new Float64Array(inputs.length);
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    let known = true;
    for (let i = 0; i < inputs.length; i++) {
      values[i] = inputs[i]![slot]!;
      known &&= Math.abs(values[i]!) <= LARGEST_INPUT;
    }
    const added = known ? adds(values, seen[slot] === 0 ? NaN : lasts[slot]!) : NaN;
    const before = totals[slot]!;
    const sum = before + added;
    if (!(Math.abs(sum) <= LARGEST_INPUT)) {
      output[slot] = NaN;
      continue;
    }
    const part = sum - before;
    const loss = losses[slot]! + (before - (sum - part) + (added - part));
    output[slot] = sum + loss;
    if (commit) {
      totals[slot] = sum;
      losses[slot] = loss;
      lasts[slot] = values[close]!;
      seen[slot] = 1;
    }
  }
}

/** Where the close lies in its candle, from -1 at the low to 1 at the high, times the volume; no range gives 0. */
export function moneyFlow(high: number, low: number, closeAt: number, volume: number): number {
  return high > low ? ((closeAt - low - (high - closeAt)) / (high - low)) * volume : 0;
}
