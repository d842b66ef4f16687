import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import type { Role, Settings } from '@ubot/contracts';
import type { Executor, Transaction } from '../database.ts';
import { users } from './tables.ts';

export interface UserRow {
  id: string;
  email: string;
  role: Role;
  passwordHash: string | null;
  /** true: the password works once and must be replaced. */
  passwordOnce: boolean;
  settings: Partial<Settings>;
  createdAtMs: number;
}

export async function insertUser(tx: Executor, user: UserRow): Promise<void> {
  await tx.orm.insert(users).values(user);
}

export async function userById(db: Executor, userId: string): Promise<UserRow | null> {
  const rows = await db.orm.select().from(users).where(eq(users.id, userId));
  return rows[0] ?? null;
}

/** `email` in lower case. */
export async function userByEmail(db: Executor, email: string): Promise<UserRow | null> {
  const rows = await db.orm.select().from(users).where(eq(users.email, email));
  return rows[0] ?? null;
}

/** The operator's account: the oldest with that role. */
export async function operatorAccount(db: Executor): Promise<UserRow | null> {
  const rows = await db.orm
    .select()
    .from(users)
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
  const unchanged = checkedHash === null ? isNull(users.passwordHash) : eq(users.passwordHash, checkedHash);
  const rows = await tx.orm
    .update(users)
    .set({ passwordHash: newHash, passwordOnce: false })
    .where(and(eq(users.id, userId), unchanged))
    .returning({ id: users.id });
  return rows.length === 1;
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
