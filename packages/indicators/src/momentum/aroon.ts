import { createColumns, type KernelRun } from '../columns.ts';
import { LARGEST_INPUT, LONGEST_PERIOD, type IndicatorDefinition } from '../types.ts';

/**
 * Aroon: how lately, within `period` candles, the highest high and the lowest low were made.
 *
 * Shape:  high, low → up, down and oscillator (up - down) per candle, NaN until `period` + 1 candles were seen.
 * Units:  up and down 0 (`period` candles ago) to 100 (now), oscillator -100 to 100.
 * Edges:  of equal highs (lows) the latest counts, as with TA-Lib (Skender takes the earliest); so in a flat market both are
 *         100. A candle with an unknown price is passed over.
 * Errors: INDICATOR_PARAM_OUT_OF_RANGE for a period below 1 or above 5,000.
 * Source: Chande 1995; numbers checked against Skender, TA-Lib and Tulip.
 */
export const aroon: IndicatorDefinition = {
  name: 'aroon',
  title: 'Aroon',
  family: 'momentum',
  about: 'Aroon: how lately the highest high (up) and the lowest low (down) were made, 100 is now.',
  params: [{ name: 'period', kind: 'integer', minimum: 1, maximum: LONGEST_PERIOD, default: 14 }],
  outputs: ['up', 'down', 'oscillator'],
  units: ['percent', 'percent', 'percent'],
  ranges: [
    [0, 100],
    [0, 100],
    [-100, 100],
  ],
  inputs: ['high', 'low'],
  chart: { pane: 'own', levels: [30, 70] },
  warmUp: ([period]) => period! + 1,
  stable: ([period]) => period! + 1,
  create([period], memory) {
    const run = (state: readonly Float64Array[], kernel: KernelRun) => runAroon(state, kernel, period!);
    const cells = [period! + 1, period! + 1, 1, 1, 1];
    return createColumns({ memory, outputCount: 3, cells, run });
  },
};

/** State: the last highs and lows as rings, how many candles ago the highest and the lowest were, and the count of candles. */
function runAroon(state: readonly Float64Array[], { step, into, commit }: KernelRun, period: number): void {
  const [highRing, lowRing, highAges, lowAges, counts] = state as Float64Array[];
  const { from, to, present } = step;
  const [highs, lows] = step.inputs as [Float64Array, Float64Array];
  const [upOut, downOut, oscillatorOut] = into as [Float64Array, Float64Array, Float64Array];
  const length = period + 1;
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const high = highs[slot]!;
    const low = lows[slot]!;
    if (!(Math.abs(high) <= LARGEST_INPUT && Math.abs(low) <= LARGEST_INPUT)) {
      upOut[slot] = NaN;
      downOut[slot] = NaN;
      oscillatorOut[slot] = NaN;
      continue;
    }
    const count = counts![slot]!;
    const base = slot * length;
    const place = count >= length ? count - length : count;
    const highLeaving = highRing![base + place]!;
    const lowLeaving = lowRing![base + place]!;
    // The windows as they would be; a peek puts back what stood there.
    highRing![base + place] = high;
    lowRing![base + place] = low;
    let highAge = highAges![slot]! + 1;
    let lowAge = lowAges![slot]! + 1;
    if (count === 0) highAge = lowAge = 0;
    else {
      if (highAge === length) highAge = ageOfHighest(highRing!, base, length, place);
      else if (high >= highRing![base + ((place - highAge + length) % length)]!) highAge = 0;
      if (lowAge === length) lowAge = ageOfLowest(lowRing!, base, length, place);
      else if (low <= lowRing![base + ((place - lowAge + length) % length)]!) lowAge = 0;
    }
    const full = count >= period;
    const up = full ? (100 * (period - highAge)) / period : NaN;
    const down = full ? (100 * (period - lowAge)) / period : NaN;
    upOut[slot] = up;
    downOut[slot] = down;
    oscillatorOut[slot] = up - down;
    if (commit) {
      highAges![slot] = highAge;
      lowAges![slot] = lowAge;
      counts![slot] = count + 1 === 2 * length ? length : count + 1;
    } else {
      highRing![base + place] = highLeaving;
      lowRing![base + place] = lowLeaving;
    }
  }
}

/** How many values ago the latest of the highest values of a full ring is, whose newest is at `place`. */
function ageOfHighest(ring: Float64Array, base: number, length: number, place: number): number {
  let best = 0;
  let highest = ring[base + place]!;
  for (let age = 1; age < length; age++) {
    const value = ring[base + (place >= age ? place - age : place - age + length)]!;
    if (value > highest) {
      highest = value;
      best = age;
    }
  }
  return best;
}

/** The same for the lowest. */
function ageOfLowest(ring: Float64Array, base: number, length: number, place: number): number {
  let best = 0;
  let lowest = ring[base + place]!;
  for (let age = 1; age < length; age++) {
    const value = ring[base + (place >= age ? place - age : place - age + length)]!;
    if (value < lowest) {
      lowest = value;
      best = age;
    }
  }
  return best;
}
