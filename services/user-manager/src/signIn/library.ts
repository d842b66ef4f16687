import { hkdfSync } from 'node:crypto';
import type { SignUpMode } from '@ubot/contracts';
import {
  hasSignInMethod,
  openInvitation,
  signInTables,
  useInvitation,
  userById,
  type Database,
  type InvitationRow,
} from '@ubot/db';
import { newId, type Logger } from '@ubot/service-kit';
import { betterAuth, type BetterAuthOptions, type DBAdapter } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { APIError, isAPIError } from 'better-auth/api';
import { bearer, genericOAuth, twoFactor } from 'better-auth/plugins';
import type { Passwords } from '../passwords.ts';
import { createIssuer, type Claims, type IssuerOptions } from './issuer.ts';
import { alreadyHereLetter, resetPasswordLetter, verifyEmailLetter } from './letters.ts';
import type { Mail } from './mail.ts';
import { withHashedSessionTokens } from './sessionTokens.ts';

const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;
export const SESSION_S = 30 * DAY_S;
export const PROVIDER = 'oidc';
/** Cookies by which the library carries a flow from one request to the next; the gateway has cookies of its own. */
export const COOKIES = { secondFactor: 'ubot.two_factor', state: 'ubot.state', session: 'ubot.session_token' } as const;
export const AUTH_PATH = '/api/v1/auth';

// Never by an address alone. Whoever is signed in and begins it may link an account with another address: the operator of a
// first start has one that no issuer knows.
const LINKING = { enabled: true, disableImplicitLinking: true, allowDifferentEmails: true } as const;

export interface LibraryOptions {
  db: Database;
  logger: Logger;
  passwords: Passwords;
  mail: Mail;
  nowMs: () => number;
  /** Where browsers reach the gateway. */
  publicUrl: string;
  /** Signs links and cookies, encrypts second-factor secrets: derived from this, which must stay the same. */
  secret: string;
  signUp: SignUpMode;
  issuer: IssuerOptions | undefined;
}

export type Library = ReturnType<typeof createLibrary>;

/**
 * better-auth over our tables: passwords, second factors, sessions, links, issuers. Its own HTTP routes, cookies, rate limits
 * and origin checks are not used: requests come from the gateway, which has checked them.
 */
export function createLibrary(options: LibraryOptions) {
  const { db, logger, passwords, mail, nowMs, publicUrl } = options;
  const adapter = drizzleAdapter(db.orm, { provider: 'pg', schema: signInTables, transaction: true });
  const linkFrom = (to: string, url: string, validS: number) => ({ to, url, expiresAtMs: nowMs() + validS * 1_000 });

  return betterAuth({
    appName: 'uBot',
    baseURL: publicUrl,
    basePath: AUTH_PATH,
    secret: Buffer.from(hkdfSync('sha256', options.secret, 'ubot', 'sign-in', 32)).toString('base64url'),
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    logger: { level: 'error', log: (level, message) => logger.error({ event: 'sign_in.library', level, message }) },
    database: (given: BetterAuthOptions): DBAdapter => {
      const made = adapter(given);
      const transaction: DBAdapter['transaction'] = (work) =>
        made.transaction((within) => work(withHashedSessionTokens(within)));
      return { ...withHashedSessionTokens(made), transaction };
    },
    advanced: {
      cookiePrefix: 'ubot',
      useSecureCookies: false,
      database: { generateId: () => newId() },
      ipAddress: { ipAddressHeaders: ['x-client-address'] },
    },
    user: { additionalFields: { role: { type: 'string', required: false, defaultValue: 'user', input: false } } },
    session: { expiresIn: SESSION_S, disableSessionRefresh: true, cookieCache: { enabled: false } },
    verification: { storeIdentifier: 'hashed' },
    account: { updateAccountOnSignIn: false, accountLinking: LINKING },
    emailAndPassword: {
      enabled: true,
      requireEmailVerification: true,
      minPasswordLength: 10,
      maxPasswordLength: 200,
      revokeSessionsOnPasswordReset: true,
      resetPasswordTokenExpiresIn: HOUR_S,
      password: {
        hash: (password) => passwords.hash(password),
        verify: ({ password, hash }) => passwords.verify(password, hash),
      },
      sendResetPassword: async ({ user, token }) => {
        mail.send(resetPasswordLetter(linkFrom(user.email, `${publicUrl}/account.html#reset=${token}`, HOUR_S)));
      },
      onExistingUserSignUp: async ({ user }) => mail.send(alreadyHereLetter({ to: user.email, url: publicUrl })),
    },
    emailVerification: {
      expiresIn: DAY_S,
      sendVerificationEmail: async ({ user, token }) => {
        // Whoever was invited has shown that the address is theirs.
        if (user.emailVerified) return;
        mail.send(verifyEmailLetter(linkFrom(user.email, `${publicUrl}/account.html#verify=${token}`, DAY_S)));
      },
    },
    databaseHooks: {
      user: {
        create: {
          before: async (user) => ({ data: { ...user, ...(await admit(options, user)) } }),
          after: async (user) => {
            const invitation = await openInvitation(db, { email: user.email, nowMs: nowMs() });
            if (invitation !== null) await useInvitation(db, { id: invitation.id, nowMs: nowMs() });
          },
        },
      },
      account: {
        create: {
          // An issuer's tokens are of no use to us, and what is not stored cannot be stolen.
          before: async ({ id, userId, providerId, accountId, password, createdAt, updatedAt }) => ({
            data: { id, userId, providerId, accountId, password, createdAt, updatedAt },
          }),
        },
      },
      session: {
        create: {
          before: async ({ userId }) => {
            const user = await userById(db, userId);
            if (user?.disabledAtMs != null) throw new APIError('FORBIDDEN', { code: 'ACCOUNT_DISABLED' });
          },
        },
      },
    },
    plugins: [
      bearer(),
      twoFactor({ issuer: 'uBot', twoFactorTable: 'twoFactor' }),
      genericOAuth({ config: options.issuer === undefined ? [] : [providerOf(options.issuer, options)] }),
    ],
  });
}

/** Whether, and as whom, somebody new may come in; also those whom an issuer sends. */
async function admit(
  { db, signUp, nowMs }: LibraryOptions,
  user: { email: string; emailVerified: boolean },
): Promise<{ role?: InvitationRow['role']; emailVerified?: boolean }> {
  const invitation = await openInvitation(db, { email: user.email.toLowerCase(), nowMs: nowMs() });
  if (invitation !== null && signUp !== 'closed') return { role: invitation.role, emailVerified: true };
  if (signUp !== 'open') throw new APIError('FORBIDDEN', { code: 'SIGN_UP_CLOSED' });
  return {};
}

function providerOf(options: IssuerOptions, library: LibraryOptions) {
  const { db, logger, publicUrl } = library;
  const issuer = createIssuer(options);
  // Between the two calls of one sign-in the library passes only tokens on; the checked claims travel beside them.
  const checked = new WeakMap<object, Claims>();
  return {
    providerId: PROVIDER,
    discoveryUrl: issuer.discoveryUrl,
    clientId: options.clientId,
    clientSecret: options.clientSecret,
    scopes: ['openid', 'email', 'profile'],
    pkce: true,
    async getToken({ code, redirectURI, codeVerifier }: { code: string; redirectURI: string; codeVerifier?: string }) {
      try {
        const claims = await issuer.exchange({ code, redirectURI, codeVerifier: codeVerifier ?? '' });
        const raw = { claims };
        checked.set(raw, claims);
        return { raw };
      } catch (error) {
        logger.warn({
          event: 'sign_in.issuer_refused',
          detail: error instanceof Error ? error.message : String(error),
        });
        throw error;
      }
    },
    async getUserInfo({ raw }: { raw?: object }) {
      const claims = raw === undefined ? undefined : checked.get(raw);
      if (claims === undefined || claims.email === null) return null;
      const { sub, email, emailVerified, name } = claims;
      // Without proof an address would be anybody's claim.
      if (!emailVerified) return null;
      if (!(await hasSignInMethod(db, { provider: PROVIDER, subject: sub }))) {
        await admit(library, { email, emailVerified }).catch((error: unknown) => {
          // Further down the library knows only errors that are its own; it follows a redirect from here.
          const code = isAPIError(error) ? String(error.body?.code) : 'unknown';
          throw new APIError('FOUND', undefined, { location: `${publicUrl}/?error=${code}` });
        });
      }
      return { id: sub, email, emailVerified, name: name ?? email };
    },
  };
}
