import { createColumns, type KernelRun } from '../columns.ts';
import { LARGEST_INPUT, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';
import { moveRange, ringNext, ringPlace } from '../windows.ts';

interface Periods {
  readonly conversion: number;
  readonly base: number;
  readonly span: number;
}

/**
 * Ichimoku cloud: middles between the highest high and the lowest low of three windows.
 *
 * Shape:  high, low → conversion, base (windows that end here), span_a, span_b (the cloud that a chart shows at this
 *         candle, which is that of `base` candles ago). span_a is the middle of conversion and base, span_b that of the
 *         longest window. The cloud drawn ahead of this candle is not given out.
 * Units:  those of the prices.
 * Edges:  the cloud stands `base` candles later, as Skender has it (TradingView counts the current candle: one less).
 *         There is no lagging span: what a chart shows of it at this candle is a close yet to come; `close > close[26]`
 *         asks what it is looked at for. A candle with an unknown price is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period outside 1 to 5,000.
 * Source: Hosoda; numbers checked against Skender.
 */
export const ichimoku: IndicatorDefinition = {
  name: 'ichimoku',
  title: 'Ichimoku cloud',
  family: 'trend',
  about: 'Ichimoku cloud: two lines, and the cloud that a chart shows at this candle.',
  params: [
    { name: 'conversion', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 9 },
    { name: 'base', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 26 },
    { name: 'span', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 52 },
  ],
  outputs: ['conversion', 'base', 'span_a', 'span_b'],
  units: ['input', 'input', 'input', 'input'],
  ranges: [null, null, null, null],
  inputs: ['high', 'low'],
  chart: { pane: 'price' },
  warmUp: ([conversion, base, span]) => Math.max(conversion!, base!, span!) + base!,
  stable: ([conversion, base, span]) => Math.max(conversion!, base!, span!) + base!,
  create([conversion, base, span], memory) {
    const periods = { conversion: conversion!, base: base!, span: span! };
    const windows = [conversion!, base!, span!].flatMap((period) => [period, period, 1, 1, 1]);
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runIchimoku(state, kernel, periods);
    return createColumns({ memory, outputCount: 4, cells: [...windows, base!, base!, 1], run });
  },
};

function windowAt(state: readonly Float64Array[], first: number, period: number, commit: boolean) {
  return {
    highs: state[first]!,
    lows: state[first + 1]!,
    highPlaces: state[first + 2]!,
    lowPlaces: state[first + 3]!,
    counts: state[first + 4]!,
    period,
    commit,
    top: NaN,
    bottom: NaN,
  };
}

/** State: the three windows of highs and lows, and both spans of the last `base` candles in rings with one count. */
function runIchimoku(state: readonly Float64Array[], { step, into, commit }: KernelRun, periods: Periods): void {
  const { from, to, present } = step;
  const [highs, lows] = step.inputs as [Float64Array, Float64Array];
  const [conversionOut, baseOut, spanAOut, spanBOut] = into as Float64Array[];
  const short = windowAt(state, 0, periods.conversion, commit);
  const middle = windowAt(state, 5, periods.base, commit);
  const long = windowAt(state, 10, periods.span, commit);
  const [aheadA, aheadB, counts] = state.slice(15) as [Float64Array, Float64Array, Float64Array];
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const high = highs[slot]!;
    const low = lows[slot]!;
    if (!(Math.abs(high) <= LARGEST_INPUT && Math.abs(low) <= LARGEST_INPUT)) {
      for (const output of into) output[slot] = NaN;
      continue;
    }
    const conversion = moveRange(short, slot, high, low) ? (short.top + short.bottom) / 2 : NaN;
    const base = moveRange(middle, slot, high, low) ? (middle.top + middle.bottom) / 2 : NaN;
    const spanB = moveRange(long, slot, high, low) ? (long.top + long.bottom) / 2 : NaN;
    const count = counts[slot]!;
    const at = slot * periods.base + ringPlace(count, periods.base);
    const isDue = count >= periods.base;
    conversionOut![slot] = conversion;
    baseOut![slot] = base;
    spanAOut![slot] = isDue ? aheadA[at]! : NaN;
    spanBOut![slot] = isDue ? aheadB[at]! : NaN;
    if (commit) {
      aheadA[at] = (conversion + base) / 2;
      aheadB[at] = spanB;
      counts[slot] = ringNext(count, periods.base);
    }
  }
}
