import type { DeletionInput, Erasures, Result } from '@ubot/contracts';
import {
  announce,
  deleteAccount,
  endErasure,
  pendingErasures,
  sessionsOfUser,
  userById,
  withTransaction,
  writeAudit,
  type Database,
} from '@ubot/db';
import { NOT_FOUND } from './failures.ts';
import type { Passwords } from './passwords.ts';
import { tokenHash } from './signIn/sessionTokens.ts';
import { createSignInThrottle } from './throttle.ts';

/** Without a password, a sign-in this recent says that it is really the user. */
const FRESH_MS = 10 * 60_000;
/** Longer than any evaluation or delivery that was under way. */
const FORGET_FOR_MS = 10 * 60_000;

export interface Deletion {
  /** `token` is the session's; `address` is where the request came from. */
  deleteAccount(who: { userId: string; token: string; address: string }, input: DeletionInput): Promise<Result<null>>;
  pending(): Promise<Erasures>;
  done(userId: string): Promise<void>;
}

/**
 * Deletes accounts: all that is theirs here at once, and in the other services as soon as they ask.
 *
 * Errors: SESSION_REQUIRED for a token of a machine, SIGN_IN_FAILED for a wrong password or a sign-in that is not fresh,
 *         RATE_LIMITED, LAST_OPERATOR.
 */
export function createDeletion(given: { db: Database; passwords: Passwords; nowMs: () => number }): Deletion {
  const { db, passwords, nowMs } = given;
  const throttle = createSignInThrottle(nowMs);

  const refusal = async (
    { userId, token, address }: { userId: string; token: string; address: string },
    { password }: DeletionInput,
  ): Promise<Result<never> | null> => {
    const user = await userById(db, userId);
    if (user === null) return NOT_FOUND;
    const hash = tokenHash(token).toString('hex');
    const session = (await sessionsOfUser(db, { userId, nowMs: nowMs() })).find((each) => each.tokenHash === hash);
    if (session === undefined) return refused('SESSION_REQUIRED', 'Sign in with your password or issuer to do this.');
    if (user.passwordHash === null) {
      if (nowMs() - session.createdAtMs < FRESH_MS) return null;
      return refused('SIGN_IN_FAILED', 'Sign in again first: your sign-in is more than ten minutes old.');
    }
    const who = { email: userId, address };
    const retryAfterMs = throttle.attempt(who);
    if (retryAfterMs > 0) return refused('RATE_LIMITED', 'Too many wrong passwords; wait a little.', retryAfterMs);
    if (!(await passwords.verify(password ?? '', user.passwordHash))) {
      return refused('SIGN_IN_FAILED', 'Give your password to delete your account.');
    }
    throttle.succeeded(who);
    return null;
  };

  return {
    async deleteAccount(who, input) {
      const refusedBy = await refusal(who, input);
      if (refusedBy !== null) return refusedBy;
      const { userId } = who;
      return withTransaction(db, async (tx): Promise<Result<null>> => {
        const atMs = nowMs();
        const deleted = await deleteAccount(tx, { userId, atMs });
        if (deleted === null) return NOT_FOUND;
        if (deleted === 'lastOperator') {
          return refused('LAST_OPERATOR', 'You are the last operator: make somebody else one first.');
        }
        await writeAudit(tx, { atMs, userId: null, action: 'user.delete', subjectId: userId });
        if (deleted.change !== null) await announce(tx, 'strategy', deleted.change);
        await announce(tx, 'identity', userId);
        return { ok: true, value: null };
      });
    },

    async pending() {
      return { erasures: await pendingErasures(db) };
    },

    done: (userId) => endErasure(db, { userId, beforeMs: nowMs() - FORGET_FOR_MS }),
  };
}

type Code = 'SESSION_REQUIRED' | 'SIGN_IN_FAILED' | 'RATE_LIMITED' | 'LAST_OPERATOR';

function refused(code: Code, detail: string, retryAfterMs?: number): Result<never> {
  return { ok: false, failure: { code, detail, ...(retryAfterMs !== undefined && { retryAfterMs }) } };
}
