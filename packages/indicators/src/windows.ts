/**
 * Windows of values as rings. A ring lies at `base` of a column, `period` cells long, its newest value at `at`. How many
 * values it took in is counted from 0 to `period` while it fills and then round and round to 2 * `period` - 1, so that
 * one number holds the place to write at and whether the ring is full.
 */

/** The place in the ring, counted from its base, that the next value is written to. */
export function ringPlace(count: number, period: number): number {
  return count >= period ? count - period : count;
}

/** The count once one more value was written. */
export function ringNext(count: number, period: number): number {
  return count + 1 === 2 * period ? period : count + 1;
}

/** The highs and the lows of a window by coin slot, in state columns; `top` and `bottom` are those of the last move. */
export interface RangeWindow {
  readonly highs: Float64Array;
  /** May be the same column as `highs`, where one number is both. */
  readonly lows: Float64Array;
  /** Where in its ring the highest high and the lowest low stand. */
  readonly highPlaces: Float64Array;
  readonly lowPlaces: Float64Array;
  readonly counts: Float64Array;
  readonly period: number;
  readonly commit: boolean;
  top: number;
  bottom: number;
}

function highestIn(ring: Float64Array, base: number, length: number): number {
  let highest = base;
  for (let i = base + 1; i < base + length; i++) if (ring[i]! > ring[highest]!) highest = i;
  return highest;
}

function lowestIn(ring: Float64Array, base: number, length: number): number {
  let lowest = base;
  for (let i = base + 1; i < base + length; i++) if (ring[i]! < ring[lowest]!) lowest = i;
  return lowest;
}

/** Moves a window of highs and lows by one candle; true when it is full. The window is searched only where its extreme left. */
export function moveRange(window: RangeWindow, slot: number, high: number, low: number): boolean {
  const { highs, lows, highPlaces, lowPlaces, counts, period, commit } = window;
  const count = counts[slot]!;
  const base = slot * period;
  const at = base + ringPlace(count, period);
  const length = Math.min(count + 1, period);
  let highAt = base + highPlaces[slot]!;
  let lowAt = base + lowPlaces[slot]!;
  const isHighest = count === 0 || high >= highs[highAt]!;
  const isLowest = count === 0 || low <= lows[lowAt]!;
  const highLeaving = highs[at]!;
  const lowLeaving = lows[at]!;
  // The window as it would be; a peek puts back what stood there.
  highs[at] = high;
  lows[at] = low;
  if (isHighest) highAt = at;
  else if (highAt === at) highAt = highestIn(highs, base, length);
  if (isLowest) lowAt = at;
  else if (lowAt === at) lowAt = lowestIn(lows, base, length);
  window.top = highs[highAt]!;
  window.bottom = lows[lowAt]!;
  if (commit) {
    highPlaces[slot] = highAt - base;
    lowPlaces[slot] = lowAt - base;
    counts[slot] = ringNext(count, period);
  } else {
    highs[at] = highLeaving;
    lows[at] = lowLeaving;
  }
  return count >= period - 1;
}

/** The last known values of a line by coin slot, in state columns, for its simple average. */
export interface MeanWindow {
  readonly ring: Float64Array;
  readonly counts: Float64Array;
  readonly period: number;
  readonly commit: boolean;
}

/** Moves the window by one value and gives the mean of what is in it: NaN until full, or for an unknown value, which it passes over. */
export function moveMean(window: MeanWindow, slot: number, value: number): number {
  if (Number.isNaN(value)) return NaN;
  const { ring, counts, period, commit } = window;
  const count = counts[slot]!;
  const base = slot * period;
  const at = base + ringPlace(count, period);
  const leaving = ring[at]!;
  ring[at] = value;
  const mean = count >= period - 1 ? ringMean(ring, base, period, at) : NaN;
  if (commit) counts[slot] = ringNext(count, period);
  else ring[at] = leaving;
  return mean;
}

/** The mean of a full ring, added up from the newest to the oldest value: never beyond the largest or the smallest. */
function ringMean(ring: Float64Array, base: number, period: number, at: number): number {
  let sum = 0;
  for (let i = at; i >= base; i--) sum += ring[i]!;
  for (let i = base + period - 1; i > at; i--) sum += ring[i]!;
  return sum / period;
}

/**
 * The linearly weighted mean of a full ring: `period` for the newest value down to 1 for the oldest.
 *
 * It is added up as distances from the newest value, so that equal values have exactly that mean and prices around 1e12
 * keep their digits; always from the newest to the oldest, so that it does not depend on where the ring began.
 */
export function weightedMean(ring: Float64Array, base: number, period: number, at: number): number {
  const newest = ring[at]!;
  let weight = period;
  let sum = 0;
  for (let i = at - 1; i >= base; i--) sum += --weight * (ring[i]! - newest);
  for (let i = base + period - 1; i > at; i--) sum += --weight * (ring[i]! - newest);
  return newest + sum / ((period * (period + 1)) / 2);
}
