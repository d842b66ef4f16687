import { areKnown } from '../averages.ts';
import { createColumns, type KernelRun } from '../columns.ts';
import { LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';
import { ringNext, ringPlace } from '../windows.ts';

interface Periods {
  readonly short: number;
  readonly middle: number;
  readonly long: number;
}

/**
 * Ultimate oscillator: buying pressure over true range in three windows, weighted 4 : 2 : 1.
 *
 * Shape:  high, low, close → one value per candle, NaN until `long` + 1 candles were seen.
 * Units:  0 to 100.
 * Edges:  buying pressure is the close less the lower of the low and the close before. A window without any range has none:
 *         NaN. A close outside its own candle widens it. A candle with an unknown price is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period out of its range, or periods that do not grow.
 * Source: Williams 1985; numbers checked against Skender, TA-Lib and Tulip.
 */
export const ultimate: IndicatorDefinition = {
  name: 'ultimate',
  title: 'Ultimate oscillator',
  family: 'momentum',
  about: 'Ultimate oscillator: 0 to 100, buying pressure over three periods at once.',
  params: [
    { name: 'short', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 7 },
    { name: 'middle', kind: 'integer', minimum: 2, maximum: LONGEST_PERIOD, default: 14 },
    { name: 'long', kind: 'integer', minimum: 3, maximum: LONGEST_PERIOD, default: 28 },
  ],
  outputs: ['value'],
  units: ['percent'],
  ranges: [[0, 100]],
  inputs: ['high', 'low', 'close'],
  chart: { pane: 'own', levels: [30, 70] },
  conflict([short, middle, long]) {
    if (short! >= middle!) return `short (${short}) must be below middle (${middle})`;
    return middle! < long! ? null : `middle (${middle}) must be below long (${long})`;
  },
  warmUp: ([, , long]) => long! + 1,
  stable: ([, , long]) => long! + 1,
  create([short, middle, long], memory) {
    const periods = { short: short!, middle: middle!, long: long! };
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runUltimate(state, kernel, periods);
    return createColumns({ memory, outputCount: 1, cells: [long!, long!, 1, 1, 1], run });
  },
};

/** State: pressures and ranges as rings, the last close, whether there is one, and the count of ranges. */
function runUltimate(state: readonly Float64Array[], { step, into, commit }: KernelRun, periods: Periods): void {
  const [pressures, ranges, lasts, begun, counts] = state as Float64Array[];
  const { from, to, present } = step;
  const { long } = periods;
  const [highs, lows, closes] = step.inputs as [Float64Array, Float64Array, Float64Array];
  const output = into[0]!;
  const rings = { pressures: pressures!, ranges: ranges! };
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    output[slot] = NaN;
    const close = closes[slot]!;
    if (!areKnown(highs[slot]!, lows[slot]!, close)) continue;
    const high = Math.max(highs[slot]!, close);
    const low = Math.min(lows[slot]!, close);
    const last = lasts![slot]!;
    if (commit) lasts![slot] = close;
    if (begun![slot] === 0) {
      if (commit) begun![slot] = 1;
      continue;
    }
    const floor = Math.min(low, last);
    const count = counts![slot]!;
    const base = slot * long;
    const at = base + ringPlace(count, long);
    const leavingPressure = pressures![at]!;
    const leavingRange = ranges![at]!;
    // The windows as they would be; a peek puts back what stood there.
    pressures![at] = close - floor;
    ranges![at] = Math.max(high, last) - floor;
    if (count >= long - 1) output[slot] = weighed(rings, base, at, periods);
    if (commit) {
      counts![slot] = ringNext(count, long);
    } else {
      pressures![at] = leavingPressure;
      ranges![at] = leavingRange;
    }
  }
}

/** One pass from the newest to the oldest candle; pressures never exceed their ranges, and rounding keeps it so. */
function weighed(
  { pressures, ranges }: { pressures: Float64Array; ranges: Float64Array },
  base: number,
  at: number,
  { short, middle, long }: Periods,
): number {
  let pressure = 0;
  let range = 0;
  let sum = 0;
  let i = at;
  for (let age = 1; age <= long; age++) {
    pressure += pressures[i]!;
    range += ranges[i]!;
    // 0 / 0 without any range is NaN, which is what it should be.
    if (age === short) sum += 4 * (pressure / range);
    if (age === middle) sum += 2 * (pressure / range);
    i = i === base ? base + long - 1 : i - 1;
  }
  return 100 * ((sum + pressure / range) / 7);
}
