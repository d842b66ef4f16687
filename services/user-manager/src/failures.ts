import { ERRORS, type Result } from '@ubot/contracts';

/** One answer for what is not there and what is another user's. */
export const NOT_FOUND: Result<never> = {
  ok: false,
  failure: { code: 'NOT_FOUND', detail: ERRORS.NOT_FOUND.sentence },
};

export function limitReached(detail: string): Result<never> {
  return { ok: false, failure: { code: 'LIMIT_REACHED', detail } };
}
