import type { Executor } from '../database.ts';

/** Makes what quiet hours hold of a user (null: of everybody) due now, so that it is judged by the hours as they are now. */
export async function recallQuiet(
  db: Executor,
  { userId, nowMs }: { userId: string | null; nowMs: number },
): Promise<number> {
  const rows = await db.query(
    `update alert.notifications set next_attempt_at = $2, updated_at = $2
     where state = 'queued' and held_since is not null and error_code = 'quiet_hours' and next_attempt_at > $2
       and ($1::uuid is null or user_id = $1) returning id`,
    [userId, new Date(nowMs).toISOString()],
  );
  return rows.length;
}
