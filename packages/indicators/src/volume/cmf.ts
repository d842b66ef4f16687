import { knownOrNaN } from '../averages.ts';
import { createColumns, type KernelRun } from '../columns.ts';
import { LARGEST_INPUT, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';
import { ringNext, ringPlace } from '../windows.ts';
import { moneyFlow } from './totals.ts';

/**
 * Chaikin money flow: the volume of the last candles weighted by where each closed, over all of their volume.
 *
 * Shape:  high, low, close and volume → one value per candle, NaN until `period` candles were seen.
 * Units:  -1 to 1.
 * Edges:  no volume in the whole window → NaN. Added up anew from the newest candle to the oldest, so nothing drifts. A candle
 *         with an unknown input, or that closed outside its own range, is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period below 1 or above 5,000.
 * Source: Chaikin; numbers checked against Skender.
 */
export const cmf: IndicatorDefinition = {
  name: 'cmf',
  title: 'Chaikin money flow',
  family: 'volume',
  about: 'Chaikin money flow: whether closes lie near the highs or the lows, weighted by volume.',
  params: [{ name: 'period', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 20 }],
  outputs: ['value'],
  units: ['ratio'],
  ranges: [[-1, 1]],
  inputs: ['high', 'low', 'close', 'volume'],
  chart: { pane: 'own', levels: [0] },
  warmUp: ([period]) => period!,
  stable: ([period]) => period!,
  create([period], memory) {
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runCmf(state, kernel, period!);
    return createColumns({ memory, outputCount: 1, cells: [period!, period!, 1], run });
  },
};

/** State: the weighted and the plain volumes as rings, and the count of candles. */
function runCmf(state: readonly Float64Array[], { step, into, commit }: KernelRun, period: number): void {
  const [flows, volumes, counts] = state as [Float64Array, Float64Array, Float64Array];
  const { from, to, present } = step;
  const [highs, lows, closes, candleVolumes] = step.inputs as [Float64Array, Float64Array, Float64Array, Float64Array];
  const output = into[0]!;
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const high = highs[slot]!;
    const low = lows[slot]!;
    const close = closes[slot]!;
    const volume = candleVolumes[slot]!;
    const largest = Math.max(Math.abs(high), Math.abs(low), Math.abs(volume));
    if (!(largest <= LARGEST_INPUT && volume >= 0 && close >= low && close <= high)) {
      output[slot] = NaN;
      continue;
    }
    const count = counts[slot]!;
    const base = slot * period;
    const at = base + ringPlace(count, period);
    const flow = moneyFlow(high, low, close, volume);
    let value = NaN;
    if (count >= period - 1) {
      let flowSum = flow;
      let volumeSum = volume;
      for (let i = at - 1; i >= base; i--) {
        flowSum += flows[i]!;
        volumeSum += volumes[i]!;
      }
      for (let i = base + period - 1; i > at; i--) {
        flowSum += flows[i]!;
        volumeSum += volumes[i]!;
      }
      // Rounding may pass the border by a digit where every candle closed at its high.
      value = Math.max(-1, Math.min(1, knownOrNaN(flowSum / volumeSum)));
    }
    output[slot] = value;
    if (commit) {
      flows[at] = flow;
      volumes[at] = volume;
      counts[slot] = ringNext(count, period);
    }
  }
}
