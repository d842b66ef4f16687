import { Type, type Static } from 'typebox';
import { ROLES } from './account.ts';
import { EpochMs, LIMITS, Uuid } from './scalars.ts';

const strict = { additionalProperties: false } as const;
const orNull = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

const Email = Type.String({ minLength: 3, maxLength: 254, pattern: '^[^\\s@]+@[^\\s@]+$' });
const Password = Type.String({ minLength: 1, maxLength: 200 });
/** Length is what makes a password; nothing is asked of its characters. */
const NewPassword = Type.String({ minLength: 10, maxLength: 200 });
const Link = Type.String({ minLength: 1, maxLength: 2_048 });

export const SIGN_UP_MODES = ['open', 'invitation', 'closed'] as const;
export type SignUpMode = (typeof SIGN_UP_MODES)[number];

/** What a page needs to know before anybody is signed in. */
export const SignInOptionsSchema = Type.Object({
  signUp: Type.Enum(SIGN_UP_MODES),
  /** The name of the issuer to sign in with (OIDC), null when there is none. */
  issuer: orNull(Type.String()),
});
export type SignInOptions = Static<typeof SignInOptionsSchema>;

export const SignInInputSchema = Type.Object(
  {
    email: Type.String({ minLength: 3, maxLength: 254 }),
    password: Password,
    /** Needed with a one-time password: replaces it. */
    newPassword: Type.Optional(NewPassword),
    /** true: the session comes as a cookie for a browser, not as a token in the answer. */
    cookie: Type.Optional(Type.Boolean()),
  },
  strict,
);
export type SignInInput = Static<typeof SignInInputSchema>;

const SessionStart = Type.Object({
  /** null when it was asked for as a cookie. */
  token: orNull(Type.String()),
  expiresAtMs: EpochMs,
});
/** Signed in, or asked for the second factor: then `challenge` goes back with a code within ten minutes. */
export const SignInAnswerSchema = Type.Union([
  SessionStart,
  Type.Object({ secondFactor: Type.Object({ challenge: Type.String(), expiresAtMs: EpochMs }) }),
]);
export type SignInAnswer = Static<typeof SignInAnswerSchema>;

export const SecondFactorInputSchema = Type.Object(
  {
    challenge: Link,
    /** Six digits of the authenticator, or one of the recovery codes; each of those works once. */
    code: Type.String({ minLength: 6, maxLength: 32 }),
    cookie: Type.Optional(Type.Boolean()),
  },
  strict,
);
export type SecondFactorInput = Static<typeof SecondFactorInputSchema>;

export const SignUpInputSchema = Type.Object(
  {
    email: Email,
    password: NewPassword,
    name: Type.Optional(Type.String({ maxLength: LIMITS.nameChars })),
    /** The code of an invitation, where the operator asks for one. */
    invitation: Type.Optional(Link),
  },
  strict,
);
export type SignUpInput = Static<typeof SignUpInputSchema>;

/** The same whether or not the address has an account already; the mail that goes out tells the owner. */
export const SignUpAnswerSchema = Type.Object({
  /** verify_email: a link has been sent; ready: sign in. */
  next: Type.Enum(['verify_email', 'ready']),
});
export type SignUpAnswer = Static<typeof SignUpAnswerSchema>;

export const EmailInputSchema = Type.Object({ email: Email }, strict);
export const LinkInputSchema = Type.Object({ token: Link }, strict);
export const PasswordResetInputSchema = Type.Object({ token: Link, newPassword: NewPassword }, strict);
export const PasswordChangeInputSchema = Type.Object({ password: Password, newPassword: NewPassword }, strict);
export const PasswordInputSchema = Type.Object({ password: Password }, strict);
export const CodeInputSchema = Type.Object({ code: Type.String({ pattern: '^[0-9]{6}$' }) }, strict);

/** Shown once. `uri` is what an authenticator's QR code holds. */
export const SecondFactorSetupSchema = Type.Object({
  uri: Type.String(),
  recoveryCodes: Type.Array(Type.String()),
});
export type SecondFactorSetup = Static<typeof SecondFactorSetupSchema>;
export const RecoveryCodesSchema = Type.Object({ recoveryCodes: Type.Array(Type.String()) });

export const SessionSchema = Type.Object({
  id: Uuid,
  createdAtMs: EpochMs,
  expiresAtMs: EpochMs,
  address: orNull(Type.String()),
  userAgent: orNull(Type.String()),
  /** The one that asks. */
  current: Type.Boolean(),
});
export type Session = Static<typeof SessionSchema>;

export const TOKEN_SCOPES = ['read', 'write'] as const;
export type TokenScope = (typeof TOKEN_SCOPES)[number];

export const TokenInputSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: LIMITS.nameChars }),
    /** read: nothing can be changed with it. */
    scope: Type.Enum(TOKEN_SCOPES),
    /** Until then; not given: until it is deleted. */
    expiresAtMs: Type.Optional(EpochMs),
  },
  strict,
);
export type TokenInput = Static<typeof TokenInputSchema>;

export const TokenSchema = Type.Object({
  id: Uuid,
  name: Type.String(),
  scope: Type.Enum(TOKEN_SCOPES),
  createdAtMs: EpochMs,
  expiresAtMs: orNull(EpochMs),
  lastUsedAtMs: orNull(EpochMs),
});
export type Token = Static<typeof TokenSchema>;
/** The token itself is shown this once. */
export const TokenCreatedSchema = Type.Object({ ...TokenSchema.properties, token: Type.String() });
export type TokenCreated = Static<typeof TokenCreatedSchema>;

export const AdminUserSchema = Type.Object({
  id: Uuid,
  email: Type.String(),
  name: Type.String(),
  role: Type.Enum(ROLES),
  emailVerified: Type.Boolean(),
  secondFactor: Type.Boolean(),
  disabled: Type.Boolean(),
  createdAtMs: EpochMs,
  lastSignInAtMs: orNull(EpochMs),
  strategies: Type.Integer(),
});
export type AdminUser = Static<typeof AdminUserSchema>;
export const AdminUserInputSchema = Type.Object({ role: Type.Enum(ROLES), disabled: Type.Boolean() }, strict);
export type AdminUserInput = Static<typeof AdminUserInputSchema>;

export const InvitationInputSchema = Type.Object({ email: Email, role: Type.Optional(Type.Enum(ROLES)) }, strict);
export type InvitationInput = Static<typeof InvitationInputSchema>;
export const InvitationSchema = Type.Object({
  id: Uuid,
  email: Type.String(),
  role: Type.Enum(ROLES),
  createdAtMs: EpochMs,
  expiresAtMs: EpochMs,
  usedAtMs: orNull(EpochMs),
});
export type Invitation = Static<typeof InvitationSchema>;
/** The link is shown this once, and mailed where mail is set up. */
export const InvitationCreatedSchema = Type.Object({ ...InvitationSchema.properties, url: Type.String() });
export type InvitationCreated = Static<typeof InvitationCreatedSchema>;

export const LINK_PURPOSES = ['verify_email', 'reset_password', 'invitation'] as const;
export type LinkPurpose = (typeof LINK_PURPOSES)[number];
/** A link that no mail could carry, for the operator to pass on. */
export const UndeliveredLinkSchema = Type.Object({
  id: Uuid,
  email: Type.String(),
  purpose: Type.Enum(LINK_PURPOSES),
  url: Type.String(),
  createdAtMs: EpochMs,
  expiresAtMs: EpochMs,
});
