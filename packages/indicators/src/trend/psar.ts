import { createColumns, type KernelRun } from '../columns.ts';
import { LARGEST_INPUT, type IndicatorDefinition } from '../types.ts';

interface Acceleration {
  readonly step: number;
  readonly maximum: number;
}

/**
 * Parabolic stop and reverse (Wilder): a stop that runs after the price and turns to its other side once touched.
 *
 * Shape:  high, low → one value per candle, NaN for the first. Below the candle in an upward run, above it in a downward one.
 * Units:  those of the prices.
 * Edges:  the first run goes down when the second candle's low fell by more than its high rose, otherwise up, as TA-Lib has
 *         it (TradingView looks at the closes, Skender shows nothing before the first reversal; all meet after a reversal
 *         or two). A candle that touches the stop turns it, and the new stop lies outside that
 *         candle (Skender leaves it at the extreme of the run). A step above
 *         the maximum is the maximum. A candle with an unknown price is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a step or maximum outside 0.001 to 1.
 * Source: Wilder 1978, ch. 2; numbers checked against TA-Lib, Skender and Tulip.
 */
export const psar: IndicatorDefinition = {
  name: 'psar',
  title: 'Parabolic SAR',
  family: 'trend',
  about: 'Parabolic stop and reverse (Wilder): a stop that runs after the price and turns once touched.',
  params: [
    { name: 'step', kind: 'number', minimum: 0.001, maximum: 1, default: 0.02 },
    { name: 'maximum', kind: 'number', minimum: 0.001, maximum: 1, default: 0.2 },
  ],
  outputs: ['value'],
  units: ['input'],
  ranges: [null],
  inputs: ['high', 'low'],
  chart: { pane: 'price' },
  warmUp: () => 2,
  stable: () => null,
  create([step, maximum], memory) {
    const acceleration = { step: Math.min(step!, maximum!), maximum: maximum! };
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runPsar(state, kernel, acceleration);
    return createColumns({ memory, outputCount: 1, cells: [1, 1, 1, 1, 1, 1], run });
  },
};

/**
 * State: the last high and low; the stop of the next candle; the extreme of this run; the factor; and 0 before the first
 * candle, 1 after it, then 2 in an upward and 3 in a downward run.
 */
function runPsar(state: readonly Float64Array[], { step, into, commit }: KernelRun, acceleration: Acceleration): void {
  const [lastHighs, lastLows, stops, extremes, factors, phases] = state as Float64Array[];
  const { from, to, present } = step;
  const [highs, lows] = step.inputs as [Float64Array, Float64Array];
  const output = into[0]!;
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const high = highs[slot]!;
    const low = lows[slot]!;
    if (!(Math.abs(high) <= LARGEST_INPUT && Math.abs(low) <= LARGEST_INPUT)) {
      output[slot] = NaN;
      continue;
    }
    const phase = phases![slot]!;
    let next = 1;
    let stop = NaN;
    let extreme = extremes![slot]!;
    let factor = factors![slot]!;
    let highBefore = lastHighs![slot]!;
    let lowBefore = lastLows![slot]!;
    if (phase === 0) output[slot] = NaN;
    else {
      next = phase;
      stop = stops![slot]!;
      if (phase === 1) {
        const fall = lowBefore - low;
        next = fall > 0 && fall > high - highBefore ? 3 : 2;
        stop = next === 2 ? lowBefore : highBefore;
        extreme = next === 2 ? high : low;
        factor = acceleration.step;
        // The first run knows no candle before its own.
        highBefore = high;
        lowBefore = low;
      }
      if (next === 2 ? low <= stop : high >= stop) {
        next = next === 2 ? 3 : 2;
        stop = next === 2 ? Math.min(extreme, lowBefore, low) : Math.max(extreme, highBefore, high);
        extreme = next === 2 ? high : low;
        factor = acceleration.step;
      } else if (next === 2 ? high > extreme : low < extreme) {
        extreme = next === 2 ? high : low;
        // The stop of this candle was settled before it; the factor moves that of the next.
        factor = Math.min(factor + acceleration.step, acceleration.maximum);
      }
      output[slot] = stop;
      stop += factor * (extreme - stop);
      stop = next === 2 ? Math.min(stop, lowBefore, low) : Math.max(stop, highBefore, high);
    }
    if (commit) {
      lastHighs![slot] = high;
      lastLows![slot] = low;
      stops![slot] = stop;
      extremes![slot] = extreme;
      factors![slot] = factor;
      phases![slot] = next;
    }
  }
}
