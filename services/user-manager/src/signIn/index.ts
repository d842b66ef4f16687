import type { Database } from '@ubot/db';
import type { Logger } from '@ubot/service-kit';
import type { UserManagerConfig } from '../config.ts';
import type { Passwords } from '../passwords.ts';
import { createSignInThrottle } from '../throttle.ts';
import { createIssuerSignIn } from './issuerSignIn.ts';
import { createLibrary } from './library.ts';
import { createLinks } from './links.ts';
import { createMail } from './mail.ts';
import { createSecurity } from './security.ts';
import { createSignIns } from './signIn.ts';

export interface SignInDeps {
  db: Database;
  logger: Logger;
  passwords: Passwords;
  nowMs: () => number;
}

/** Everything about getting in, put together from the settings. */
export function createSignIn(config: UserManagerConfig, { db, logger, passwords, nowMs }: SignInDeps) {
  const publicUrl = (config.UBOT_PUBLIC_URL ?? `http://localhost:${config.UBOT_PORT}`).replace(/\/$/, '');
  const mail = createMail({ db, logger, nowMs, smtpUrl: config.UBOT_SMTP_URL, from: config.UBOT_MAIL_FROM });
  const issuer =
    config.UBOT_OIDC_ISSUER === undefined
      ? undefined
      : {
          issuer: config.UBOT_OIDC_ISSUER,
          clientId: config.UBOT_OIDC_CLIENT_ID ?? '',
          clientSecret: config.UBOT_OIDC_CLIENT_SECRET ?? '',
        };
  const library = createLibrary({
    db,
    logger,
    passwords,
    mail,
    nowMs,
    publicUrl,
    secret: config.UBOT_INTERNAL_SECRET,
    signUp: config.UBOT_SIGN_UP,
    issuer,
  });
  const mailThrottle = createSignInThrottle(nowMs);
  return {
    mail,
    publicUrl,
    signIns: createSignIns({
      db,
      library,
      passwords,
      throttle: createSignInThrottle(nowMs),
      mailThrottle,
      signUp: config.UBOT_SIGN_UP,
      issuerName: issuer === undefined ? null : config.UBOT_OIDC_NAME,
      nowMs,
    }),
    links: createLinks({ db, library, mailThrottle }),
    security: createSecurity({ db, library, nowMs }),
    issuer: createIssuerSignIn({ library, publicUrl, isSetUp: issuer !== undefined, nowMs }),
  };
}
