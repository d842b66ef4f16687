import { Type, type Static } from 'typebox';
import { EpochMs, LIMITS, Uuid } from './scalars.ts';

const strict = { additionalProperties: false } as const;

/** E.164: a plus sign, a country code that does not begin with 0, at most 15 digits. */
export const PhoneNumber = Type.String({ pattern: '^\\+[1-9][0-9]{6,14}$' });

/** Where alerts go. The kind decides which driver sends and what the target holds. */
export const ChannelTargetSchema = Type.Union([
  Type.Object({ kind: Type.Literal('sms'), to: PhoneNumber }, strict),
  Type.Object({ kind: Type.Literal('whatsapp'), to: PhoneNumber }, strict),
  Type.Object({ kind: Type.Literal('webhook'), url: Type.String({ pattern: '^https?://', maxLength: 2_000 }) }, strict),
  Type.Object({ kind: Type.Literal('log') }, strict),
]);
export type ChannelTarget = Static<typeof ChannelTargetSchema>;

export const CHANNEL_KINDS = ['sms', 'whatsapp', 'webhook', 'log'] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

export const ChannelInputSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: LIMITS.nameChars }),
    target: ChannelTargetSchema,
    enabled: Type.Optional(Type.Boolean()),
  },
  strict,
);
export type ChannelInput = Static<typeof ChannelInputSchema>;

export const ChannelSchema = Type.Object({
  id: Uuid,
  userId: Uuid,
  name: Type.String(),
  target: ChannelTargetSchema,
  enabled: Type.Boolean(),
  /** Shown to be the user's. Alerts go to verified channels only. */
  verified: Type.Boolean(),
  createdAtMs: EpochMs,
  updatedAtMs: EpochMs,
});
export type Channel = Static<typeof ChannelSchema>;

/** The answer to creating a channel. A webhook's signing secret is shown this once. */
export const ChannelCreatedSchema = Type.Object({
  ...ChannelSchema.properties,
  signingSecret: Type.Union([Type.String(), Type.Null()]),
});
export type ChannelCreated = Static<typeof ChannelCreatedSchema>;
