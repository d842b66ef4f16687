import type { Result, SecondFactorSetup, Session, SignInAnswer } from '@ubot/contracts';
import { endSessions, sessionsOfUser, spendCode, type Database } from '@ubot/db';
import { NOT_FOUND } from '../failures.ts';
import { attempt } from './failures.ts';
import { COOKIES, SESSION_S, type Library } from './library.ts';
import { cookieOf, headersOf, type Caller } from './signIn.ts';
import { tokenHash } from './sessionTokens.ts';

/** A signed-in user with the token of the session that asks. */
export interface Signed {
  userId: string;
  token: string;
  caller: Caller;
}

export type Security = ReturnType<typeof createSecurity>;

/** What a user does to their own account's safety: password, second factor, sessions. Needs a session, not a machine's token. */
export function createSecurity(options: { db: Database; library: Library; nowMs: () => number }) {
  const { db, library, nowMs } = options;
  const signedHeaders = ({ token, caller }: Signed): Headers => {
    const headers = headersOf(caller);
    headers.set('authorization', `Bearer ${token}`);
    return headers;
  };
  /** The session that takes the place of the one that asked: what was known before the change is worth nothing after. */
  const rotated = (headers: Headers, { token }: Signed): SignInAnswer => {
    const cookie = cookieOf(headers, COOKIES.session);
    const next = cookie === null ? token : decodeURIComponent(cookie).split('.', 1)[0]!;
    return { token: next, expiresAtMs: nowMs() + SESSION_S * 1_000 };
  };

  return {
    async changePassword(signed: Signed, given: { password: string; newPassword: string }) {
      const body = { currentPassword: given.password, newPassword: given.newPassword, revokeOtherSessions: true };
      const answer = await attempt(() =>
        library.api.changePassword({ body, headers: signedHeaders(signed), returnHeaders: true }),
      );
      return answer.ok ? { ok: true as const, value: rotated(answer.value.headers, signed) } : answer;
    },

    /** Shows the secret; the factor is asked for once a first code has proved that the authenticator has it. */
    async prepareSecondFactor(signed: Signed, password: string): Promise<Result<SecondFactorSetup>> {
      const answer = await attempt(() =>
        library.api.enableTwoFactor({ body: { password }, headers: signedHeaders(signed) }),
      );
      if (!answer.ok) return answer;
      const { totpURI, backupCodes } = answer.value;
      return { ok: true, value: { uri: totpURI, recoveryCodes: backupCodes } };
    },

    async confirmSecondFactor(signed: Signed, code: string): Promise<Result<SignInAnswer>> {
      const answer = await attempt(() =>
        library.api.verifyTOTP({ body: { code }, headers: signedHeaders(signed), returnHeaders: true }),
      );
      if (!answer.ok) return answer;
      // It has proved the authenticator; it opens no session beside that.
      await spendCode(db, { userId: signed.userId, codeHash: tokenHash(code), nowMs: nowMs() });
      const value = rotated(answer.value.headers, signed);
      // Sessions from before could not have shown a second factor.
      if ('token' in value && value.token !== null) {
        await endSessions(db, { userId: signed.userId, exceptTokenHash: tokenHash(value.token) });
      }
      return { ok: true, value };
    },

    async removeSecondFactor(signed: Signed, password: string): Promise<Result<SignInAnswer>> {
      const answer = await attempt(() =>
        library.api.disableTwoFactor({ body: { password }, headers: signedHeaders(signed), returnHeaders: true }),
      );
      return answer.ok ? { ok: true, value: rotated(answer.value.headers, signed) } : answer;
    },

    async newRecoveryCodes(signed: Signed, password: string): Promise<Result<{ recoveryCodes: string[] }>> {
      const answer = await attempt(() =>
        library.api.generateBackupCodes({ body: { password }, headers: signedHeaders(signed) }),
      );
      return answer.ok ? { ok: true, value: { recoveryCodes: answer.value.backupCodes } } : answer;
    },

    async sessions(userId: string, token: string): Promise<Session[]> {
      const current = tokenHash(token).toString('hex');
      const rows = await sessionsOfUser(db, { userId, nowMs: nowMs() });
      return rows.map(({ tokenHash: hash, ...session }) => ({ ...session, current: hash === current }));
    },

    async endSession(userId: string, id: string): Promise<Result<null>> {
      return (await endSessions(db, { userId, id })) === 1 ? { ok: true, value: null } : NOT_FOUND;
    },

    /** All sessions but the one that asks. */
    async endOtherSessions(userId: string, token: string): Promise<Result<null>> {
      await endSessions(db, { userId, exceptTokenHash: tokenHash(token) });
      return { ok: true, value: null };
    },
  };
}
