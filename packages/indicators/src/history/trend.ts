import { createColumns, type KernelRun } from '../columns.ts';
import { LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';

/**
 * Whether a series went up (down) at each of the last candles, as `rising(close, 3)` asks it. Not of the catalogue.
 *
 * Shape:  one series → 1 or 0 per candle, NaN until one value more than `candles` was seen in a row.
 * Edges:  strictly: an equal value breaks the run. An unknown value makes every answer unknown that it takes part in.
 */
function createTrend(name: 'rising' | 'falling', sign: 1 | -1): IndicatorDefinition {
  return {
    name,
    title: name === 'rising' ? 'Rising' : 'Falling',
    family: 'trend',
    about: `Whether a series was ${name} at each of the last candles.`,
    params: [{ name: 'candles', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD - 1, default: 1 }],
    outputs: ['value'],
    units: ['flag'],
    ranges: [[0, 1]],
    inputs: 'series',
    chart: { pane: 'own' },
    warmUp: ([candles]) => candles! + 1,
    stable: ([candles]) => candles! + 1,
    create([candles], memory) {
      const run = (state: readonly Float64Array[], kernel: KernelRun) =>
        runTrend(state, kernel, { candles: candles!, sign });
      return createColumns({ memory, outputCount: 1, cells: [1, 1, 1], run });
    },
  };
}

export const rising = createTrend('rising', 1);
export const falling = createTrend('falling', -1);

/** State: the last value, how many known values came in a row, and how many steps in a row went the right way. */
function runTrend(
  state: readonly Float64Array[],
  { step, into, commit }: KernelRun,
  { candles, sign }: { candles: number; sign: 1 | -1 },
): void {
  const [lasts, knowns, runs] = state as [Float64Array, Float64Array, Float64Array];
  const { from, to, present } = step;
  const input = step.inputs[0]!;
  const output = into[0]!;
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const value = input[slot]!;
    const isKnown = Math.abs(value) < Infinity;
    const before = knowns[slot]!;
    const known = isKnown ? Math.min(before + 1, candles + 1) : 0;
    const goesOn = before > 0 && sign * (value - lasts[slot]!) > 0;
    const run = goesOn ? Math.min(runs[slot]! + 1, candles) : 0;
    output[slot] = known > candles ? (run >= candles ? 1 : 0) : NaN;
    if (commit) {
      lasts[slot] = value;
      knowns[slot] = known;
      runs[slot] = isKnown ? run : 0;
    }
  }
}
