import type { AdminUser, Role } from '@ubot/contracts';
import type { Executor, Transaction } from '../database.ts';

const PAGE = 100;

/** Users by address, a page after the one with this address. */
export async function listUsers(db: Executor, page: { search: string; after: string }): Promise<AdminUser[]> {
  return db.query<AdminUser & Record<string, unknown>>(
    `select u.id, u.email, u.name, u.role, u.email_verified as "emailVerified", u.second_factor as "secondFactor",
       u.disabled_at is not null as disabled,
       floor(extract(epoch from u.created_at) * 1000)::float8 as "createdAtMs",
       (select count(*)::int from account.strategies s where s.user_id = u.id and s.deleted_at is null) as strategies,
       (select floor(extract(epoch from max(s.created_at)) * 1000)::float8 from account.sessions s where s.user_id = u.id)
         as "lastSignInAtMs"
     from account.users u
     where u.email > $2 and (u.email like '%' || $1 || '%' or u.name ilike '%' || $1 || '%')
     order by u.email limit ${PAGE}`,
    [page.search.toLowerCase().replaceAll(/[\\%_]/g, String.raw`\$&`), page.after],
  );
}

/**
 * Changes what an operator may change of a user.
 *
 * Shape: → null when there is no such user; `lastOperator` when nobody who can sign in would be left to run the place.
 */
export async function changeUser(
  tx: Transaction,
  change: { id: string; role: Role; disabled: boolean; nowMs: number },
): Promise<'changed' | 'lastOperator' | null> {
  // All operators, so that of two who demote each other only one can.
  const operators = await tx.query<{ id: string }>(
    "select id from account.users where role = 'operator' and disabled_at is null order by id for update",
  );
  const remains = change.role === 'operator' && !change.disabled;
  if (!remains && operators.length === 1 && operators[0]?.id === change.id) return 'lastOperator';
  const rows = await tx.query(
    `update account.users set role = $2, updated_at = $4,
       disabled_at = case when $3 then coalesce(disabled_at, $4) end where id = $1 returning id`,
    [change.id, change.role, change.disabled, new Date(change.nowMs)],
  );
  return rows.length === 1 ? 'changed' : null;
}

/** The issuers that a user can sign in with, besides a password. */
export async function linkedIssuers(db: Executor, userId: string): Promise<string[]> {
  const rows = await db.query<{ provider: string }>(
    "select provider from account.sign_in_methods where user_id = $1 and provider <> 'credential' order by provider",
    [userId],
  );
  return rows.map(({ provider }) => provider);
}

/** Whether somebody here signs in under that name at that issuer. */
export async function hasSignInMethod(db: Executor, method: { provider: string; subject: string }): Promise<boolean> {
  const rows = await db.query('select 1 from account.sign_in_methods where provider = $1 and subject = $2', [
    method.provider,
    method.subject,
  ]);
  return rows.length === 1;
}
