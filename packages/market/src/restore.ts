import type { CandleColumns } from './candle.ts';
import { foldColumns } from './foldCandles.ts';
import type { SnapshotColumns } from './snapshot.ts';
import { shortestFirst, timeframeOpenMs, type Timeframe } from './timeframe.ts';

/**
 * Rebuilds a fresh folder's open candles after a restart, so that it goes on as if it had never stopped.
 *
 * Shape:  `lastTakenAtMs` is the time of the last stored snapshot; `snapshots` are the stored ones since the shortest
 *         timeframe's candle of that time opened, oldest first, the last included; `readClosed` reads stored candles
 *         with `fromMs <= open time < toMs` in time order. Each open candle is the closed candles of the next shorter
 *         timeframe since its open, then the open shorter one, then the snapshots.
 * Edges:  whether a sample was stale depends on the snapshots before it: hand the folder a `staleness` that has been
 *         updated with the few stored before `snapshots`.
 */
export async function restoreOpenCandles(options: {
  folder: { restore(columns: CandleColumns): void; addSnapshot(snapshot: SnapshotColumns): unknown };
  timeframes: readonly Timeframe[];
  lastTakenAtMs: number;
  snapshots: readonly SnapshotColumns[];
  readClosed(range: { timeframe: Timeframe; fromMs: number; toMs: number }): AsyncIterable<CandleColumns>;
}): Promise<void> {
  const { folder, lastTakenAtMs, readClosed } = options;
  const [shortest, ...longer] = shortestFirst(options.timeframes);
  if (shortest === undefined) return;
  let shorter = shortest;
  let shorterOpen: CandleColumns | null = null;
  for (const timeframe of longer) {
    const openAtMs = timeframeOpenMs(timeframe, lastTakenAtMs);
    const parts: CandleColumns[] = [];
    const range = { timeframe: shorter, fromMs: openAtMs, toMs: timeframeOpenMs(shorter, lastTakenAtMs) };
    if (range.fromMs < range.toMs) for await (const columns of readClosed(range)) parts.push(columns);
    if (shorterOpen !== null) parts.push(shorterOpen);
    shorterOpen = foldColumns({ columns: parts, to: timeframe, openAtMs });
    if (shorterOpen !== null) folder.restore(shorterOpen);
    shorter = timeframe;
  }
  for (const snapshot of options.snapshots) folder.addSnapshot(snapshot);
}
