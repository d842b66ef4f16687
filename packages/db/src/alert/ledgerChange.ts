import type { Executor } from '../database.ts';
import { announcedWithMembers } from './digestMembers.ts';

export const iso = (atMs: number): string => new Date(atMs).toISOString();

/**
 * One update of one notification, and with it of the members of its digest, announced with the commit. `$1` is the id,
 * `$2` now, the values follow.
 */
export async function change(
  db: Executor,
  options: { set: string; where: string; id: string; nowMs: number; values: readonly unknown[] },
): Promise<boolean> {
  const rows = await db.query(
    `with changed as (
       update alert.notifications set ${options.set}, updated_at = $2::timestamptz
       where id = $1 and ${options.where} returning *
     ) ${announcedWithMembers}`,
    [options.id, iso(options.nowMs), ...options.values],
  );
  return rows.length > 0;
}
