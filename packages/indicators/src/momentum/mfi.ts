import { areKnown } from '../averages.ts';
import { createColumns, type KernelRun } from '../columns.ts';
import { LARGEST_INPUT, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';
import { ringNext, ringPlace } from '../windows.ts';

/**
 * Money flow index: the share of the money that flowed while the typical price rose, in the last changes.
 *
 * Shape:  high, low, close and volume → one value per candle, NaN until `period` changes (`period` + 1 candles) were seen.
 * Units:  0 to 100.
 * Edges:  no flow in either direction (a flat market, no volume) → NaN, where TA-Lib says 0. Added up anew from the newest
 *         change to the oldest, so nothing drifts. A candle with an unknown input is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period below 2 or above 5,000.
 * Source: Quong and Soudack 1989; numbers checked against Skender, TA-Lib and Tulip.
 */
export const mfi: IndicatorDefinition = {
  name: 'mfi',
  title: 'Money flow index',
  family: 'momentum',
  about: 'Money flow index: 0 to 100, an RSI of prices weighted by volume.',
  params: [{ name: 'period', kind: 'integer', minimum: 2, maximum: LONGEST_PERIOD, default: 14 }],
  outputs: ['value'],
  units: ['percent'],
  ranges: [[0, 100]],
  inputs: ['high', 'low', 'close', 'volume'],
  chart: { pane: 'own', levels: [20, 80] },
  warmUp: ([period]) => period! + 1,
  stable: ([period]) => period! + 1,
  create([period], memory) {
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runMfi(state, kernel, period!);
    return createColumns({ memory, outputCount: 1, cells: [period!, 1, 1, 1], run });
  },
};

/** State: the flows as a ring (falling ones below 0) with their count, the last typical price, and whether there was one. */
function runMfi(state: readonly Float64Array[], { step, into, commit }: KernelRun, period: number): void {
  const [flows, counts, lasts, seen] = state as [Float64Array, Float64Array, Float64Array, Float64Array];
  const { from, to, present } = step;
  const [highs, lows, closes, volumes] = step.inputs as [Float64Array, Float64Array, Float64Array, Float64Array];
  const output = into[0]!;
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const typical = (highs[slot]! + lows[slot]! + closes[slot]!) / 3;
    const money = typical * volumes[slot]!;
    if (!(areKnown(highs[slot]!, lows[slot]!, closes[slot]!) && Math.abs(money) <= LARGEST_INPUT)) {
      output[slot] = NaN;
      continue;
    }
    let value = NaN;
    const before = lasts[slot]!;
    if (seen[slot] === 1) {
      const flow = typical > before ? Math.abs(money) : typical < before ? -Math.abs(money) : 0;
      const count = counts[slot]!;
      const base = slot * period;
      const at = base + ringPlace(count, period);
      if (count >= period - 1) value = shareOf(flows, { base, period, at, newest: flow });
      if (commit) {
        flows[at] = flow;
        counts[slot] = ringNext(count, period);
      }
    }
    output[slot] = value;
    if (commit) {
      lasts[slot] = typical;
      seen[slot] = 1;
    }
  }
}

function shareOf(flows: Float64Array, window: { base: number; period: number; at: number; newest: number }): number {
  const { base, period, at, newest } = window;
  let rising = Math.max(newest, 0);
  let falling = Math.max(-newest, 0);
  for (let i = at - 1; i >= base; i--) {
    rising += Math.max(flows[i]!, 0);
    falling += Math.max(-flows[i]!, 0);
  }
  for (let i = base + period - 1; i > at; i--) {
    rising += Math.max(flows[i]!, 0);
    falling += Math.max(-flows[i]!, 0);
  }
  // 0 / 0 where nothing flowed.
  return 100 * (rising / (rising + falling));
}
