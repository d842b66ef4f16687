import type { ChannelTarget } from '@ubot/contracts';
import type { Executor, Transaction } from '../database.ts';

/** How far the proof of one address has come. */
export interface Verification {
  readonly codeHash: Buffer;
  readonly codeExpiresAtMs: number;
  readonly sends: number;
  readonly checks: number;
  readonly windowEndsAtMs: number;
}

export interface UserAddress {
  readonly userId: string;
  readonly target: ChannelTarget;
}

/** The kind, and then all that says where: the same for one place whatever the order it was written in. */
function addressOf(target: ChannelTarget): string {
  const where = Object.entries(target).filter(([name]) => name !== 'kind');
  return [target.kind, ...where.toSorted(byName).map(([, value]) => textOf(value))].join(' ');
}

const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);
const textOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(Object.entries(value).toSorted(byName)) : String(value);

/** The user must be locked by this transaction. */
export async function readVerification(tx: Transaction, { userId, target }: UserAddress): Promise<Verification | null> {
  const [row] = await tx.query<{
    code_hash: Buffer;
    code_expires_at: Date;
    sends: number;
    checks: number;
    window_ends_at: Date;
  }>('select * from account.channel_verifications where user_id = $1 and address = $2', [userId, addressOf(target)]);
  if (row === undefined) return null;
  return {
    codeHash: row.code_hash,
    codeExpiresAtMs: row.code_expires_at.getTime(),
    sends: row.sends,
    checks: row.checks,
    windowEndsAtMs: row.window_ends_at.getTime(),
  };
}

export async function saveVerification(tx: Transaction, of: UserAddress, next: Verification): Promise<void> {
  await tx.query(
    `insert into account.channel_verifications
       (user_id, address, code_hash, code_expires_at, sends, checks, window_ends_at)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (user_id, address) do update set code_hash = excluded.code_hash,
       code_expires_at = excluded.code_expires_at, sends = excluded.sends, checks = excluded.checks,
       window_ends_at = excluded.window_ends_at`,
    [
      of.userId,
      addressOf(of.target),
      next.codeHash,
      new Date(next.codeExpiresAtMs).toISOString(),
      next.sends,
      next.checks,
      new Date(next.windowEndsAtMs).toISOString(),
    ],
  );
}

/** Marks every channel of the user that leads there, and ends the proof. */
export async function markVerified(tx: Transaction, of: UserAddress, atMs: number): Promise<void> {
  const at = new Date(atMs).toISOString();
  await tx.query(
    `update account.channels set verified_at = $3
     where user_id = $1 and target = $2::jsonb and verified_at is null`,
    [of.userId, JSON.stringify(of.target), at],
  );
  await tx.query('delete from account.channel_verifications where user_id = $1 and address = $2', [
    of.userId,
    addressOf(of.target),
  ]);
}

/** For an operator who does not ask for proof: what waits for it is taken as it is. */
export async function verifyAllChannels(db: Executor, atMs: number): Promise<number> {
  const rows = await db.query('update account.channels set verified_at = $1 where verified_at is null returning id', [
    new Date(atMs).toISOString(),
  ]);
  return rows.length;
}
