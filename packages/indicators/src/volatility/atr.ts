import { areKnown } from '../averages.ts';
import { createColumns, type KernelRun } from '../columns.ts';
import { moveAverageRange } from '../trueRange.ts';
import { forgottenAfter, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';

/**
 * Average true range, Wilder's smoothing: the first average is the plain mean of the first `period` true ranges.
 *
 * Shape:  high, low, close → one value per candle, NaN until `period` true ranges (`period` + 1 candles) were seen.
 * Units:  those of the prices; never negative.
 * Edges:  the first candle has no close before it and so no true range (TradingView takes its high - low, is known one
 *         candle earlier and converges). A candle with an unknown price is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period below 1 or above 5,000.
 * Source: Wilder 1978; numbers checked against Skender, TA-Lib, Tulip and StockCharts.
 */
export const atr: IndicatorDefinition = {
  name: 'atr',
  title: 'Average true range',
  family: 'volatility',
  about: 'Average true range (Wilder): how far the price usually moves within a candle.',
  params: [{ name: 'period', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 14 }],
  outputs: ['value'],
  units: ['input'],
  ranges: [[0, Infinity]],
  inputs: ['high', 'low', 'close'],
  chart: { pane: 'own' },
  warmUp: ([period]) => period! + 1,
  stable: ([period]) => forgottenAfter(period!) + 1,
  create([period], memory) {
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runAtr(state, kernel, period!);
    return createColumns({ memory, outputCount: 1, cells: [1, 1, 1], run });
  },
};

/** State: the last close, the average, and how many candles were seen (not counted further once warm). */
function runAtr(state: readonly Float64Array[], { step, into, commit }: KernelRun, period: number): void {
  const { from, to, present } = step;
  const [highs, lows, closes] = step.inputs as [Float64Array, Float64Array, Float64Array];
  const output = into[0]!;
  const range = { closes: state[0]!, averages: state[1]!, counts: state[2]!, period, commit };
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const high = highs[slot]!;
    const low = lows[slot]!;
    const close = closes[slot]!;
    if (!areKnown(high, low, close)) {
      output[slot] = NaN;
      continue;
    }
    output[slot] = moveAverageRange(range, slot, { high, low, close });
  }
}
