import type { CandleWire } from '@ubot/contracts';

/**
 * Puts candles in the place of those with the same opening time, and new ones in their order.
 *
 * Edges: what comes is newer or older than what is there, or overlaps it; candles between that nobody has are not made up.
 */
export function mergeCandles(before: readonly CandleWire[], came: readonly CandleWire[]): readonly CandleWire[] {
  const [only] = came;
  const last = before.at(-1);
  if (came.length === 1 && only !== undefined && last !== undefined && only.openAtMs >= last.openAtMs) {
    return only.openAtMs === last.openAtMs ? [...before.slice(0, -1), only] : [...before, only];
  }
  const byTime = new Map([...before, ...came].map((candle) => [candle.openAtMs, candle]));
  return [...byTime.values()].toSorted((a, b) => a.openAtMs - b.openAtMs);
}
