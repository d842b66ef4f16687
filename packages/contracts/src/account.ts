import { Type, type Static } from 'typebox';
import { CapsSchema } from './costs.ts';
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

/** A time of day in the user's time zone: "22:30". */
const TimeOfDay = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' });

export const QUIET_MODES = ['hold', 'drop'] as const;

/**
 * `start` until before `end`, over midnight when `end` is the earlier; on the days on which it starts. Urgent strategies
 * pass.
 */
export const QuietHoursSchema = Type.Object(
  {
    start: TimeOfDay,
    end: TimeOfDay,
    /** 1 is Monday, 7 is Sunday. */
    days: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 7, uniqueItems: true }),
    /** hold (default): sent when they end, several together where the channel gathers them. drop: not sent. */
    mode: Type.Optional(Type.Enum(QUIET_MODES)),
    /** Webhook, log and module channels keep quiet too; without it only those that people look at do. */
    machines: Type.Optional(Type.Boolean()),
  },
  strict,
);
export type QuietHours = Static<typeof QuietHoursSchema>;

const settingsFields = {
  /** An IANA name: "Europe/Paris". Times in messages are shown in it. */
  timeZone: Type.String({ minLength: 1, maxLength: 60 }),
  defaultChannelIds: Type.Array(Uuid, { maxItems: 10, uniqueItems: true }),
  quietHours: Type.Union([QuietHoursSchema, Type.Null()]),
  /** An ISO 4217 code, in which prices are shown. */
  currency: Type.String({ pattern: '^[A-Z]{3}$' }),
  /** A BCP 47 tag, in whose manner numbers and dates are shown: "de-CH". */
  locale: Type.String({ minLength: 2, maxLength: 35 }),
  /** Your own, within the operator's: the smaller counts. */
  caps: Type.Union([CapsSchema, Type.Null()]),
};

export const SettingsSchema = Type.Object(settingsFields, strict);
export type Settings = Static<typeof SettingsSchema>;

/** What PUT /settings takes: of the first two both are named; what else is left out stays as it is. */
export const SettingsInputSchema = Type.Object(
  {
    timeZone: settingsFields.timeZone,
    defaultChannelIds: settingsFields.defaultChannelIds,
    quietHours: Type.Optional(settingsFields.quietHours),
    currency: Type.Optional(settingsFields.currency),
    locale: Type.Optional(settingsFields.locale),
    caps: Type.Optional(settingsFields.caps),
  },
  strict,
);
export type SettingsInput = Static<typeof SettingsInputSchema>;

export const DEFAULT_SETTINGS: Settings = {
  timeZone: 'UTC',
  defaultChannelIds: [],
  quietHours: null,
  currency: 'USD',
  locale: 'en',
  caps: null,
};

/** What DELETE /me takes. */
export const DeletionInputSchema = Type.Object({ password: Type.Optional(Type.String({ maxLength: 200 })) }, strict);
export type DeletionInput = Static<typeof DeletionInputSchema>;
