import { createColumns, type KernelRun } from '../columns.ts';
import { LARGEST_INPUT, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';
import { weightedMean } from '../windows.ts';

interface Periods {
  readonly long: number;
  readonly half: number;
  readonly root: number;
}

/** Half the period and its square root, both without their fractions. */
function periodsOf(period: number): Periods {
  return { long: period, half: Math.floor(period / 2), root: Math.floor(Math.sqrt(period)) };
}

/** How many candles until the first value, which is also all that it remembers. */
function warmUpOf(period: number): number {
  return period + periodsOf(period).root - 1;
}

/**
 * Hull moving average: WMA(√period) of 2 WMA(period / 2) - WMA(period).
 *
 * Shape:  one series → one value per candle, NaN until `period` + ⌊√period⌋ - 1 values were seen.
 * Units:  those of the input.
 * Edges:  half the period and its root are rounded down, as TradingView and Skender do. Equal values have exactly that
 *         average. An unknown value is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period below 2 or above 5,000.
 * Source: Hull 2005; numbers checked against Skender and Tulip.
 */
export const hma: IndicatorDefinition = {
  name: 'hma',
  title: 'Hull moving average',
  family: 'trend',
  about: 'Hull moving average: smooth and with little lag, made of three weighted averages.',
  params: [{ name: 'period', kind: 'integer', minimum: 2, maximum: LONGEST_PERIOD, default: 9 }],
  outputs: ['value'],
  units: ['input'],
  ranges: [null],
  inputs: 'series',
  chart: { pane: 'price' },
  warmUp: ([period]) => warmUpOf(period!),
  stable: ([period]) => warmUpOf(period!),
  create([period], memory) {
    const periods = periodsOf(period!);
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runHma(state, kernel, periods);
    return createColumns({ memory, outputCount: 1, cells: [periods.long, periods.half, periods.root, 1], run });
  },
};

/** State: three windows as rings (the values for the long and the short average, the raw line), and the count of values. */
function runHma(state: readonly Float64Array[], { step, into, commit }: KernelRun, periods: Periods): void {
  const [longs, halves, raws, counts] = state as [Float64Array, Float64Array, Float64Array, Float64Array];
  const { from, to, present } = step;
  const { long, half, root } = periods;
  const input = step.inputs[0]!;
  const output = into[0]!;
  const warm = warmUpOf(long);
  // The count of values goes round in a multiple of all three periods once everything is warm.
  const round = long * half * root;
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const value = input[slot]!;
    if (!(Math.abs(value) <= LARGEST_INPUT)) {
      output[slot] = NaN;
      continue;
    }
    // As a 32 bit number, whose remainders are quick.
    const count = counts[slot]! | 0;
    const longAt = slot * long + (count % long);
    const halfAt = slot * half + (count % half);
    const rawAt = slot * root + (count % root);
    const longLeaving = longs[longAt]!;
    const halfLeaving = halves[halfAt]!;
    const rawLeaving = raws[rawAt]!;
    // The windows as they would be; a peek puts back what stood there.
    longs[longAt] = value;
    halves[halfAt] = value;
    let result = NaN;
    if (count >= long - 1) {
      const fast = weightedMean(halves, slot * half, half, halfAt);
      raws[rawAt] = 2 * fast - weightedMean(longs, slot * long, long, longAt);
      if (count >= warm - 1) result = weightedMean(raws, slot * root, root, rawAt);
    }
    output[slot] = result;
    if (commit) {
      counts[slot] = count + 1 === warm + round ? warm : count + 1;
    } else {
      longs[longAt] = longLeaving;
      halves[halfAt] = halfLeaving;
      raws[rawAt] = rawLeaving;
    }
  }
}
