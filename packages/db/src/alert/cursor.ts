import type { Executor, Transaction } from '../database.ts';

/** How far a scanner has come in one of its feeds. */
export interface ScannerCursor {
  readonly snapshotId: string;
  readonly takenAtMs: number;
}

/** null: this scanner has not evaluated anything yet. `scanner` names the shard and the feed. */
export async function readScannerCursor(db: Executor, scanner: string): Promise<ScannerCursor | null> {
  const [row] = await db.query<{ snapshot_id: string; taken_at: Date }>(
    'select snapshot_id, taken_at from alert.scanner_cursor where scanner = $1',
    [scanner],
  );
  return row === undefined ? null : { snapshotId: row.snapshot_id, takenAtMs: row.taken_at.getTime() };
}

/**
 * Moves the cursor on from where this scanner believes it to be (null: nowhere yet).
 *
 * Shape:  → false when it is somewhere else: another scanner of the same name has been at work, and whatever the
 *         transaction holds must not be committed.
 */
export async function moveScannerCursor(
  tx: Transaction,
  options: { scanner: string; from: ScannerCursor | null; to: ScannerCursor; nowMs: number },
): Promise<boolean> {
  const { scanner, from, to } = options;
  const values = [scanner, to.snapshotId, new Date(to.takenAtMs).toISOString(), new Date(options.nowMs).toISOString()];
  const moved =
    from === null
      ? await tx.query(
          `insert into alert.scanner_cursor (scanner, snapshot_id, taken_at, updated_at) values ($1, $2, $3, $4)
           on conflict (scanner) do nothing returning scanner`,
          values,
        )
      : await tx.query(
          `update alert.scanner_cursor set snapshot_id = $2, taken_at = $3, updated_at = $4
           where scanner = $1 and snapshot_id = $5 returning scanner`,
          [...values, from.snapshotId],
        );
  return moved.length === 1;
}

/** The newest stored snapshot taken before an instant (Infinity: of all); null when there is none. */
export async function lastSnapshotBefore(db: Executor, beforeMs: number): Promise<ScannerCursor | null> {
  const [row] = await db.query<{ id: string; taken_at: Date }>(
    'select id, taken_at from market.snapshots where taken_at < $1 order by taken_at desc limit 1',
    [beforeMs === Infinity ? 'infinity' : new Date(beforeMs).toISOString()],
  );
  return row === undefined ? null : { snapshotId: row.id, takenAtMs: row.taken_at.getTime() };
}

/** The first stored snapshot taken at an instant or after it; null when there is none. */
export async function firstSnapshotFrom(db: Executor, fromMs: number): Promise<ScannerCursor | null> {
  const [row] = await db.query<{ id: string; taken_at: Date }>(
    'select id, taken_at from market.snapshots where taken_at >= $1 order by taken_at limit 1',
    [new Date(fromMs).toISOString()],
  );
  return row === undefined ? null : { snapshotId: row.id, takenAtMs: row.taken_at.getTime() };
}
