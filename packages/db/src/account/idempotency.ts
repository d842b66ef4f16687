import type { Executor, Transaction } from '../database.ts';
import { lockUser } from './users.ts';

export interface IdempotencyClaim {
  userId: string;
  keyHash: Buffer;
  requestHash: Buffer;
  claim: string;
  nowMs: number;
  /** A claim that is neither finished nor released by then never will be: its gateway is gone. */
  claimedUntilMs: number;
  /** Keys from before this instant are as if they had never been. */
  forgetBeforeMs: number;
  keysPerUser: number;
}

export type IdempotencyState =
  | { state: 'claimed' }
  | { state: 'done'; status: number; answer: Buffer }
  | { state: 'under_way' }
  /** Whoever held the claim is gone, and nobody knows how far it came. */
  | { state: 'unknown' }
  | { state: 'other_request' }
  | { state: 'too_many' };

const FORGET_AT_ONCE = 1_000;
const at = (ms: number): string => new Date(ms).toISOString();

/** Claims a key, or says what became of it. Of two that claim it at once only one does. */
export async function claimIdempotencyKey(tx: Transaction, given: IdempotencyClaim): Promise<IdempotencyState> {
  const { userId, keyHash, requestHash } = given;
  await lockUser(tx, userId);
  await tx.query(
    `delete from account.idempotency_keys where (user_id, key_hash) in (
       select user_id, key_hash from account.idempotency_keys where created_at < $1 order by created_at limit $2
       for update skip locked)`,
    [at(given.forgetBeforeMs), FORGET_AT_ONCE],
  );
  const [found] = await tx.query<{
    request_hash: Buffer;
    status: number | null;
    answer: Buffer | null;
    claimed_until: Date;
  }>(
    `select request_hash, status, answer, claimed_until from account.idempotency_keys
     where user_id = $1 and key_hash = $2 and created_at >= $3`,
    [userId, keyHash, at(given.forgetBeforeMs)],
  );
  if (found !== undefined) {
    if (!found.request_hash.equals(requestHash)) return { state: 'other_request' };
    if (found.status !== null && found.answer !== null) {
      return { state: 'done', status: found.status, answer: found.answer };
    }
    return { state: found.claimed_until.getTime() > given.nowMs ? 'under_way' : 'unknown' };
  }
  if ((await countKeys(tx, userId)) >= given.keysPerUser) return { state: 'too_many' };
  await tx.query(
    `insert into account.idempotency_keys (user_id, key_hash, request_hash, claim, claimed_until, created_at)
     values ($1, $2, $3, $4, $5, $6)
     -- One that is older than a day and not yet deleted.
     on conflict (user_id, key_hash) do update set request_hash = excluded.request_hash, claim = excluded.claim,
       claimed_until = excluded.claimed_until, created_at = excluded.created_at, status = null, answer = null`,
    [userId, keyHash, requestHash, given.claim, at(given.claimedUntilMs), at(given.nowMs)],
  );
  return { state: 'claimed' };
}

async function countKeys(tx: Transaction, userId: string): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    'select count(*)::int as count from account.idempotency_keys where user_id = $1',
    [userId],
  );
  return row?.count ?? 0;
}

/** Keeps the answer for those who ask again; nothing happens when the key has been forgotten meanwhile. */
export async function finishIdempotencyKey(
  db: Executor,
  given: { userId: string; keyHash: Buffer; claim: string; status: number; answer: Buffer },
): Promise<void> {
  await db.query(
    `update account.idempotency_keys set status = $4, answer = $5
     where user_id = $1 and key_hash = $2 and claim = $3 and status is null`,
    [given.userId, given.keyHash, given.claim, given.status, given.answer],
  );
}

/** Lets the next request with this key be a first one. */
export async function releaseIdempotencyKey(
  db: Executor,
  given: { userId: string; keyHash: Buffer; claim: string },
): Promise<void> {
  await db.query(
    'delete from account.idempotency_keys where user_id = $1 and key_hash = $2 and claim = $3 and status is null',
    [given.userId, given.keyHash, given.claim],
  );
}

/** Whoever has the claim does not know how far it came: the next who asks hears so, and not that it is under way. */
export async function endIdempotencyClaim(
  db: Executor,
  given: { userId: string; keyHash: Buffer; claim: string; nowMs: number },
): Promise<void> {
  await db.query(
    `update account.idempotency_keys set claimed_until = $4
     where user_id = $1 and key_hash = $2 and claim = $3 and status is null`,
    [given.userId, given.keyHash, given.claim, at(given.nowMs)],
  );
}
