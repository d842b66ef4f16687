import { createHash } from 'node:crypto';
import { IdentitySchema, type Identity } from '@ubot/contracts';
import type { ServiceClient, ServiceResult } from '@ubot/service-kit';

const KEPT_MS = 5_000;
/** Each entry is about 200 bytes. At the limit the oldest goes and is asked for again. */
const KEPT_ENTRIES = 20_000;

export interface Identities {
  /** Without asking anybody; null when not known. */
  known(token: string): Identity | null;
  /** Errors: UNAUTHENTICATED; SERVICE_UNAVAILABLE. */
  identify(token: string): Promise<ServiceResult<Identity>>;
  /** A user's sessions have changed; '' means that anybody's may have. */
  forget(userId: string): void;
}

/** Whose token it is, as user-manager says, kept for at most five seconds and dropped at once when it changes. */
export function createIdentities(userManager: ServiceClient, nowMs: () => number): Identities {
  const kept = new Map<string, { identity: Identity; untilMs: number }>();
  // An answer that was on its way when something was revoked is not kept.
  let revocations = 0;

  const known = (key: string): Identity | null => {
    const entry = kept.get(key);
    if (entry === undefined) return null;
    if (entry.untilMs > nowMs()) return entry.identity;
    kept.delete(key);
    return null;
  };

  return {
    known: (token) => known(keyOf(token)),

    async identify(token) {
      const key = keyOf(token);
      const already = known(key);
      if (already !== null) return { ok: true, value: already };
      const before = revocations;
      const asked = await userManager.request({
        method: 'POST',
        path: '/auth/identify',
        body: { token },
        answer: IdentitySchema,
      });
      if (asked.ok && before === revocations) {
        kept.set(key, { identity: asked.value, untilMs: nowMs() + KEPT_MS });
        const oldest = kept.size > KEPT_ENTRIES ? kept.keys().next().value : undefined;
        if (oldest !== undefined) kept.delete(oldest);
      }
      return asked;
    },

    forget(userId) {
      revocations += 1;
      for (const [key, { identity }] of kept) if (userId === '' || identity.userId === userId) kept.delete(key);
    },
  };
}

/** So that the tokens themselves do not lie in memory. */
function keyOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
