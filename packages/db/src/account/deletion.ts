import type { Erasures } from '@ubot/contracts';
import type { Executor, Transaction } from '../database.ts';
import { lockChanges } from './strategies.ts';

export interface AuditRow {
  readonly atMs: number;
  readonly action: string;
  readonly subjectId: string | null;
  readonly detail: Record<string, unknown>;
}

/** What a user did, newest first. */
export async function auditOfUser(
  db: Executor,
  { userId, limit }: { userId: string; limit: number },
): Promise<AuditRow[]> {
  return db.query<AuditRow & Record<string, unknown>>(
    `select floor(extract(epoch from at) * 1000)::float8 as "atMs", action, subject_id as "subjectId", detail
     from account.audit_log where user_id = $1 order by id desc limit $2`,
    [userId, limit],
  );
}

/**
 * Deletes an account and all that is its own. Its strategies stay in the feed as deleted; of the audit log only what
 * was done and when remains, without particulars.
 *
 * Shape:  → the last position in the feed, null without strategies; `lastOperator` when nobody would be left to run the
 *         place; null when there is no such user.
 */
export async function deleteAccount(
  tx: Transaction,
  { userId, atMs }: { userId: string; atMs: number },
): Promise<{ change: string | null } | 'lastOperator' | null> {
  // All operators, so that of two who leave at once one remains.
  const operators = await tx.query<{ id: string }>(
    "select id from account.users where role = 'operator' and disabled_at is null order by id for update",
  );
  if (operators.length === 1 && operators[0]?.id === userId) return 'lastOperator';
  const [user] = await tx.query<{ email: string }>('select email from account.users where id = $1 for update', [
    userId,
  ]);
  if (user === undefined) return null;
  const strategies = await tx.query<{ id: string }>(
    'select id from account.strategies where user_id = $1 order by id for update',
    [userId],
  );
  const ids = strategies.map(({ id }) => id);
  await lockChanges(tx);
  const changes = await tx.query<{ change: string }>(
    `insert into account.strategy_tombstones (strategy_id, change)
     select id, nextval('account.strategy_change') from unnest($1::uuid[]) as s (id) returning change::text`,
    [ids],
  );
  await tx.query('delete from account.invitations where email = $1', [user.email]);
  await tx.query('delete from account.undelivered_links where email = $1', [user.email]);
  await tx.query('delete from account.verifications where value = $1 or position($2 in identifier) > 0', [
    userId,
    user.email,
  ]);
  // Sessions, tokens, sign-in methods, channels, strategies with their versions, watchlists: all refer to it.
  await tx.query('delete from account.users where id = $1', [userId]);
  await tx.query("update account.audit_log set detail = '{}' where user_id = $1 or subject_id = $1", [userId]);
  await tx.query('insert into account.erasures (user_id, strategy_ids, asked_at) values ($1, $2, $3)', [
    userId,
    ids,
    new Date(atMs).toISOString(),
  ]);
  return { change: changes.at(-1)?.change ?? null };
}

/** Asks for no more than this at once; the rest comes with the next look. */
const ERASURES = 100;

export async function pendingErasures(db: Executor): Promise<Erasures['erasures']> {
  return db.query<{ userId: string; strategyIds: string[] }>(
    `select user_id as "userId", strategy_ids as "strategyIds" from account.erasures order by asked_at limit $1`,
    [ERASURES],
  );
}

/** Ends an erasure that was asked for before an instant; a younger one stays, to be done once more. */
export async function endErasure(
  db: Executor,
  { userId, beforeMs }: { userId: string; beforeMs: number },
): Promise<void> {
  await db.query('delete from account.erasures where user_id = $1 and asked_at < $2', [
    userId,
    new Date(beforeMs).toISOString(),
  ]);
}
