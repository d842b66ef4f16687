import { decimalSum, timeframeOpenMs, type Timeframe } from '@ubot/market';
import type { SeriesName } from '@ubot/strategy';

/** Where each longer candle begins among the shorter ones, and their number at the end. */
export function bucketStarts(openAtMs: Float64Array, to: Timeframe): Int32Array {
  const starts = new Int32Array(openAtMs.length + 1);
  let count = 0;
  let bucket = NaN;
  for (let at = 0; at < openAtMs.length; at++) {
    const here = timeframeOpenMs(to, openAtMs[at]!);
    if (here === bucket) continue;
    bucket = here;
    starts[count++] = at;
  }
  starts[count] = openAtMs.length;
  return starts.slice(0, count + 1);
}

export function foldTimes(openAtMs: Float64Array, options: { starts: Int32Array; to: Timeframe }): Float64Array {
  const { starts, to } = options;
  return Float64Array.from({ length: starts.length - 1 }, (_, at) => timeframeOpenMs(to, openAtMs[starts[at]!]!));
}

/** One column of the longer candles, by the rules of `foldCandles`. */
export function foldSeries(name: SeriesName, values: Float64Array, starts: Int32Array): Float64Array {
  const folded = new Float64Array(starts.length - 1);
  for (let at = 0; at < folded.length; at++) {
    const from = starts[at]!;
    const to = starts[at + 1]!;
    switch (name) {
      case 'open':
        folded[at] = values[from]!;
        break;
      case 'high':
      case 'low':
        folded[at] = extreme(name, values, { from, to });
        break;
      case 'volume':
        folded[at] = decimalSum(values.subarray(from, to));
        break;
      default:
        folded[at] = values[to - 1]!;
    }
  }
  return folded;
}

/** NaN as soon as one of them is. */
function extreme(name: 'high' | 'low', values: Float64Array, { from, to }: { from: number; to: number }): number {
  let result = values[from]!;
  for (let at = from + 1; at < to; at++) {
    result = name === 'high' ? Math.max(result, values[at]!) : Math.min(result, values[at]!);
  }
  return result;
}
