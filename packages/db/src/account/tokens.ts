import { and, eq, gt, isNull, lte, ne, or } from 'drizzle-orm';
import type { Identity } from '@ubot/contracts';
import type { Executor } from '../database.ts';
import { tokens, users } from './tables.ts';

export interface TokenRow {
  /** SHA-256 of the token. */
  tokenHash: Buffer;
  userId: string;
  kind: 'session' | 'preset';
  createdAtMs: number;
  /** null: does not expire. */
  expiresAtMs: number | null;
}

export async function insertToken(tx: Executor, token: TokenRow): Promise<void> {
  await tx.orm.insert(tokens).values(token).onConflictDoNothing();
}

/** Whose token it is; null when there is no such token or its time is over. */
export async function identityOfToken(
  db: Executor,
  token: { tokenHash: Buffer; nowMs: number },
): Promise<(Identity & { kind: 'session' | 'preset' }) | null> {
  const rows = await db.orm
    .select({ userId: users.id, role: users.role, kind: tokens.kind })
    .from(tokens)
    .innerJoin(users, eq(users.id, tokens.userId))
    .where(
      and(eq(tokens.tokenHash, token.tokenHash), or(isNull(tokens.expiresAtMs), gt(tokens.expiresAtMs, token.nowMs))),
    );
  return rows[0] ?? null;
}

/** Ends one session of a user. A preset token is not a session. */
export async function deleteSession(tx: Executor, session: { userId: string; tokenHash: Buffer }): Promise<boolean> {
  const rows = await tx.orm
    .delete(tokens)
    .where(and(eq(tokens.userId, session.userId), eq(tokens.tokenHash, session.tokenHash), eq(tokens.kind, 'session')))
    .returning({ userId: tokens.userId });
  return rows.length === 1;
}

export async function deleteSessionsOfUser(tx: Executor, userId: string): Promise<number> {
  const rows = await tx.orm
    .delete(tokens)
    .where(and(eq(tokens.userId, userId), eq(tokens.kind, 'session')))
    .returning({ userId: tokens.userId });
  return rows.length;
}

/** Sessions whose time is over; keeps the table from growing without end. */
export async function deleteExpiredSessions(db: Executor, nowMs: number): Promise<number> {
  const rows = await db.orm
    .delete(tokens)
    .where(and(eq(tokens.kind, 'session'), lte(tokens.expiresAtMs, nowMs)))
    .returning({ userId: tokens.userId });
  return rows.length;
}

/**
 * Leaves a user with exactly this preset token, or with none for null.
 *
 * Shape: → whether anything changed.
 */
export async function setPresetToken(
  tx: Executor,
  preset: { userId: string; tokenHash: Buffer | null; nowMs: number },
): Promise<boolean> {
  const { userId, tokenHash, nowMs } = preset;
  const presets = and(eq(tokens.userId, userId), eq(tokens.kind, 'preset'));
  const removed = await tx.orm
    .delete(tokens)
    .where(tokenHash === null ? presets : and(presets, ne(tokens.tokenHash, tokenHash)))
    .returning({ userId: tokens.userId });
  if (tokenHash === null) return removed.length > 0;
  const added = await tx.orm
    .insert(tokens)
    .values({ tokenHash, userId, kind: 'preset', createdAtMs: nowMs, expiresAtMs: null })
    .onConflictDoNothing()
    .returning({ userId: tokens.userId });
  return removed.length + added.length > 0;
}
