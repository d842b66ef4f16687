import { Type, type Static } from 'typebox';
import { ChannelTargetSchema } from './channel.ts';
import { EpochMs, Uuid } from './scalars.ts';

const strict = { additionalProperties: false } as const;

/** Proof that a channel is its user's: at most this many codes, and tries at them, in ten minutes. */
export const VERIFICATION = { sends: 5, checks: 5, windowMs: 600_000 } as const;

/** What the notifier asks user-manager for before it sends. */
export const ChallengeInputSchema = Type.Object({ userId: Uuid, channelId: Uuid }, strict);

/** What has to come back from where the channel leads: six digits for a phone, a random text for a webhook. */
export const ChallengeSchema = Type.Object({
  target: ChannelTargetSchema,
  signingSecret: Type.Union([Type.String(), Type.Null()]),
  code: Type.String(),
  expiresAtMs: EpochMs,
  sendsLeft: Type.Integer({ minimum: 0 }),
});
export type Challenge = Static<typeof ChallengeSchema>;

/** The answer to POST /channels/{id}/verification. */
export const VerificationSentSchema = Type.Object({
  /** A webhook that has echoed the challenge is verified at once; a phone waits for its code. */
  verified: Type.Boolean(),
  expiresAtMs: EpochMs,
  sendsLeft: Type.Integer({ minimum: 0 }),
});

/** The answer to POST /channels/{id}/test: what was sent, and what the provider said at once. */
export const ChannelTestSchema = Type.Object({
  text: Type.String(),
  /** In the provider's own word; null: it has none. */
  providerStatus: Type.Union([Type.String(), Type.Null()]),
  /** Of an SMS. */
  segments: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
});

export const VerificationCheckSchema = Type.Object({ code: Type.String({ minLength: 1, maxLength: 100 }) }, strict);
