/** The true range of a candle: from its own low to its own high, widened to the close before it. Never negative. */
export function trueRange(high: number, low: number, closeBefore: number): number {
  return Math.max(high, closeBefore) - Math.min(low, closeBefore);
}

/** Wilder's average of the true range by coin slot, in state columns. */
export interface AverageRange {
  readonly closes: Float64Array;
  readonly averages: Float64Array;
  readonly counts: Float64Array;
  readonly period: number;
  readonly commit: boolean;
}

/** Moves the average by one candle: NaN until `period` ranges were seen, of which the first candle has none. */
export function moveAverageRange(
  range: AverageRange,
  slot: number,
  { high, low, close }: { high: number; low: number; close: number },
): number {
  const { closes, averages, counts, period, commit } = range;
  const seen = counts[slot]!;
  const before = averages[slot]!;
  const width = seen === 0 ? 0 : trueRange(high, low, closes[slot]!);
  // The first candle has no range, and the average of one range is that range.
  const average = seen <= 1 || period === 1 ? width : before + (width - before) / Math.min(seen, period);
  if (commit) {
    closes[slot] = close;
    averages[slot] = average;
    counts[slot] = Math.min(seen + 1, Math.max(period, 2));
  }
  return seen >= period ? average : NaN;
}
