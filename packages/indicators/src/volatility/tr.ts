import { areKnown } from '../averages.ts';
import { createColumns, type KernelRun } from '../columns.ts';
import { trueRange } from '../trueRange.ts';
import type { IndicatorDefinition } from '../types.ts';

/**
 * True range: from the low to the high of a candle, widened to the close before it.
 *
 * Shape:  high, low, close → one value per candle, NaN for the first, which has no close before it.
 * Units:  those of the prices; never negative.
 * Edges:  a candle with an unknown price is passed over: the next one is widened to the last known close.
 * Source: Wilder 1978; numbers checked against Skender, TA-Lib and Tulip (which starts with high - low).
 */
export const tr: IndicatorDefinition = {
  name: 'tr',
  title: 'True range',
  family: 'volatility',
  about: 'True range: how far the price went since the last close.',
  params: [],
  outputs: ['value'],
  units: ['input'],
  ranges: [[0, Infinity]],
  inputs: ['high', 'low', 'close'],
  chart: { pane: 'own' },
  warmUp: () => 2,
  stable: () => 2,
  create(_, memory) {
    return createColumns({ memory, outputCount: 1, cells: [1, 1], run: runTr });
  },
};

/** State: the last close, and whether there was one. */
function runTr(state: readonly Float64Array[], { step, into, commit }: KernelRun): void {
  const [lasts, counts] = state as [Float64Array, Float64Array];
  const { from, to, present } = step;
  const [highs, lows, closes] = step.inputs as [Float64Array, Float64Array, Float64Array];
  const output = into[0]!;
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const close = closes[slot]!;
    if (!areKnown(highs[slot]!, lows[slot]!, close)) {
      output[slot] = NaN;
      continue;
    }
    output[slot] = counts[slot] === 0 ? NaN : trueRange(highs[slot]!, lows[slot]!, lasts[slot]!);
    if (commit) {
      lasts[slot] = close;
      counts[slot] = 1;
    }
  }
}
