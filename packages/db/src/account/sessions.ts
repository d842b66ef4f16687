import type { Executor } from '../database.ts';

export interface SessionRow {
  id: string;
  tokenHash: string;
  createdAtMs: number;
  expiresAtMs: number;
  address: string | null;
  userAgent: string | null;
}

/** A user's sessions that still count, newest first. */
export async function sessionsOfUser(db: Executor, of: { userId: string; nowMs: number }): Promise<SessionRow[]> {
  return db.query<SessionRow & Record<string, unknown>>(
    `select id, token_hash as "tokenHash", ip_address as address, user_agent as "userAgent",
       floor(extract(epoch from created_at) * 1000)::float8 as "createdAtMs",
       floor(extract(epoch from expires_at) * 1000)::float8 as "expiresAtMs"
     from account.sessions where user_id = $1 and expires_at > $2 order by created_at desc, id`,
    [of.userId, new Date(of.nowMs)],
  );
}

/**
 * Ends sessions of a user: the one of a token, the one with an id, all, or all but the one of a token. A trigger writes
 * the audit rows and wakes whoever keeps identities.
 *
 * Shape: → how many.
 */
export async function endSessions(
  tx: Executor,
  of: { userId: string; id?: string; tokenHash?: Buffer; exceptTokenHash?: Buffer },
): Promise<number> {
  const rows = await tx.query(
    `delete from account.sessions
     where user_id = $1 and ($2::uuid is null or id = $2) and ($3::text is null or token_hash = $3)
       and ($4::text is null or token_hash <> $4) returning id`,
    [of.userId, of.id ?? null, of.tokenHash?.toString('hex') ?? null, of.exceptTokenHash?.toString('hex') ?? null],
  );
  return rows.length;
}

/** What nobody can use any more; keeps the tables from growing without end. */
export async function deleteExpiredSignIns(db: Executor, nowMs: number): Promise<void> {
  const now = new Date(nowMs);
  await db.query('delete from account.sessions where expires_at <= $1', [now]);
  await db.query('delete from account.verifications where expires_at <= $1', [now]);
  await db.query('delete from account.undelivered_links where expires_at <= $1', [now]);
}
