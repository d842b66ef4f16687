import { readScannerCursor, type Database, type ScannerCursor } from '@ubot/db';
import { shardName, type Shard } from './shard.ts';

/** The two feeds a scanner follows: the snapshots that mother-app stores, and those that were posted to the scanner. */
export const FEEDS = ['market', 'pushed'] as const;
export type FeedName = (typeof FEEDS)[number];

/** How far this scanner has come in each feed; null: nowhere yet. */
export type Position = Readonly<Record<FeedName, ScannerCursor | null>>;

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
