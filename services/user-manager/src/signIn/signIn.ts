import type {
  Identity,
  Result,
  SecondFactorInput,
  SignInAnswer,
  SignInInput,
  SignInOptions,
  SignUpAnswer,
  SignUpInput,
  SignUpMode,
} from '@ubot/contracts';
import {
  deleteExpiredSignIns,
  endSessions,
  identityOfToken,
  openInvitation,
  renewPasswordHash,
  replacePassword,
  spendCode,
  userByEmail,
  withTransaction,
  type Database,
} from '@ubot/db';
import type { Passwords } from '../passwords.ts';
import type { SignInThrottle } from '../throttle.ts';
import { attempt } from './failures.ts';
import { COOKIES, SESSION_S, type Library } from './library.ts';
import { libraryAddress, tokenHash } from './sessionTokens.ts';

/** From where a request comes, as the gateway saw it. */
export interface Caller {
  address: string;
  userAgent: string;
}

export interface SignInOptionsGiven {
  db: Database;
  library: Library;
  passwords: Passwords;
  /** For passwords, and a second one for what sends mail. */
  throttle: SignInThrottle;
  mailThrottle: SignInThrottle;
  signUp: SignUpMode;
  issuerName: string | null;
  nowMs: () => number;
}

const CHALLENGE_MS = 10 * 60_000;
const RECOVERY_CODE = /^[A-Za-z0-9]{5}-?[A-Za-z0-9]{5}$/;

const refusal = (code: 'SIGN_IN_FAILED' | 'PASSWORD_CHANGE_REQUIRED' | 'VALIDATION_FAILED', detail: string) =>
  ({ ok: false, failure: { code, detail } }) as const;
const SIGN_IN_FAILED = refusal('SIGN_IN_FAILED', 'The e-mail address and the password do not match.');

/** The library takes a code as often as it is shown while it lives. */
export const SPENT_CODE: Result<never> = {
  ok: false,
  failure: { code: 'SECOND_FACTOR_FAILED', detail: 'That code has been used: wait for the next one.' },
};

export function tooMany(retryAfterMs: number, detail: string): Result<never> {
  return { ok: false, failure: { code: 'RATE_LIMITED', detail, retryAfterMs } };
}

export const headersOf = ({ address, userAgent }: Caller): Headers =>
  new Headers({ 'x-client-address': address, 'user-agent': userAgent });

/** The value of a cookie that the library sets, as it stands in the header; null when it sets none. */
export function cookieOf(headers: Headers, name: string): string | null {
  const found = headers.getSetCookie().find((cookie) => cookie.startsWith(`${name}=`));
  const value = found?.slice(name.length + 1).split(';', 1)[0];
  return value === undefined || value === '' ? null : value;
}

export type SignIns = ReturnType<typeof createSignIns>;

/** Getting in: by password and second factor, by a new account. What needs no session. */
export function createSignIns(options: SignInOptionsGiven) {
  const { db, library, passwords, throttle, mailThrottle, signUp, issuerName, nowMs } = options;
  const started = (token: string): SignInAnswer => ({ token, expiresAtMs: nowMs() + SESSION_S * 1_000 });

  /** A one-time password is replaced before anything else: it never opens a session itself. */
  const replaceFirst = async (given: { email: string; password: string; newPassword: string | undefined }) => {
    const { email, password, newPassword } = given;
    const user = await userByEmail(db, email);
    if (newPassword === undefined && user?.passwordOnce !== true) return { ok: true, value: null } as const;
    // A stranger's address costs the same hash and gets the same answer as a wrong password.
    if (!(await passwords.verify(password, user?.passwordHash ?? null)) || user === null) return SIGN_IN_FAILED;
    if (newPassword === undefined) {
      return refusal(
        'PASSWORD_CHANGE_REQUIRED',
        'This password works once: sign in again with a newPassword of your own beside it.',
      );
    }
    if (user.secondFactor) {
      return refusal('VALIDATION_FAILED', 'With a second factor a password is changed after signing in.');
    }
    if (newPassword === password) return refusal('VALIDATION_FAILED', 'The new password is the old one.');
    const newHash = await passwords.hash(newPassword);
    return withTransaction(db, async (tx) => {
      // Someone else has just replaced it: what was checked is no longer the password.
      const replaced = await replacePassword(tx, { userId: user.id, checkedHash: user.passwordHash, newHash });
      if (!replaced) return SIGN_IN_FAILED;
      await endSessions(tx, { userId: user.id });
      return { ok: true, value: null } as const;
    });
  };

  /** The password is at hand only now: the hash of an earlier release is replaced by one of today's. */
  const renewHash = async (email: string, password: string): Promise<void> => {
    const user = await userByEmail(db, email);
    if (user === null || user.passwordHash === null || !passwords.isOutdated(user.passwordHash)) return;
    const newHash = await passwords.hash(password);
    await renewPasswordHash(db, { userId: user.id, checkedHash: user.passwordHash, newHash });
  };

  return {
    options: (): SignInOptions => ({ signUp, issuer: issuerName }),

    async signIn(input: SignInInput, caller: Caller): Promise<Result<SignInAnswer>> {
      const email = input.email.trim().toLowerCase();
      const who = { email, address: caller.address };
      const retryAfterMs = throttle.attempt(who);
      if (retryAfterMs > 0) return tooMany(retryAfterMs, 'Too many failed sign-ins.');
      const { password, newPassword } = input;
      const replaced = await replaceFirst({ email, password, newPassword });
      if (!replaced.ok) {
        if (replaced.failure.code !== 'SIGN_IN_FAILED') throttle.succeeded(who);
        return replaced;
      }
      const answer = await attempt(() =>
        library.api.signInEmail({
          body: { email: libraryAddress(email), password: newPassword ?? password },
          headers: headersOf(caller),
          returnHeaders: true,
        }),
      );
      if (!answer.ok) {
        // The library wants a well-formed address; whoever gives another gets the same answer as a stranger.
        return answer.failure.code === 'VALIDATION_FAILED' ? SIGN_IN_FAILED : answer;
      }
      throttle.succeeded(who);
      await renewHash(email, newPassword ?? password);
      const { response, headers } = answer.value;
      if ('twoFactorRedirect' in response) {
        const challenge = cookieOf(headers, COOKIES.secondFactor);
        if (challenge === null) throw new Error('the library asked for a second factor without a challenge');
        return { ok: true, value: { secondFactor: { challenge, expiresAtMs: nowMs() + CHALLENGE_MS } } };
      }
      await deleteExpiredSignIns(db, nowMs());
      return { ok: true, value: started(response.token) };
    },

    async secondFactor(input: SecondFactorInput, caller: Caller): Promise<Result<SignInAnswer>> {
      const { challenge, code } = input;
      const headers = headersOf(caller);
      headers.set('cookie', `${COOKIES.secondFactor}=${challenge.replaceAll(/[^\w%.~+/=-]/g, '')}`);
      const given = code.replaceAll(' ', '');
      const isRecovery = RECOVERY_CODE.test(given);
      const answer = await attempt(() =>
        isRecovery
          ? library.api.verifyBackupCode({ body: { code: given }, headers })
          : library.api.verifyTOTP({ body: { code: given }, headers }),
      );
      if (!answer.ok) return answer;
      const { token, user } = answer.value;
      if (typeof token !== 'string') throw new Error('the library accepted a second factor without a session');
      const spent = { userId: user.id, codeHash: tokenHash(given), nowMs: nowMs() };
      if (!isRecovery && !(await spendCode(db, spent))) {
        await endSessions(db, { userId: user.id, tokenHash: tokenHash(token) });
        return SPENT_CODE;
      }
      return { ok: true, value: started(token) };
    },

    async signUp(input: SignUpInput, caller: Caller): Promise<Result<SignUpAnswer>> {
      const retryAfterMs = mailThrottle.attempt({ email: input.email.toLowerCase(), address: caller.address });
      if (retryAfterMs > 0) return tooMany(retryAfterMs, 'Too many new accounts from here.');
      const email = input.email.toLowerCase();
      const closed = {
        ok: false,
        failure: { code: 'SIGN_UP_CLOSED', detail: 'This uBot takes new accounts by invitation, or none at all.' },
      } as const;
      if (signUp === 'closed') return closed;
      if (input.invitation !== undefined) {
        const invited = await openInvitation(db, { tokenHash: tokenHash(input.invitation), nowMs: nowMs() });
        if (invited?.email !== email) {
          const detail = 'This invitation is wrong, too old, has been used, or is for another address.';
          return { ok: false, failure: { code: 'LINK_INVALID', detail } };
        }
      } else if (signUp === 'invitation' || (await openInvitation(db, { email, nowMs: nowMs() })) !== null) {
        // An invited address is believed to be the reader's own, so only the invitation itself may use that.
        if (signUp === 'invitation') return closed;
        const detail = 'This address has an invitation: sign up with its link.';
        return { ok: false, failure: { code: 'SIGN_UP_CLOSED', detail } };
      }
      const { name = '', password } = input;
      const answer = await attempt(() =>
        library.api.signUpEmail({ body: { email, password, name }, headers: headersOf(caller) }),
      );
      if (!answer.ok) return answer;
      return { ok: true, value: { next: input.invitation === undefined ? 'verify_email' : 'ready' } };
    },

    async identify(token: string): Promise<Result<Identity>> {
      const known = await identityOfToken(db, { tokenHash: tokenHash(token), nowMs: nowMs() });
      if (known !== null) return { ok: true, value: known };
      return { ok: false, failure: { code: 'UNAUTHENTICATED', detail: 'The token is wrong or expired.' } };
    },

    async signOut({ userId, token }: { userId: string; token: string }): Promise<Result<null>> {
      const ended = await endSessions(db, { userId, tokenHash: tokenHash(token) });
      if (ended === 1) return { ok: true, value: null };
      return { ok: false, failure: { code: 'SESSION_REQUIRED', detail: 'A token for machines is not a session.' } };
    },
  };
}
