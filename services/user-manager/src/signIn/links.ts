import type { Result } from '@ubot/contracts';
import { userByEmail, type Database } from '@ubot/db';
import { decodeJwt } from 'jose';
import type { SignInThrottle } from '../throttle.ts';
import { attempt } from './failures.ts';
import type { Library } from './library.ts';
import { libraryAddress } from './sessionTokens.ts';
import { headersOf, tooMany, type Caller } from './signIn.ts';

const DONE: Result<null> = { ok: true, value: null };
const LINK_INVALID: Result<never> = {
  ok: false,
  failure: { code: 'LINK_INVALID', detail: 'This link is wrong, too old, or has been used.' },
};

/** What goes by mail: proof of an address, and a new password. Answers never tell whether an address is known. */
export function createLinks(options: { db: Database; library: Library; mailThrottle: SignInThrottle }) {
  const { db, library, mailThrottle } = options;
  const throttled = (email: string, { address }: Caller): Result<null> => {
    const retryAfterMs = mailThrottle.attempt({ email: email.toLowerCase(), address });
    return retryAfterMs > 0 ? tooMany(retryAfterMs, 'Too many letters were asked for.') : DONE;
  };

  return {
    async sendVerification(email: string, caller: Caller): Promise<Result<null>> {
      const allowed = throttled(email, caller);
      if (!allowed.ok) return allowed;
      await library.api.sendVerificationEmail({
        body: { email: libraryAddress(email.toLowerCase()) },
        headers: headersOf(caller),
      });
      return DONE;
    },

    async verifyEmail(token: string): Promise<Result<null>> {
      // The library would accept the same link again for an address that is verified by now.
      const email = emailOf(token);
      const user = email === null ? null : await userByEmail(db, email);
      if (user === null || user.emailVerified === true) return LINK_INVALID;
      const answer = await attempt(() => library.api.verifyEmail({ query: { token } }));
      return answer.ok ? DONE : answer;
    },

    async forgotPassword(email: string, caller: Caller): Promise<Result<null>> {
      const allowed = throttled(email, caller);
      if (!allowed.ok) return allowed;
      await library.api.requestPasswordReset({
        body: { email: libraryAddress(email.toLowerCase()) },
        headers: headersOf(caller),
      });
      return DONE;
    },

    async resetPassword(given: { token: string; newPassword: string }): Promise<Result<null>> {
      const answer = await attempt(() => library.api.resetPassword({ body: given }));
      return answer.ok ? DONE : answer;
    },
  };
}
export type Links = ReturnType<typeof createLinks>;

/** Only to look the user up: the library checks the signature. */
function emailOf(token: string): string | null {
  try {
    const { email } = decodeJwt(token);
    return typeof email === 'string' ? email.toLowerCase() : null;
  } catch {
    return null;
  }
}
