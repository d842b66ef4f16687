import { defineConfig } from './config.ts';
import { LOG_LEVELS } from './logger.ts';
import { envEnum, envSecret, envString, envUrl } from './settings.ts';

/** Settings that every service shares; spread them into a service's own definition. */
export const LOG_CONFIG = defineConfig({
  UBOT_LOG_LEVEL: envEnum({ values: LOG_LEVELS, default: 'info', about: 'How much is logged.' }),
});

export const INTERNAL_CONFIG = defineConfig({
  UBOT_INTERNAL_SECRET: envSecret({
    minimumChars: 32,
    about: 'What services sign their calls to each other with; the same for all of them.',
  }),
});

export const DATABASE_CONFIG = defineConfig({
  DATABASE_URL: envUrl({
    protocols: ['postgres', 'postgresql'],
    secret: true,
    about: 'The PostgreSQL server and database.',
  }),
});

/** Mail: what an account is about goes out by user-manager, alerts by the notifier. */
export const MAIL_CONFIG = defineConfig({
  UBOT_SMTP_URL: envUrl({
    optional: true,
    secret: true,
    protocols: ['smtp', 'smtps'],
    about: 'Sends mail: smtp://user:password@host:587. Without it, links go to the log and the admin page.',
  }),
  UBOT_MAIL_FROM: envString({
    default: 'uBot <ubot@localhost>',
    maximumChars: 254,
    pattern: /@/,
    about: 'The sender of mails.',
  }),
});
