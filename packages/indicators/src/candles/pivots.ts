import { areKnown } from '../averages.ts';
import { createColumns, type KernelRun } from '../columns.ts';
import type { IndicatorDefinition } from '../types.ts';

/**
 * Classic (floor) pivot points: the levels that a candle leaves for the next one. `pivots @ 1d` on shorter candles gives
 * the levels of the last day that has closed, which are today's.
 *
 * Shape:  high, low, close → pp, r1, s1, r2, s2, r3, s3 of this very candle.
 * Units:  those of the prices.
 * Edges:  nothing is remembered; a candle with an unknown price has no levels.
 * Source: TradingView's "Classic"; numbers checked against Skender (standard), which gives them one window later.
 */
export const pivots: IndicatorDefinition = {
  name: 'pivots',
  title: 'Pivot points',
  family: 'candles',
  about: 'Pivot points: levels of support and resistance that a candle leaves for the next one.',
  params: [],
  outputs: ['pp', 'r1', 's1', 'r2', 's2', 'r3', 's3'],
  units: ['input', 'input', 'input', 'input', 'input', 'input', 'input'],
  ranges: [null, null, null, null, null, null, null],
  inputs: ['high', 'low', 'close'],
  chart: { pane: 'price' },
  warmUp: () => 1,
  stable: () => 1,
  create(_, memory) {
    return createColumns({ memory, outputCount: 7, cells: [], run: runPivots });
  },
};

function runPivots(_: readonly Float64Array[], { step, into }: KernelRun): void {
  const { from, to, present } = step;
  const [highs, lows, closes] = step.inputs as [Float64Array, Float64Array, Float64Array];
  const [pp, r1, s1, r2, s2, r3, s3] = into as Float64Array[];
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const close = closes[slot]!;
    const isKnown = areKnown(highs[slot]!, lows[slot]!, close);
    const high = isKnown ? highs[slot]! : NaN;
    const low = lows[slot]!;
    // From the close, so that three equal prices have exactly that mean.
    const pivot = close + (high - close + (low - close)) / 3;
    const width = high - low;
    pp![slot] = pivot;
    r1![slot] = pivot + (pivot - low);
    s1![slot] = pivot - (high - pivot);
    r2![slot] = pivot + width;
    s2![slot] = pivot - width;
    r3![slot] = high + 2 * (pivot - low);
    s3![slot] = low - 2 * (high - pivot);
  }
}
