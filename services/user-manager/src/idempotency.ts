import {
  IdempotencyBeginSchema,
  IdempotencyBegunSchema,
  IdempotencyEndSchema,
  LIMITS,
  UbotError,
} from '@ubot/contracts';
import {
  claimIdempotencyKey,
  endIdempotencyClaim,
  finishIdempotencyKey,
  releaseIdempotencyKey,
  withTransaction,
  type Database,
} from '@ubot/db';
import { newId, requireUser, type HttpApp } from '@ubot/service-kit';

const KEPT_MS = 24 * 3_600_000;
/** Longer than any request may take: after it the gateway that held the claim is gone. */
const CLAIM_MS = 60_000;
const ASK_AGAIN_MS = 1_000;
/** A sealed answer and what is around it. */
const BODY_BYTES = 1024 * 1024;

/** Keys of a user's POST requests, kept for a day, wherever the request goes: the gateway asks before and tells after. */
export function addIdempotencyRoutes(app: HttpApp, { db, nowMs }: { db: Database; nowMs: () => number }): void {
  app.post(
    '/idempotency/begin',
    { schema: { body: IdempotencyBeginSchema, response: { 200: IdempotencyBegunSchema } } },
    async (request) => {
      const { userId } = requireUser(request);
      const claim = newId();
      const atMs = nowMs();
      const found = await withTransaction(db, (tx) =>
        claimIdempotencyKey(tx, {
          userId,
          keyHash: Buffer.from(request.body.keyHash, 'hex'),
          requestHash: Buffer.from(request.body.requestHash, 'hex'),
          claim,
          nowMs: atMs,
          claimedUntilMs: atMs + CLAIM_MS,
          forgetBeforeMs: atMs - KEPT_MS,
          keysPerUser: LIMITS.idempotencyKeysPerUser,
        }),
      );
      switch (found.state) {
        case 'claimed':
          return { state: 'claimed' as const, claim };
        case 'done':
          return { state: 'done' as const, status: found.status, answer: found.answer.toString('base64') };
        case 'under_way':
          throw new UbotError('IDEMPOTENCY_IN_PROGRESS', undefined, { retryAfterMs: ASK_AGAIN_MS });
        case 'unknown':
          throw new UbotError('IDEMPOTENCY_OUTCOME_UNKNOWN');
        case 'other_request':
          throw new UbotError('IDEMPOTENCY_KEY_REUSED');
        case 'too_many': {
          const most = LIMITS.idempotencyKeysPerUser;
          throw new UbotError('LIMIT_REACHED', `You have used ${most} keys within a day, which is the most.`);
        }
      }
    },
  );
  app.post(
    '/idempotency/end',
    { bodyLimit: BODY_BYTES, schema: { body: IdempotencyEndSchema } },
    async (request, reply) => {
      const { keyHash, claim, outcome } = request.body;
      const held = { userId: requireUser(request).userId, keyHash: Buffer.from(keyHash, 'hex'), claim };
      if (outcome.state === 'released') await releaseIdempotencyKey(db, held);
      else if (outcome.state === 'unknown') await endIdempotencyClaim(db, { ...held, nowMs: nowMs() });
      else {
        const answer = Buffer.from(outcome.answer, 'base64');
        await finishIdempotencyKey(db, { ...held, status: outcome.status, answer });
      }
      return reply.status(204).send();
    },
  );
}
