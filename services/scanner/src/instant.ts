import { firstPushedFrom, firstSnapshotFrom, lastPushedBefore, lastSnapshotBefore, storedCandleSpan } from '@ubot/db';
import type { Database, ScannerCursor } from '@ubot/db';
import { TIMEFRAME_MS, timeframeCloseMs, timeframeOpenMs, type Timeframe } from '@ubot/market';
import { beforeFirst, lastTakenAtMs, type FeedName, type Position } from './position.ts';

/** A stored snapshot of a feed. */
export type SnapshotRef = ScannerCursor & { readonly feed: FeedName };

/** One evaluation of the past. */
export interface Instant {
  /** What was judged: the close of the candle, or the snapshot. */
  readonly atMs: number;
  /** What was known before it. */
  readonly before: Position;
  /** The snapshot that brought it about; null: the candle is history from before the first snapshot. */
  readonly by: SnapshotRef | null;
}

export interface InstantQuery {
  readonly timeframe: Timeframe;
  readonly on: 'candle_close' | 'snapshot';
  /** The last evaluation at this time or before it. */
  readonly atMs: number;
}

/** null: there was none. */
export async function instantAt(db: Database, query: InstantQuery): Promise<Instant | null> {
  return query.on === 'snapshot' ? snapshotAt(db, query) : closeAt(db, query);
}

async function snapshotAt(db: Database, { atMs }: InstantQuery): Promise<Instant | null> {
  const by = later(await lastBefore(db, atMs + 1));
  return by === null ? null : { atMs: by.takenAtMs, before: await lastBefore(db, by.takenAtMs), by };
}

/** A candle of somebody's closes when the first snapshot at its end or after it arrives. */
async function closeAt(db: Database, { timeframe, atMs }: InstantQuery): Promise<Instant | null> {
  let limitMs = atMs;
  for (;;) {
    const openMs = timeframeOpenMs(timeframe, limitMs);
    const before = await lastBefore(db, openMs);
    const last = later(before);
    if (last === null) return closeOfHistory(db, { timeframe, closeMs: openMs });
    const closeMs = timeframeCloseMs(timeframe, timeframeOpenMs(timeframe, last.takenAtMs));
    const by = await firstFrom(db, closeMs);
    if (by !== null) return { atMs: closeMs, before, by };
    limitMs = closeMs - 1; // nothing has come since: this candle is not closed yet
  }
}

/** Candles from before the first snapshot are there where a source can give the past. */
async function closeOfHistory(
  db: Database,
  { timeframe, closeMs }: { timeframe: Timeframe; closeMs: number },
): Promise<Instant | null> {
  const span = await storedCandleSpan(db, timeframe);
  if (span === null || closeMs - TIMEFRAME_MS[timeframe] < span.firstMs) return null;
  const atMs = Math.min(closeMs, span.lastMs + TIMEFRAME_MS[timeframe]);
  return { atMs, before: beforeFirst({ market: null, pushed: null }, atMs), by: null };
}

/** How far both feeds had come right before a time. */
export async function lastBefore(db: Database, beforeMs: number): Promise<Position> {
  const [market, pushed] = [await lastSnapshotBefore(db, beforeMs), await lastPushedBefore(db, beforeMs)];
  return { market, pushed };
}

/** The newer one of two feeds. */
export function later(position: Position): SnapshotRef | null {
  const { market, pushed } = position;
  const atMs = lastTakenAtMs(position);
  if (market?.takenAtMs === atMs) return { feed: 'market', ...market };
  return pushed === null ? null : { feed: 'pushed', ...pushed };
}

async function firstFrom(db: Database, fromMs: number): Promise<SnapshotRef | null> {
  const [market, pushed] = [await firstSnapshotFrom(db, fromMs), await firstPushedFrom(db, fromMs)];
  if (market !== null && (pushed === null || market.takenAtMs <= pushed.takenAtMs))
    return { feed: 'market', ...market };
  return pushed === null ? null : { feed: 'pushed', ...pushed };
}
