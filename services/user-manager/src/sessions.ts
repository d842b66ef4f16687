import { createHash, randomBytes } from 'node:crypto';
import type { Identity, Result, SignInAnswer, SignInInput } from '@ubot/contracts';
import {
  announce,
  deleteExpiredSessions,
  deleteSession,
  deleteSessionsOfUser,
  identityOfToken,
  insertToken,
  replacePassword,
  userByEmail,
  withTransaction,
  writeAudit,
  type Database,
  type Transaction,
  type UserRow,
} from '@ubot/db';
import type { Passwords } from './passwords.ts';
import type { SignInThrottle } from './throttle.ts';

const DAY_MS = 86_400_000;
const SESSION_MS = 30 * DAY_MS;
const TOKEN_BYTES = 32;

export interface Sessions {
  signIn(input: SignInInput, address: string): Promise<Result<SignInAnswer>>;
  signOut(session: { userId: string; token: string }): Promise<Result<null>>;
  identify(token: string): Promise<Result<Identity>>;
}

export interface SessionOptions {
  db: Database;
  passwords: Passwords;
  throttle: SignInThrottle;
  nowMs: () => number;
}

/** Only this is stored of a token. A plain hash is enough: a token is 32 random bytes, not a guessable password. */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

export function createSessions({ db, passwords, throttle, nowMs }: SessionOptions): Sessions {
  return {
    async signIn({ email: givenEmail, password, newPassword }, address) {
      const email = givenEmail.trim().toLowerCase();
      const retryAfterMs = throttle.attempt({ email, address });
      if (retryAfterMs > 0) {
        return { ok: false, failure: { code: 'RATE_LIMITED', detail: 'Too many failed sign-ins.', retryAfterMs } };
      }
      const user = await userByEmail(db, email);
      // A stranger's address costs the same hash and gets the same answer as a wrong password.
      const isRight = await passwords.verify(password, user?.passwordHash ?? null);
      if (user === null || !isRight) return SIGN_IN_FAILED;
      throttle.succeeded({ email, address });
      if (user.passwordOnce && newPassword === undefined) {
        return {
          ok: false,
          failure: {
            code: 'PASSWORD_CHANGE_REQUIRED',
            detail: 'This password works once: sign in again with a newPassword of your own beside it.',
          },
        };
      }
      if (newPassword === password) {
        return { ok: false, failure: { code: 'VALIDATION_FAILED', detail: 'The new password is the old one.' } };
      }
      const newHash = newPassword === undefined ? null : await passwords.hash(newPassword);
      return withTransaction(db, (tx) => openSession(tx, { user, newHash, nowMs: nowMs() }));
    },

    async signOut({ userId, token }) {
      const ended = await withTransaction(db, async (tx) => {
        if (!(await deleteSession(tx, { userId, tokenHash: tokenHash(token) }))) return false;
        await writeAudit(tx, { atMs: nowMs(), userId, action: 'auth.sign_out' });
        await announce(tx, 'identity', userId);
        return true;
      });
      if (ended) return { ok: true, value: null };
      return {
        ok: false,
        failure: { code: 'FORBIDDEN', detail: 'A preset token is not a session; change the setting.' },
      };
    },

    async identify(token) {
      const known = await identityOfToken(db, { tokenHash: tokenHash(token), nowMs: nowMs() });
      if (known !== null) return { ok: true, value: { userId: known.userId, role: known.role } };
      return { ok: false, failure: { code: 'UNAUTHENTICATED', detail: 'The token is wrong or expired.' } };
    },
  };
}

const SIGN_IN_FAILED: Result<never> = {
  ok: false,
  failure: { code: 'SIGN_IN_FAILED', detail: 'The e-mail address and the password do not match.' },
};

async function openSession(
  tx: Transaction,
  { user, newHash, nowMs }: { user: UserRow; newHash: string | null; nowMs: number },
): Promise<Result<SignInAnswer>> {
  if (newHash !== null) {
    const change = { userId: user.id, checkedHash: user.passwordHash, newHash };
    // Someone else has just replaced it: what was checked is no longer the password.
    if (!(await replacePassword(tx, change))) return SIGN_IN_FAILED;
    await deleteSessionsOfUser(tx, user.id);
    await writeAudit(tx, { atMs: nowMs, userId: user.id, action: 'user.password_change' });
    await announce(tx, 'identity', user.id);
  }
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const expiresAtMs = nowMs + SESSION_MS;
  await deleteExpiredSessions(tx, nowMs);
  await insertToken(tx, {
    tokenHash: tokenHash(token),
    userId: user.id,
    kind: 'session',
    createdAtMs: nowMs,
    expiresAtMs,
  });
  await writeAudit(tx, { atMs: nowMs, userId: user.id, action: 'auth.sign_in' });
  return { ok: true, value: { token, expiresAtMs } };
}
