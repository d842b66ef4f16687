import { areKnown } from '../averages.ts';
import { createColumns, type KernelRun } from '../columns.ts';
import { trueRange } from '../trueRange.ts';
import { forgottenAfter, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';

/**
 * Average directional index, Wilder's smoothing, with the directional indicators that it comes from.
 *
 * Shape:  high, low, close → adx (from 2 `period` candles on), plus_di and minus_di (from `period` + 1 on).
 * Units:  0 to 100.
 * Edges:  the first averages are plain means of `period` values, as Wilder, TradingView and Skender have it (TA-Lib lets
 *         the last of them in as a later one, and converges). Candles that went neither up nor down leave a directional
 *         movement of 0. A market that stands still has none of the three, and adx passes such candles over. A close
 *         outside its own candle widens it. A candle with an unknown price is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period below 2 or above 5,000.
 * Source: Wilder 1978, ch. 4; numbers checked against Skender and TA-Lib.
 */
export const adx: IndicatorDefinition = {
  name: 'adx',
  title: 'Average directional index',
  family: 'trend',
  about: 'Average directional index (Wilder): how strong a trend is, and its two directions.',
  params: [{ name: 'period', kind: 'integer', minimum: 2, maximum: LONGEST_PERIOD, default: 14 }],
  outputs: ['adx', 'plus_di', 'minus_di'],
  units: ['percent', 'percent', 'percent'],
  ranges: [
    [0, 100],
    [0, 100],
    [0, 100],
  ],
  inputs: ['high', 'low', 'close'],
  chart: { pane: 'own', levels: [25] },
  warmUp: ([period]) => 2 * period!,
  stable: ([period]) => 2 * forgottenAfter(period!),
  create([period], memory) {
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runAdx(state, kernel, period!);
    return createColumns({ memory, outputCount: 3, cells: [1, 1, 1, 1, 1, 1, 1, 1, 1], run });
  },
};

// Averages that faded below this (a price that stood still for thousands of candles) are nothing, as in the RSI.
const FADED = 1e-290;

/**
 * State: the last high, low and close; the averages of the movement up, down and neither way, which together are the
 * average true range, so that no share of it is above 100; adx; how many candles and directional movements were seen.
 */
function runAdx(state: readonly Float64Array[], { step, into, commit }: KernelRun, period: number): void {
  const [lastHighs, lastLows, lastCloses, ups, downs, rests, indexes, counts, moves] = state as Float64Array[];
  const { from, to, present } = step;
  const [highs, lows, closes] = step.inputs as [Float64Array, Float64Array, Float64Array];
  const [adxOut, plusOut, minusOut] = into as [Float64Array, Float64Array, Float64Array];
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const close = closes[slot]!;
    if (!areKnown(highs[slot]!, lows[slot]!, close)) {
      adxOut[slot] = plusOut[slot] = minusOut[slot] = NaN;
      continue;
    }
    const high = Math.max(highs[slot]!, close);
    const low = Math.min(lows[slot]!, close);
    const seen = counts![slot]!;
    const rise = seen === 0 ? 0 : high - lastHighs![slot]!;
    const fall = seen === 0 ? 0 : lastLows![slot]! - low;
    const up = rise > fall && rise > 0 ? rise : 0;
    const down = fall > rise && fall > 0 ? fall : 0;
    const rest = seen === 0 ? 0 : trueRange(high, low, lastCloses![slot]!) - up - down;
    const divisor = Math.min(Math.max(seen, 1), period);
    let upAverage = ups![slot]! + (up - ups![slot]!) / divisor;
    let downAverage = downs![slot]! + (down - downs![slot]!) / divisor;
    let restAverage = rests![slot]! + (rest - rests![slot]!) / divisor;
    if (upAverage + downAverage + restAverage < FADED) upAverage = downAverage = restAverage = 0;
    const range = upAverage + downAverage + restAverage;
    // 0 / 0 on a market that stands still is NaN, which is what it should be.
    const isWarm = seen >= period;
    plusOut[slot] = isWarm ? 100 * (upAverage / range) : NaN;
    minusOut[slot] = isWarm ? 100 * (downAverage / range) : NaN;
    const directed = upAverage + downAverage;
    let index = indexes![slot]!;
    let moved = moves![slot]!;
    if (isWarm && range > 0) {
      const movement = directed === 0 ? 0 : 100 * (Math.abs(upAverage - downAverage) / directed);
      moved = Math.min(moved + 1, period);
      index += (movement - index) / moved;
    }
    adxOut[slot] = moved >= period && range > 0 ? index : NaN;
    if (commit) {
      lastHighs![slot] = high;
      lastLows![slot] = low;
      lastCloses![slot] = close;
      ups![slot] = upAverage;
      downs![slot] = downAverage;
      rests![slot] = restAverage;
      indexes![slot] = index;
      counts![slot] = Math.min(seen + 1, period);
      moves![slot] = moved;
    }
  }
}
