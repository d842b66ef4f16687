import { Type, type Static } from 'typebox';
import { EpochMs, Uuid } from './scalars.ts';

const strict = { additionalProperties: false } as const;

export const ROLES = ['user', 'operator'] as const;
export type Role = (typeof ROLES)[number];

/** Who asks, as the gateway learned it from user-manager and passes it on in a short-lived signed token. */
export const IdentitySchema = Type.Object({
  userId: Uuid,
  role: Type.Enum(ROLES),
  /** read: nothing may be changed with this token. */
  scope: Type.Enum(['read', 'write']),
});
export type Identity = Static<typeof IdentitySchema>;

export const UserSchema = Type.Object({
  id: Uuid,
  email: Type.String(),
  role: Type.Enum(ROLES),
  createdAtMs: EpochMs,
  /** A code of an authenticator is asked for at sign-in. */
  secondFactor: Type.Boolean(),
  /** Whether there is a password; without one the issuer signs the user in. */
  password: Type.Boolean(),
  /** Issuers (OIDC) that sign this user in. */
  issuers: Type.Array(Type.String()),
});
export type User = Static<typeof UserSchema>;

export const SettingsSchema = Type.Object(
  {
    /** An IANA name: "Europe/Paris". Times in messages are shown in it. */
    timeZone: Type.String({ minLength: 1, maxLength: 60 }),
    defaultChannelIds: Type.Array(Uuid, { maxItems: 10, uniqueItems: true }),
  },
  strict,
);
export type Settings = Static<typeof SettingsSchema>;
export const DEFAULT_SETTINGS: Settings = { timeZone: 'UTC', defaultChannelIds: [] };
