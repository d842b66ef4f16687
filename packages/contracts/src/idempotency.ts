import { Type, type Static } from 'typebox';
import { Uuid } from './scalars.ts';

const strict = { additionalProperties: false } as const;
const Hash = Type.String({ pattern: '^[0-9a-f]{64}$' });
/** An answer as the gateway has sealed it, in base64: nobody without the client's key can read it. */
const Sealed = Type.String({ pattern: '^[A-Za-z0-9+/]*={0,2}$', maxLength: 512 * 1024 });

/** What the gateway asks user-manager before it does what a POST with an Idempotency-Key wants. */
export const IdempotencyBeginSchema = Type.Object({ keyHash: Hash, requestHash: Hash }, strict);
export const IdempotencyBegunSchema = Type.Union([
  Type.Object({ state: Type.Literal('claimed'), claim: Uuid }),
  Type.Object({ state: Type.Literal('done'), status: Type.Integer(), answer: Sealed }),
]);
/**
 * How a request ended. kept: the next with this key gets its answer. released: the next is a first one. unknown: nobody knows
 * what it did, and no other will try.
 */
const IdempotencyOutcomeSchema = Type.Union([
  Type.Object(
    { state: Type.Literal('kept'), status: Type.Integer({ minimum: 200, maximum: 499 }), answer: Sealed },
    strict,
  ),
  Type.Object({ state: Type.Literal('released') }, strict),
  Type.Object({ state: Type.Literal('unknown') }, strict),
]);
export type IdempotencyOutcome = Static<typeof IdempotencyOutcomeSchema>;
export const IdempotencyEndSchema = Type.Object(
  { keyHash: Hash, claim: Uuid, outcome: IdempotencyOutcomeSchema },
  strict,
);
