import { UbotError, type SnapshotMessage } from '@ubot/contracts';
import { announce, type Executor, type Transaction } from '../database.ts';
import type { ScannerCursor } from './cursor.ts';

// One writer at a time: the check "later than the last" and the insert belong together.
const PUSHED_LOCK = 7_261_012;

export interface PushedSnapshot {
  readonly id: string;
  readonly message: SnapshotMessage;
}

/**
 * Stores a snapshot that was posted to the scanner, and announces it with the commit.
 *
 * Shape:  → its id, and whether the very same one was there already (a repeated post is harmless).
 * Errors: throws SNAPSHOT_OUT_OF_ORDER when one of this time with other content, or a later one, was posted before; and
 *         when its time is not after `afterMs`, the last one that came another way.
 */
export async function storePushedSnapshot(
  tx: Transaction,
  options: { message: SnapshotMessage; afterMs: number; nowMs: number },
): Promise<{ id: string; repeated: boolean }> {
  const { message } = options;
  const takenAt = new Date(message.takenAtMs).toISOString();
  const text = JSON.stringify(message);
  await tx.query('select pg_advisory_xact_lock($1)', [PUSHED_LOCK]);
  const [same] = await tx.query<{ id: string }>(
    'select id from alert.pushed_snapshots where taken_at = $1 and message = $2::jsonb',
    [takenAt, text],
  );
  if (same !== undefined) return { id: same.id, repeated: true };
  const [later] = await tx.query('select 1 from alert.pushed_snapshots where taken_at >= $1 limit 1', [takenAt]);
  if (later !== undefined || message.takenAtMs <= options.afterMs) throw new UbotError('SNAPSHOT_OUT_OF_ORDER');
  const [row] = await tx.query<{ id: string }>(
    'insert into alert.pushed_snapshots (taken_at, message, received_at) values ($1, $2::jsonb, $3) returning id',
    [takenAt, text, new Date(options.nowMs).toISOString()],
  );
  await announce(tx, 'snapshot', `pushed:${row!.id}`);
  return { id: row!.id, repeated: false };
}

/** The pushed snapshots after one, in their order. */
export function readPushedAfter(db: Executor, options: { afterId: string; limit: number }): Promise<PushedSnapshot[]> {
  return db.query<{ id: string; message: SnapshotMessage }>(
    'select id, message from alert.pushed_snapshots where id > $1 order by id limit $2',
    [options.afterId, options.limit],
  );
}

/** Keeps the newest `keep` pushed snapshots: what a restart can be rebuilt from. */
export async function trimPushed(db: Executor, keep: number): Promise<void> {
  await db.query(
    `delete from alert.pushed_snapshots where id <= (
       select id from alert.pushed_snapshots order by id desc offset $1 limit 1)`,
    [keep],
  );
}

/** The last pushed snapshot taken before an instant; null when there is none. */
export async function lastPushedBefore(db: Executor, beforeMs: number): Promise<ScannerCursor | null> {
  return cursorOf(db, 'where taken_at < $1 order by taken_at desc limit 1', beforeMs);
}

/** The first pushed snapshot taken at an instant or after it; null when there is none. */
export async function firstPushedFrom(db: Executor, fromMs: number): Promise<ScannerCursor | null> {
  return cursorOf(db, 'where taken_at >= $1 order by taken_at limit 1', fromMs);
}

async function cursorOf(db: Executor, which: string, atMs: number): Promise<ScannerCursor | null> {
  const [row] = await db.query<{ id: string; taken_at: Date }>(
    `select id, taken_at from alert.pushed_snapshots ${which}`,
    [new Date(atMs).toISOString()],
  );
  return row === undefined ? null : { snapshotId: row.id, takenAtMs: row.taken_at.getTime() };
}
