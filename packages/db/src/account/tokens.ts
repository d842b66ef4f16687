import { and, asc, eq, ne } from 'drizzle-orm';
import type { Identity, TokenScope } from '@ubot/contracts';
import type { Executor } from '../database.ts';
import { tokens } from './tables.ts';

export interface TokenRow {
  /** SHA-256 of the token. */
  tokenHash: Buffer;
  id: string;
  userId: string;
  name: string;
  scope: TokenScope;
  createdAtMs: number;
  /** null: does not expire. */
  expiresAtMs: number | null;
  lastUsedAtMs: number | null;
}

export async function insertPersonalToken(tx: Executor, token: TokenRow): Promise<void> {
  await tx.orm.insert(tokens).values({ ...token, kind: 'personal' });
}

/** A user's personal tokens, oldest first. */
export async function personalTokens(db: Executor, userId: string): Promise<TokenRow[]> {
  return db.orm
    .select()
    .from(tokens)
    .where(and(eq(tokens.userId, userId), eq(tokens.kind, 'personal')))
    .orderBy(asc(tokens.createdAtMs), asc(tokens.id));
}

/** Shape: → whether there was one. */
export async function deletePersonalToken(tx: Executor, owned: { userId: string; id: string }): Promise<boolean> {
  const rows = await tx.orm
    .delete(tokens)
    .where(and(eq(tokens.userId, owned.userId), eq(tokens.id, owned.id), eq(tokens.kind, 'personal')))
    .returning({ id: tokens.id });
  return rows.length === 1;
}

/**
 * Whose token it is, a session's or a machine's: null when there is none such, its time is over, or its user is
 * switched off. What a machine's token was last used for is kept to the minute.
 */
export async function identityOfToken(
  db: Executor,
  token: { tokenHash: Buffer; nowMs: number },
): Promise<Identity | null> {
  const [found] = await db.query<{ userId: string; role: Identity['role']; scope: TokenScope; stale: boolean }>(
    `with known as (
       select user_id, 'write' as scope, false as stale from account.sessions
       where token_hash = $1 and expires_at > $3
       union all
       select user_id, scope, coalesce(last_used_at < $3::timestamptz - interval '1 minute', true) from account.tokens
       where token_hash = $2 and (expires_at is null or expires_at > $3)
     )
     select u.id as "userId", u.role, known.scope, known.stale
     from known join account.users u on u.id = known.user_id where u.disabled_at is null`,
    [token.tokenHash.toString('hex'), token.tokenHash, new Date(token.nowMs)],
  );
  if (found === undefined) return null;
  if (found.stale) {
    await db.query('update account.tokens set last_used_at = $2 where token_hash = $1', [
      token.tokenHash,
      new Date(token.nowMs),
    ]);
  }
  return { userId: found.userId, role: found.role, scope: found.scope };
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
