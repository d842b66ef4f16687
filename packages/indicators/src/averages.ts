import { LARGEST_INPUT } from './types.ts';

/**
 * The next value of an exponential average of which `seen` values came before: the plain mean of the first `period`
 * values, then k = 2 / (period + 1). Equal values have exactly that average, and an average of one is the value itself.
 */
export function nextEma(before: number, value: number, seen: number, period: number): number {
  if (period === 1) return value;
  return before + (value - before) / (seen < period ? seen + 1 : (period + 1) / 2);
}

/** What a division gave, unless that is infinite, nothing at all, or too large to go on with: then unknown. */
export const knownOrNaN = (value: number): number => (Math.abs(value) <= LARGEST_INPUT ? value : NaN);

/** Whether a candle's prices are all known. */
export function areKnown(high: number, low: number, close: number): boolean {
  return Math.abs(high) <= LARGEST_INPUT && Math.abs(low) <= LARGEST_INPUT && Math.abs(close) <= LARGEST_INPUT;
}
