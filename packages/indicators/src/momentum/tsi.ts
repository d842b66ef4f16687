import { nextEma } from '../averages.ts';
import { createColumns, type KernelRun } from '../columns.ts';
import { forgottenAfter, LARGEST_INPUT, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';

interface Periods {
  readonly long: number;
  readonly short: number;
  readonly signal: number;
}

/**
 * True strength index: the change from candle to candle, smoothed twice, over its size, smoothed likewise; and an EMA.
 *
 * Shape:  one series → tsi (from `long` + `short` values on) and signal (from `long` + `short` + `signal` - 1 values on).
 * Units:  any in, -100 to 100 out.
 * Edges:  each EMA is seeded with the mean of its own first values. A flat market has no tsi: NaN, and the signal passes it
 *         over. An unknown value is passed over: the next change is taken from the last known value.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period below 1 or above 5,000.
 * Source: Blau 1991; numbers checked against Skender. TradingView gives a fraction, the same number over 100.
 */
export const tsi: IndicatorDefinition = {
  name: 'tsi',
  title: 'True strength index',
  family: 'momentum',
  about: 'True strength index: -100 to 100, above 0 when prices rose more than they fell, twice smoothed.',
  params: [
    { name: 'long', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 25 },
    { name: 'short', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 13 },
    { name: 'signal', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 7 },
  ],
  outputs: ['tsi', 'signal'],
  units: ['percent', 'percent'],
  ranges: [
    [-100, 100],
    [-100, 100],
  ],
  inputs: 'series',
  chart: { pane: 'own', levels: [0] },
  warmUp: ([long, short, signal]) => long! + short! + signal! - 1,
  stable: ([long, short, signal]) =>
    1 + forgottenAfter((long! + 1) / 2) + forgottenAfter((short! + 1) / 2) + forgottenAfter((signal! + 1) / 2),
  create([long, short, signal], memory) {
    const periods = { long: long!, short: short!, signal: signal! };
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runTsi(state, kernel, periods);
    return createColumns({ memory, outputCount: 2, cells: [1, 1, 1, 1, 1, 1, 1, 1], run });
  },
};

// Averages that faded below this (a price that stood still for thousands of candles) are nothing, as in the RSI.
const FADED = 1e-290;
const orNothing = (average: number): number => (average < FADED ? 0 : average);

/**
 * State: the last value, the averages of gains and losses, the averages of those, the signal, how many values were seen,
 * and how many tsi the signal has seen. Gains and losses apart: their difference never passes their sum, whatever is rounded.
 */
function runTsi(state: readonly Float64Array[], { step, into, commit }: KernelRun, periods: Periods): void {
  const [lasts, gains, losses, smoothGains, smoothLosses, signals, counts, lineCounts] = state as Float64Array[];
  const { from, to, present } = step;
  const { long, short } = periods;
  const input = step.inputs[0]!;
  const [lineOut, signalOut] = into as [Float64Array, Float64Array];
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const value = input[slot]!;
    if (!(Math.abs(value) <= LARGEST_INPUT)) {
      lineOut[slot] = NaN;
      signalOut[slot] = NaN;
      continue;
    }
    const seen = counts![slot]!;
    // The first value has nothing to differ from; how many changes came before this one is then -1.
    const change = seen === 0 ? 0 : value - lasts![slot]!;
    const seenChanges = seen - 1;
    const gain = seen === 0 ? 0 : orNothing(nextEma(gains![slot]!, Math.max(change, 0), seenChanges, long));
    const loss = seen === 0 ? 0 : orNothing(nextEma(losses![slot]!, Math.max(-change, 0), seenChanges, long));
    const seenFirsts = seenChanges - (long - 1);
    const smoothGain = seenFirsts < 0 ? 0 : orNothing(nextEma(smoothGains![slot]!, gain, seenFirsts, short));
    const smoothLoss = seenFirsts < 0 ? 0 : orNothing(nextEma(smoothLosses![slot]!, loss, seenFirsts, short));
    // 0 / 0 on a flat market is NaN, which is what it should be.
    const ratio = (smoothGain - smoothLoss) / (smoothGain + smoothLoss);
    const line = seen >= long + short - 1 ? 100 * ratio : NaN;
    const hasLine = !Number.isNaN(line);
    const seenLines = lineCounts![slot]!;
    const signal = hasLine ? nextEma(signals![slot]!, line, seenLines, periods.signal) : signals![slot]!;
    lineOut[slot] = line;
    signalOut[slot] = hasLine && seenLines >= periods.signal - 1 ? signal : NaN;
    if (commit) {
      lasts![slot] = value;
      gains![slot] = gain;
      losses![slot] = loss;
      smoothGains![slot] = smoothGain;
      smoothLosses![slot] = smoothLoss;
      signals![slot] = signal;
      counts![slot] = Math.min(seen + 1, long + short);
      lineCounts![slot] = hasLine ? Math.min(seenLines + 1, periods.signal) : seenLines;
    }
  }
}
