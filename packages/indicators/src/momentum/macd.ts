import { createColumns, type KernelRun } from '../columns.ts';
import { emaDivisor } from '../trend/ema.ts';
import { forgottenAfter, LARGEST_INPUT, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';

interface Periods {
  readonly fast: number;
  readonly slow: number;
  readonly signal: number;
}

/**
 * Moving average convergence / divergence: EMA(fast) - EMA(slow), its EMA(signal), and their difference.
 *
 * Shape:  one series → macd (from `slow` values on), signal and histogram (from `slow` + `signal` - 1 values on).
 * Units:  those of the input.
 * Edges:  each EMA is seeded with the mean of its own first values, the signal with the first macd values; a flat market
 *         gives exactly 0. An unknown value is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period out of its range, or fast not below slow.
 * Source: Appel; numbers checked against Skender and Lean. TA-Lib starts the fast EMA late, so that its first values
 *         differ and agree to about 1e-5 after 100 candles.
 */
export const macd: IndicatorDefinition = {
  name: 'macd',
  title: 'Moving average convergence divergence',
  family: 'momentum',
  about: 'Moving average convergence / divergence: distance of a fast from a slow average, with its own average.',
  params: [
    { name: 'fast', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 12 },
    { name: 'slow', kind: 'integer', minimum: 2, maximum: LONGEST_PERIOD, default: 26 },
    { name: 'signal', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 9 },
  ],
  outputs: ['macd', 'signal', 'histogram'],
  units: ['input', 'input', 'input'],
  ranges: [null, null, null],
  inputs: 'series',
  chart: { pane: 'own', levels: [0] },
  conflict: ([fast, slow]) => (fast! < slow! ? null : `fast (${fast}) must be below slow (${slow})`),
  warmUp: ([, slow, signal]) => slow! + signal! - 1,
  stable: ([, slow, signal]) => forgottenAfter((slow! + 1) / 2) + forgottenAfter((signal! + 1) / 2),
  create([fast, slow, signal], memory) {
    const periods = { fast: fast!, slow: slow!, signal: signal! };
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runMacd(state, kernel, periods);
    return createColumns({ memory, outputCount: 3, cells: [1, 1, 1, 1], run });
  },
};

/** State: the fast, slow and signal averages so far, and how many values were seen. */
function runMacd(state: readonly Float64Array[], { step, into, commit }: KernelRun, periods: Periods): void {
  const [fasts, slows, signals, counts] = state as [Float64Array, Float64Array, Float64Array, Float64Array];
  const { from, to, present } = step;
  const input = step.inputs[0]!;
  const [macdOut, signalOut, histogramOut] = into as [Float64Array, Float64Array, Float64Array];
  const warm = periods.slow + periods.signal;
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const value = input[slot]!;
    if (!(Math.abs(value) <= LARGEST_INPUT)) {
      macdOut[slot] = NaN;
      signalOut[slot] = NaN;
      histogramOut[slot] = NaN;
      continue;
    }
    const seen = counts[slot]!;
    const fast = fasts[slot]! + (value - fasts[slot]!) / emaDivisor(seen, periods.fast);
    const slow = slows[slot]! + (value - slows[slot]!) / emaDivisor(seen, periods.slow);
    const line = fast - slow;
    // How many macd values came before this one; negative while there is none yet.
    const seenLines = seen - (periods.slow - 1);
    const before = signals[slot]!;
    const signal = seenLines < 0 ? 0 : before + (line - before) / emaDivisor(seenLines, periods.signal);
    const signalKnown = seenLines >= periods.signal - 1;
    macdOut[slot] = seenLines >= 0 ? line : NaN;
    signalOut[slot] = signalKnown ? signal : NaN;
    histogramOut[slot] = signalKnown ? line - signal : NaN;
    if (commit) {
      fasts[slot] = fast;
      slows[slot] = slow;
      signals[slot] = signal;
      counts[slot] = Math.min(seen + 1, warm);
    }
  }
}
