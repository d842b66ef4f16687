import { createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import {
  VERIFICATION,
  type Challenge,
  type Channel,
  type ChannelTarget,
  type Failure,
  type Result,
} from '@ubot/contracts';
import {
  channelById,
  channelForDelivery,
  lockUser,
  markVerified,
  readVerification,
  saveVerification,
  withTransaction,
  writeAudit,
  type Database,
  type OwnedId,
  type Verification,
} from '@ubot/db';
import { NOT_FOUND } from './failures.ts';

export interface ChannelVerification {
  /** A new code for a channel; the one before it does not count any more. The caller sends it. */
  challenge(owned: OwnedId): Promise<Result<Challenge>>;
  /** The channel, verified, when this is the code. A verified one stays so, whatever the code. */
  check(owned: OwnedId, code: string): Promise<Result<Channel>>;
}

/**
 * Proof that a channel is its user's: what was sent there has to come back.
 *
 * Edges:  five codes and five tries in ten minutes, for one address of one user, whatever channels lead there; a code
 *         lasts ten minutes. A wrong try counts also when it fails.
 * Errors: VERIFICATION_SENDS_SPENT, VERIFICATION_CHECKS_SPENT, VERIFICATION_EXPIRED, VERIFICATION_CODE_WRONG, CONFLICT
 *         for a channel that is verified, NOT_FOUND.
 */
export function createChannelVerification(given: {
  db: Database;
  /** Codes are kept as an HMAC under it: six digits would be found from a plain hash. */
  secret: string;
  nowMs: () => number;
}): ChannelVerification {
  const { db, nowMs } = given;
  const hashOf = (userId: string, code: string): Buffer =>
    createHmac('sha256', given.secret).update(`channel ${userId} ${code}`).digest();

  return {
    async challenge(owned) {
      return withTransaction(db, async (tx): Promise<Result<Challenge>> => {
        const { userId } = owned;
        if (!(await lockUser(tx, userId))) return NOT_FOUND;
        const [channel, delivery] = [await channelById(tx, owned), await channelForDelivery(tx, owned)];
        if (channel === null || delivery === null) return NOT_FOUND;
        if (channel.verified) return refused('CONFLICT', 'This channel is verified.');
        const { target } = channel;
        const atMs = nowMs();
        const before = inWindow(await readVerification(tx, { userId, target }), atMs);
        if (before !== null && before.sends >= VERIFICATION.sends) {
          return refused('VERIFICATION_SENDS_SPENT', SENDS_SPENT, before.windowEndsAtMs - atMs);
        }
        const code = newCode(target);
        const next: Verification = {
          codeHash: hashOf(userId, code),
          codeExpiresAtMs: atMs + VERIFICATION.windowMs,
          sends: (before?.sends ?? 0) + 1,
          checks: before?.checks ?? 0,
          windowEndsAtMs: before?.windowEndsAtMs ?? atMs + VERIFICATION.windowMs,
        };
        await saveVerification(tx, { userId, target }, next);
        await writeAudit(tx, { atMs, userId, action: 'channel.verification', subjectId: owned.id });
        const { codeExpiresAtMs: expiresAtMs, sends } = next;
        const sendsLeft = VERIFICATION.sends - sends;
        return { ok: true, value: { target, signingSecret: delivery.signingSecret, code, expiresAtMs, sendsLeft } };
      });
    },

    async check(owned, code) {
      return withTransaction(db, async (tx): Promise<Result<Channel>> => {
        const { userId } = owned;
        if (!(await lockUser(tx, userId))) return NOT_FOUND;
        const channel = await channelById(tx, owned);
        if (channel === null) return NOT_FOUND;
        if (channel.verified) return { ok: true, value: channel };
        const { target } = channel;
        const atMs = nowMs();
        const stored = await readVerification(tx, { userId, target });
        if (stored === null || stored.codeExpiresAtMs <= atMs) {
          return refused('VERIFICATION_EXPIRED', 'No code is waiting for this channel: ask for a new one.');
        }
        const current = inWindow(stored, atMs) ?? renewed(stored, atMs);
        if (current.checks >= VERIFICATION.checks) {
          return refused('VERIFICATION_CHECKS_SPENT', CHECKS_SPENT, current.windowEndsAtMs - atMs);
        }
        if (!timingSafeEqual(hashOf(userId, code.trim()), current.codeHash)) {
          const checks = current.checks + 1;
          await saveVerification(tx, { userId, target }, { ...current, checks });
          const left = VERIFICATION.checks - checks;
          return refused(
            'VERIFICATION_CODE_WRONG',
            `This is not the code; ${left} more ${left === 1 ? 'try' : 'tries'}.`,
          );
        }
        await markVerified(tx, { userId, target }, atMs);
        await writeAudit(tx, { atMs, userId, action: 'channel.verify', subjectId: owned.id });
        return { ok: true, value: { ...channel, verified: true } };
      });
    },
  };
}

const SENDS_SPENT = `${VERIFICATION.sends} codes have been sent there in ten minutes: wait a little.`;
const CHECKS_SPENT = `${VERIFICATION.checks} codes have been tried in ten minutes: wait a little.`;

const inWindow = (verification: Verification | null, atMs: number): Verification | null =>
  verification !== null && verification.windowEndsAtMs > atMs ? verification : null;

const renewed = (verification: Verification, atMs: number): Verification => ({
  ...verification,
  sends: 0,
  checks: 0,
  windowEndsAtMs: atMs + VERIFICATION.windowMs,
});

/** A person types six digits; a program echoes what cannot be guessed. */
function newCode(target: ChannelTarget): string {
  return target.kind === 'webhook'
    ? randomBytes(24).toString('base64url')
    : String(randomInt(0, 1_000_000)).padStart(6, '0');
}

function refused(code: Failure['code'], detail: string, retryAfterMs?: number): Result<never> {
  return { ok: false, failure: { code, detail, ...(retryAfterMs !== undefined && { retryAfterMs }) } };
}
