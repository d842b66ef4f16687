import { Type, type Static } from 'typebox';
import { EpochMs, Uuid } from './scalars.ts';

const strict = { additionalProperties: false } as const;

export const ROLES = ['user', 'operator'] as const;
export type Role = (typeof ROLES)[number];

/** Who asks, as the gateway learned it from user-manager and passes it on in a short-lived signed token. */
export const IdentitySchema = Type.Object({ userId: Uuid, role: Type.Enum(ROLES) });
export type Identity = Static<typeof IdentitySchema>;

const Password = Type.String({ minLength: 1, maxLength: 200 });

export const SignInInputSchema = Type.Object(
  {
    email: Type.String({ minLength: 3, maxLength: 254 }),
    password: Password,
    /** Needed with a one-time password: replaces it. */
    newPassword: Type.Optional(Type.String({ minLength: 10, maxLength: 200 })),
  },
  strict,
);
export type SignInInput = Static<typeof SignInInputSchema>;

export const SignInAnswerSchema = Type.Object({ token: Type.String(), expiresAtMs: EpochMs });
export type SignInAnswer = Static<typeof SignInAnswerSchema>;

export const UserSchema = Type.Object({ id: Uuid, email: Type.String(), role: Type.Enum(ROLES), createdAtMs: EpochMs });
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
