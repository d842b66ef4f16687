import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { IdempotencyBegunSchema, OUTCOME_UNKNOWN_HEADER, UbotError, type IdempotencyOutcome } from '@ubot/contracts';
import {
  requireUser,
  unwrap,
  type CallIdentity,
  type HttpApp,
  type Logger,
  type ServiceClient,
} from '@ubot/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';

const KEY = /^[\x21-\x7e]{1,255}$/;
/** An answer larger than this is not kept; none of ours to a POST is. */
const KEPT_BYTES = 256 * 1024;
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Passing states: the same request can end otherwise a moment later. */
const PASSING = [401, 408, 429];
const TOO_SLOW = 504;

export interface IdempotencyOptions {
  userManager: ServiceClient;
  /** What the services share; without it and the client's key a stored answer cannot be read. */
  secret: string;
  logger: Logger;
}

interface Held {
  identity: CallIdentity;
  key: string;
  keyHash: string;
  claim: string;
}

/**
 * A signed-in user's POST with an `Idempotency-Key` is done once: the same request within 24 hours gets the first answer
 * again, whichever gateway it comes to.
 *
 * Edges:  an answer that says "not now" (5xx, 401, 408, 429) is not kept: the same key may try again. Where the gateway died,
 *         the connection to a service broke after the request had gone out, or a service did not answer in time, nobody
 *         knows what was done, and the same key never tries again.
 * Errors: VALIDATION_FAILED for a key that is not 1 to 255 visible ASCII characters; IDEMPOTENCY_KEY_REUSED for another
 *         request under the same key; IDEMPOTENCY_IN_PROGRESS while the first one is under way;
 *         IDEMPOTENCY_OUTCOME_UNKNOWN when it broke off.
 */
export function addIdempotency(app: HttpApp, options: IdempotencyOptions): void {
  const { userManager, logger } = options;
  const held = new WeakMap<FastifyRequest, Held>();

  app.addHook('preHandler', async (request, reply) => {
    const key = request.headers['idempotency-key'];
    if (request.method !== 'POST' || key === undefined || request.identity?.kind !== 'user') return;
    if (typeof key !== 'string' || !KEY.test(key)) {
      throw new UbotError('VALIDATION_FAILED', 'Idempotency-Key must be 1 to 255 visible ASCII characters.');
    }
    const identity = requireUser(request);
    const keyHash = digest(options.secret, 'key', key).toString('hex');
    const body = { keyHash, requestHash: requestHash(options.secret, request) };
    const path = '/idempotency/begin';
    const begun = unwrap(
      await userManager.request({ method: 'POST', path, body, identity, answer: IdempotencyBegunSchema }),
    );
    if (begun.state === 'claimed') {
      held.set(request, { identity, key, keyHash, claim: begun.claim });
      return;
    }
    const { type, text } = open(sealingKey(options.secret, key), Buffer.from(begun.answer, 'base64'));
    void reply.status(begun.status).headers({ 'idempotency-replayed': 'true', 'cache-control': 'private, no-store' });
    if (type !== null) void reply.type(type);
    return reply.send(text === '' ? undefined : text);
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const mine = held.get(request);
    if (mine === undefined) return payload;
    held.delete(request);
    const { identity, keyHash, claim } = mine;
    const outcome = outcomeOf(reply, payload, sealingKey(options.secret, mine.key));
    const told = await userManager.request({
      method: 'POST',
      path: '/idempotency/end',
      body: { keyHash, claim, outcome },
      identity,
    });
    // What was done is done: the caller gets the answer all the same. Another try hears that it broke off.
    if (!told.ok) logger.warn({ event: 'idempotency.not_kept', code: told.failure.code, requestId: request.id });
    return payload;
  });
}

function outcomeOf(reply: FastifyReply, payload: unknown, key: Buffer): IdempotencyOutcome {
  const status = reply.statusCode;
  // What takes too long may still be done.
  if (status === TOO_SLOW || reply.hasHeader(OUTCOME_UNKNOWN_HEADER)) return { state: 'unknown' };
  const text = payload === undefined || payload === null ? '' : payload;
  const isPassing = status >= 500 || PASSING.includes(status);
  if (isPassing) return { state: 'released' };
  // Done, and its answer cannot be given again.
  if ((typeof text !== 'string' && !Buffer.isBuffer(text)) || text.length > KEPT_BYTES) return { state: 'unknown' };
  const type = reply.getHeader('content-type');
  const answer = seal(key, { type: typeof type === 'string' ? type : null, text: text.toString() });
  return { state: 'kept', status, answer: answer.toString('base64') };
}

function digest(secret: string, purpose: 'key' | 'request' | 'seal', text: string): Buffer {
  return createHmac('sha256', secret).update(`idempotency ${purpose}\n${text}`).digest();
}

function requestHash(secret: string, { method, url, body }: FastifyRequest): string {
  return digest(secret, 'request', JSON.stringify([method, url, body ?? null])).toString('hex');
}

const sealingKey = (secret: string, key: string): Buffer => digest(secret, 'seal', key);

interface Kept {
  type: string | null;
  text: string;
}

// An answer may hold what is shown only once (a token, a signing secret). It lies in the database for a day, so it lies
// there sealed: AES-256-GCM under a key that only the client's own Idempotency-Key gives.
function seal(key: Buffer, kept: Kept): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(kept), 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
}

function open(key: Buffer, bytes: Buffer): Kept {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES));
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  return JSON.parse(text.toString('utf8')) as Kept; // written by `seal` and authenticated
}
