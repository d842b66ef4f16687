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
  await db.query('delete from account.spent_codes where spent_at <= $1', [new Date(nowMs - CODE_LIVES_MS)]);
}

/** A code is taken half a minute before and after its own; past this the same six digits are another code. */
const CODE_LIVES_MS = 2 * 60_000;

/**
 * Takes a code of somebody's authenticator that was found right.
 *
 * Shape: → false: it has been taken before; of two at once one gets it.
 */
export async function spendCode(
  db: Executor,
  given: { userId: string; codeHash: Buffer; nowMs: number },
): Promise<boolean> {
  const { userId, codeHash, nowMs } = given;
  const taken = await db.query(
    `insert into account.spent_codes as spent (user_id, code_hash, spent_at) values ($1, $2, $3)
     on conflict (user_id, code_hash) do update set spent_at = excluded.spent_at where spent.spent_at <= $4
     returning 1`,
    [userId, codeHash, new Date(nowMs), new Date(nowMs - CODE_LIVES_MS)],
  );
  return taken.length === 1;
}
