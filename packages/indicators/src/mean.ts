// 2^27 + 1: splits a double into two halves of 26 bits (Veltkamp).
const SPLITTER = 134_217_729;

/**
 * (high + low) / count, rounded once.
 *
 * `high` and `low` are a sum and what was lost in adding it up. Dividing a rounded sum can miss the mean of equal numbers
 * by a unit in the last place (0.1 + 0.1 + 0.1 over 3), which would make `close > sma(3)` true on a flat market; so what
 * the division loses is put back. `count` is a whole number below 2^26.
 */
export function roundedMean(high: number, low: number, count: number): number {
  const quotient = high / count;
  const carried = SPLITTER * quotient;
  const upper = carried - (carried - quotient);
  const lower = quotient - upper;
  const rest = high - upper * count - lower * count + low;
  return quotient + rest / count;
}
