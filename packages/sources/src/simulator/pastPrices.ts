const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** What the percent changes look back to. */
export const CHANGE_SPANS_MS = { hour: HOUR_MS, day: DAY_MS, week: 7 * DAY_MS } as const;

// Minutes for the last day, quarters of an hour for the last week: what the percent changes need, in 4 MB for 250 coins.
const GRIDS = [
  { spacingMs: MINUTE_MS, keepMs: DAY_MS + HOUR_MS },
  { spacingMs: 15 * MINUTE_MS, keepMs: 7 * DAY_MS + HOUR_MS },
] as const;

interface Frame {
  readonly atMs: number;
  readonly prices: Float64Array;
}

export interface PastPrices {
  /** In time order; keeps a copy. */
  add(atMs: number, prices: Float64Array): void;
  /** What all coins cost then, from the nearest moments kept (between two, along the curve of equal growth); null: too long ago. */
  at(atMs: number): Float64Array | null;
}

export function createPastPrices(): PastPrices {
  const grids = GRIDS.map((grid) => ({ ...grid, frames: [] as Frame[] }));
  let newest: Frame | null = null;

  /** The latest moment at or before, and the earliest after. */
  function around(atMs: number): [Frame | null, Frame | null] {
    let before: Frame | null = null;
    let after: Frame | null = newest !== null && newest.atMs >= atMs ? newest : null;
    for (const { frames } of grids) {
      let low = 0;
      let high = frames.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (frames[middle]!.atMs <= atMs) low = middle + 1;
        else high = middle;
      }
      const left = frames[low - 1];
      const right = frames[low];
      if (left !== undefined && (before === null || left.atMs > before.atMs)) before = left;
      if (right !== undefined && (after === null || right.atMs < after.atMs)) after = right;
    }
    return [before, after];
  }

  return {
    add(atMs, prices) {
      newest = { atMs, prices: prices.slice() };
      for (const grid of grids) {
        const last = grid.frames.at(-1);
        if (last !== undefined && atMs - last.atMs < grid.spacingMs) continue;
        grid.frames.push(newest);
        // Dropped in batches: shifting a long array at every tick would cost more than the few frames too many.
        const tooOld = grid.frames.findIndex((frame) => frame.atMs >= atMs - grid.keepMs);
        if (tooOld > 64) grid.frames.splice(0, tooOld - 1);
      }
    },

    at(atMs) {
      const [before, after] = around(atMs);
      if (before === null) return null;
      if (after === null || before.atMs === atMs) return before.prices;
      const share = (atMs - before.atMs) / (after.atMs - before.atMs);
      return before.prices.map((price, i) => price * (after.prices[i]! / price) ** share);
    },
  };
}
