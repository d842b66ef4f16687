import { knownOrNaN, nextEma } from '../averages.ts';
import { createColumns, type KernelRun } from '../columns.ts';
import { forgottenAfter, LARGEST_INPUT, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';

interface Periods {
  readonly fast: number;
  readonly slow: number;
  readonly signal: number;
}

/**
 * Percentage price oscillator: how many per cent EMA(fast) is above EMA(slow), its EMA(signal), and their difference.
 *
 * Shape:  one series → ppo (from `slow` values on), signal and histogram (from `slow` + `signal` - 1 values on).
 * Units:  any in, per cent out.
 * Edges:  each EMA is seeded with the mean of its own first values; a flat market gives exactly 0. A slow average of 0 has
 *         no percentage: NaN, and the signal passes it over. An unknown value is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period out of its range, or fast not below slow.
 * Source: Appel; numbers checked against Skender (its PVO is this over the volume). TA-Lib starts the fast EMA late, Tulip
 *         seeds with the first value: both converge.
 */
export const ppo: IndicatorDefinition = {
  name: 'ppo',
  title: 'Percentage price oscillator',
  family: 'momentum',
  about: 'Percentage price oscillator: distance of a fast from a slow average in per cent, with its own average.',
  params: [
    { name: 'fast', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 12 },
    { name: 'slow', kind: 'integer', minimum: 2, maximum: LONGEST_PERIOD, default: 26 },
    { name: 'signal', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 9 },
  ],
  outputs: ['ppo', 'signal', 'histogram'],
  units: ['percent', 'percent', 'percent'],
  ranges: [null, null, null],
  inputs: 'series',
  chart: { pane: 'own', levels: [0] },
  conflict: ([fast, slow]) => (fast! < slow! ? null : `fast (${fast}) must be below slow (${slow})`),
  warmUp: ([, slow, signal]) => slow! + signal! - 1,
  stable: ([, slow, signal]) => forgottenAfter((slow! + 1) / 2) + forgottenAfter((signal! + 1) / 2),
  create([fast, slow, signal], memory) {
    const periods = { fast: fast!, slow: slow!, signal: signal! };
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runPpo(state, kernel, periods);
    return createColumns({ memory, outputCount: 3, cells: [1, 1, 1, 1, 1], run });
  },
};

/** State: the fast, slow and signal averages so far, how many values were seen, and how many lines the signal has seen. */
function runPpo(state: readonly Float64Array[], { step, into, commit }: KernelRun, periods: Periods): void {
  const [fasts, slows, signals, counts, lineCounts] = state as Float64Array[];
  const { from, to, present } = step;
  const input = step.inputs[0]!;
  const [lineOut, signalOut, histogramOut] = into as [Float64Array, Float64Array, Float64Array];
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const value = input[slot]!;
    if (!(Math.abs(value) <= LARGEST_INPUT)) {
      lineOut[slot] = NaN;
      signalOut[slot] = NaN;
      histogramOut[slot] = NaN;
      continue;
    }
    const seen = counts![slot]!;
    const fast = nextEma(fasts![slot]!, value, seen, periods.fast);
    const slow = nextEma(slows![slot]!, value, seen, periods.slow);
    const line = seen >= periods.slow - 1 ? knownOrNaN(100 * ((fast - slow) / slow)) : NaN;
    const hasLine = !Number.isNaN(line);
    const seenLines = lineCounts![slot]!;
    const signal = hasLine ? nextEma(signals![slot]!, line, seenLines, periods.signal) : signals![slot]!;
    const signalKnown = hasLine && seenLines >= periods.signal - 1;
    lineOut[slot] = line;
    signalOut[slot] = signalKnown ? signal : NaN;
    histogramOut[slot] = signalKnown ? line - signal : NaN;
    if (commit) {
      fasts![slot] = fast;
      slows![slot] = slow;
      signals![slot] = signal;
      counts![slot] = Math.min(seen + 1, periods.slow);
      lineCounts![slot] = hasLine ? Math.min(seenLines + 1, periods.signal) : seenLines;
    }
  }
}
