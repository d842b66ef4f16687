import { areKnown } from '../averages.ts';
import { createColumns, type KernelRun } from '../columns.ts';
import { forgottenAfter, LARGEST_INPUT, type IndicatorDefinition } from '../types.ts';

/**
 * Heikin-Ashi candles: each opens in the middle of the one before and closes at the mean of the candle's four prices.
 *
 * Shape:  open, high, low, close → the same four, from the first candle on (which opens in the middle of its own body).
 * Units:  those of the prices.
 * Edges:  a candle with an unknown price is passed over.
 * Source: Valcu 2004; numbers checked against Skender.
 */
export const heikinAshi: IndicatorDefinition = {
  name: 'heikin_ashi',
  title: 'Heikin-Ashi',
  family: 'candles',
  about: 'Heikin-Ashi candles: smoothed candles in which trends show more plainly.',
  params: [],
  outputs: ['open', 'high', 'low', 'close'],
  units: ['input', 'input', 'input', 'input'],
  ranges: [null, null, null, null],
  inputs: ['open', 'high', 'low', 'close'],
  chart: { pane: 'price' },
  warmUp: () => 1,
  stable: () => forgottenAfter(2),
  create(_, memory) {
    return createColumns({ memory, outputCount: 4, cells: [1, 1], run: runHeikinAshi });
  },
};

/** State: where the next candle opens, and whether there was one. */
function runHeikinAshi(state: readonly Float64Array[], { step, into, commit }: KernelRun): void {
  const [nexts, counts] = state as [Float64Array, Float64Array];
  const { from, to, present } = step;
  const [opens, highs, lows, closes] = step.inputs as [Float64Array, Float64Array, Float64Array, Float64Array];
  const [openOut, highOut, lowOut, closeOut] = into as [Float64Array, Float64Array, Float64Array, Float64Array];
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const first = opens[slot]!;
    const high = highs[slot]!;
    const low = lows[slot]!;
    const last = closes[slot]!;
    if (!(Math.abs(first) <= LARGEST_INPUT && areKnown(high, low, last))) {
      openOut[slot] = highOut[slot] = lowOut[slot] = closeOut[slot] = NaN;
      continue;
    }
    const open = counts[slot] === 0 ? (first + last) / 2 : nexts[slot]!;
    // In pairs, so that four equal prices have exactly that mean.
    const close = (first + last + (high + low)) / 4;
    openOut[slot] = open;
    highOut[slot] = Math.max(high, open, close);
    lowOut[slot] = Math.min(low, open, close);
    closeOut[slot] = close;
    if (commit) {
      nexts[slot] = (open + close) / 2;
      counts[slot] = 1;
    }
  }
}
