import type { ErrorCode, Failure, Result } from '@ubot/contracts';
import { isAPIError } from 'better-auth/api';

/** The library's codes that a caller may see, as ours. Whatever else it throws is a fault of ours. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  INVALID_EMAIL_OR_PASSWORD: 'SIGN_IN_FAILED',
  INVALID_EMAIL: 'VALIDATION_FAILED',
  EMAIL_NOT_VERIFIED: 'EMAIL_NOT_VERIFIED',
  ACCOUNT_DISABLED: 'ACCOUNT_DISABLED',
  SIGN_UP_CLOSED: 'SIGN_UP_CLOSED',
  INVALID_PASSWORD: 'PASSWORD_WRONG',
  CREDENTIAL_ACCOUNT_NOT_FOUND: 'PASSWORD_WRONG',
  INVALID_TOKEN: 'LINK_INVALID',
  TOKEN_EXPIRED: 'LINK_INVALID',
  USER_NOT_FOUND: 'LINK_INVALID',
  INVALID_CODE: 'SECOND_FACTOR_FAILED',
  INVALID_BACKUP_CODE: 'SECOND_FACTOR_FAILED',
  INVALID_TWO_FACTOR_COOKIE: 'LINK_INVALID',
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: 'LINK_INVALID',
  ACCOUNT_TEMPORARILY_LOCKED: 'RATE_LIMITED',
  TOTP_NOT_ENABLED: 'CONFLICT',
  TWO_FACTOR_NOT_ENABLED: 'CONFLICT',
  BACKUP_CODES_NOT_ENABLED: 'CONFLICT',
};

const LOCKED_MS = 15 * 60_000;

const refusal = (failure: Failure): Result<never> => ({ ok: false, failure });

/** Runs a call of the library; what it refuses becomes a failure with a code of ours. */
export async function attempt<Value>(work: () => Promise<Value>): Promise<Result<Value>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (!isAPIError(error)) throw error;
    const code = CODES[error.body?.code ?? ''];
    if (code !== undefined) {
      return refusal({
        code,
        detail: DETAILS[error.body?.code ?? ''] ?? DETAILS[code] ?? '',
        ...(code === 'RATE_LIMITED' && { retryAfterMs: LOCKED_MS }),
      });
    }
    if (error.statusCode === 401) {
      return refusal({ code: 'SESSION_REQUIRED', detail: 'This needs a session: sign in, then ask with its token.' });
    }
    throw error;
  }
}

const DETAILS: Readonly<Record<string, string>> = {
  SIGN_IN_FAILED: 'The e-mail address and the password do not match.',
  EMAIL_NOT_VERIFIED: 'Open the link that was sent to this address first; POST /auth/verify-email/send sends another.',
  ACCOUNT_DISABLED: 'This account has been switched off by the operator.',
  SIGN_UP_CLOSED: 'This uBot takes no new accounts without an invitation for that address.',
  PASSWORD_WRONG: 'That is not your password.',
  LINK_INVALID: 'This link is wrong, too old, or has been used.',
  INVALID_TWO_FACTOR_COOKIE: 'The challenge is wrong, too old, or has been answered: sign in again.',
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: 'Too many wrong codes: sign in again.',
  SECOND_FACTOR_FAILED: 'That code is wrong, or it has been used.',
  RATE_LIMITED: 'Too many wrong codes; the second factor rests for fifteen minutes.',
  CONFLICT: 'There is no second factor on this account.',
  VALIDATION_FAILED: 'That is not an e-mail address.',
};
