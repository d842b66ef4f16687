import { and, asc, eq, getTableColumns, sql } from 'drizzle-orm';
import type { Role, Settings } from '@ubot/contracts';
import { withTransaction, type Database, type Executor, type Transaction } from '../database.ts';
import { credentials, users } from './tables.ts';

export interface UserRow {
  id: string;
  email: string;
  role: Role;
  /** null: no password sign-in. */
  passwordHash: string | null;
  /** true: the password works once and must be replaced. */
  passwordOnce: boolean;
  settings: Partial<Settings>;
  createdAtMs: number;
  /** Without it there is no sign-in by password. Accounts that are made by hand are verified. */
  emailVerified?: boolean;
  /** Set: cannot sign in, and no token of theirs counts. */
  disabledAtMs?: number | null;
  secondFactor?: boolean;
}

/** A new user; a password, if there is one, becomes their way to sign in. */
export async function insertUser(tx: Executor, user: UserRow): Promise<void> {
  const { passwordHash, emailVerified = true, ...row } = user;
  await tx.orm.insert(users).values({ ...row, emailVerified });
  if (passwordHash === null) return;
  await tx.query(
    `insert into account.sign_in_methods (id, user_id, provider, subject, password_hash)
     values (gen_random_uuid(), $1::uuid, 'credential', $1::text, $2)`,
    [user.id, passwordHash],
  );
}

/** One statement for all readers of a user: the password is in a table of its own. */
const selectUsers = (db: Executor) =>
  db.orm
    .select({ ...getTableColumns(users), passwordHash: credentials.passwordHash })
    .from(users)
    .leftJoin(credentials, and(eq(credentials.userId, users.id), eq(credentials.provider, 'credential')))
    .$dynamic();

export async function userById(db: Executor, userId: string): Promise<UserRow | null> {
  const rows = await selectUsers(db).where(eq(users.id, userId));
  return rows[0] ?? null;
}

/** `email` in lower case. */
export async function userByEmail(db: Executor, email: string): Promise<UserRow | null> {
  const rows = await selectUsers(db).where(eq(users.email, email));
  return rows[0] ?? null;
}

/** The operator's account: the oldest with that role. */
export async function operatorAccount(db: Executor): Promise<UserRow | null> {
  const rows = await selectUsers(db)
    .where(eq(users.role, 'operator'))
    .orderBy(asc(users.createdAtMs), asc(users.id))
    .limit(1);
  return rows[0] ?? null;
}

/**
 * Replaces a password if it is still the one that was checked; of two that replace it at once only one does.
 *
 * Shape: → whether it was replaced.
 */
export async function replacePassword(
  tx: Executor,
  change: { userId: string; checkedHash: string | null; newHash: string },
): Promise<boolean> {
  const { userId, checkedHash, newHash } = change;
  const replaced = await tx.query(
    `update account.sign_in_methods set password_hash = $2, updated_at = now()
     where user_id = $1 and provider = 'credential' and password_hash is not distinct from $3 returning id`,
    [userId, newHash, checkedHash],
  );
  if (replaced.length === 0) return false;
  await tx.orm.update(users).set({ passwordOnce: false }).where(eq(users.id, userId));
  return true;
}

/** Puts a newer hash of the same password in place of the one that was checked. Changes nothing when that is gone. */
export async function renewPasswordHash(
  db: Database,
  change: { userId: string; checkedHash: string; newHash: string },
): Promise<void> {
  await withTransaction(db, async (tx) => {
    await tx.query(`select set_config('ubot.same_password', 'yes', true)`);
    await tx.query(
      `update account.sign_in_methods set password_hash = $2, updated_at = now()
       where user_id = $1 and provider = 'credential' and password_hash = $3`,
      [change.userId, change.newHash, change.checkedHash],
    );
  });
}

export async function saveSettings(tx: Executor, userId: string, settings: Settings): Promise<boolean> {
  const rows = await tx.orm.update(users).set({ settings }).where(eq(users.id, userId)).returning({ id: users.id });
  return rows.length === 1;
}

/** Makes a user's own writes wait for each other, so that a count checked in this transaction holds at its commit. */
export async function lockUser(tx: Transaction, userId: string): Promise<boolean> {
  const rows = await tx.query('select 1 from account.users where id = $1 for no key update', [userId]);
  return rows.length === 1;
}

// "uBot", then which lock.
const FIRST_START_LOCK = 0x75_42_6f_01;

/** One user-manager at a time sets up the first account. Held until the transaction ends. */
export async function lockFirstStart(tx: Transaction): Promise<void> {
  await tx.orm.execute(sql`select pg_advisory_xact_lock(${FIRST_START_LOCK}::bigint)`);
}
