import { readScannerCursor, type Database, type ScannerCursor } from '@ubot/db';
import { shardName, type Shard } from './shard.ts';

/** The two feeds a scanner follows: the snapshots that mother-app stores, and those that were posted to the scanner. */
export const FEEDS = ['market', 'pushed'] as const;
export type FeedName = (typeof FEEDS)[number];

/** How far this scanner has come in each feed; null: nowhere yet. */
export type Position = Readonly<Record<FeedName, ScannerCursor | null>>;

/** Ids begin at 1: a cursor with this one is not stored yet, and its time says what is to be known already. */
const NOT_STORED = '0';

/**
 * The position right before the first snapshot of all: nothing is evaluated, and history (a demo market writes some at
 * its first start) counts up to the snapshot.
 */
export function beforeFirst(position: Position, firstTakenAtMs: number): Position {
  return { ...position, market: { snapshotId: NOT_STORED, takenAtMs: firstTakenAtMs - 1 } };
}

/** The cursor as the database has it: null when there is none. */
export function storedCursor(position: Position, feed: FeedName): ScannerCursor | null {
  const cursor = position[feed];
  return cursor?.snapshotId === NOT_STORED ? null : cursor;
}

/** Under which name the cursor of a feed is stored. */
export function cursorName(shard: Shard, feed: FeedName): string {
  return feed === 'market' ? shardName(shard) : `${shardName(shard)} pushed`;
}

export async function readPosition(db: Database, shard: Shard): Promise<Position> {
  return {
    market: await readScannerCursor(db, cursorName(shard, 'market')),
    pushed: await readScannerCursor(db, cursorName(shard, 'pushed')),
  };
}

/** The time of the last snapshot evaluated, whichever feed it came from. */
export function lastTakenAtMs({ market, pushed }: Position): number {
  return Math.max(market?.takenAtMs ?? -Infinity, pushed?.takenAtMs ?? -Infinity);
}
