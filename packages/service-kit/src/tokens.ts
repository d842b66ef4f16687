import { ROLES, UbotError, type Result, type Role } from '@ubot/contracts';
import { SignJWT, jwtVerify } from 'jose';

/** Who makes an internal call: a user whom the gateway has identified, or a service on its own behalf. */
export type CallIdentity =
  | { readonly kind: 'user'; readonly userId: string; readonly role: Role }
  | { readonly kind: 'service'; readonly service: string };

export interface InternalTokens {
  issue(identity: CallIdentity): Promise<string>;
  /** Errors: UNAUTHENTICATED for a token that is malformed, signed with another secret, or expired. */
  verify(token: string): Promise<Result<CallIdentity>>;
}

const LIFETIME_S = 60;
// A token is handed out again for this long, so that a busy user is not signed for at every request.
const REUSE_MS = 20_000;
const REUSE_ENTRIES = 2_000;
/** Clocks of two machines may differ by this much. */
const CLOCK_TOLERANCE_S = 5;
const AUDIENCE = 'ubot-internal';
const SECRET_BYTES_AT_LEAST = 16;

/** Short-lived signed tokens (JWT, HS256, 60 s) by which services know who calls. */
export function createInternalTokens(options: { secret: string; nowMs: () => number }): InternalTokens {
  const key = new TextEncoder().encode(options.secret);
  if (key.length < SECRET_BYTES_AT_LEAST) {
    throw new UbotError('CONFIG_INVALID', `UBOT_INTERNAL_SECRET must have at least ${SECRET_BYTES_AT_LEAST} bytes.`);
  }
  const issued = new Map<string, { token: string; issuedAtMs: number }>();

  return {
    async issue(identity) {
      const cacheKey = identity.kind === 'user' ? `${identity.role} ${identity.userId}` : `service ${identity.service}`;
      const nowMs = options.nowMs();
      const known = issued.get(cacheKey);
      if (known !== undefined && nowMs - known.issuedAtMs < REUSE_MS && nowMs >= known.issuedAtMs) return known.token;
      const issuedAtS = Math.floor(nowMs / 1_000);
      const token = await new SignJWT(
        identity.kind === 'user' ? { kind: 'user', role: identity.role } : { kind: 'service' },
      )
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject(identity.kind === 'user' ? identity.userId : identity.service)
        .setAudience(AUDIENCE)
        .setIssuedAt(issuedAtS)
        .setExpirationTime(issuedAtS + LIFETIME_S)
        .sign(key);
      if (issued.size >= REUSE_ENTRIES) issued.clear();
      issued.set(cacheKey, { token, issuedAtMs: nowMs });
      return token;
    },

    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: ['HS256'],
          audience: AUDIENCE,
          requiredClaims: ['sub', 'exp'],
          clockTolerance: CLOCK_TOLERANCE_S,
          currentDate: new Date(options.nowMs()),
        });
        const identity = identityOf(payload);
        if (identity !== null) return { ok: true, value: identity };
      } catch {
        // Falls through: what exactly was wrong with a token helps only who forges one.
      }
      return { ok: false, failure: { code: 'UNAUTHENTICATED', detail: 'The internal token is missing or not valid.' } };
    },
  };
}

function identityOf(payload: { sub?: string; kind?: unknown; role?: unknown }): CallIdentity | null {
  if (payload.sub === undefined) return null;
  if (payload.kind === 'service') return { kind: 'service', service: payload.sub };
  const role = ROLES.find((candidate) => candidate === payload.role);
  return payload.kind === 'user' && role !== undefined ? { kind: 'user', userId: payload.sub, role } : null;
}
