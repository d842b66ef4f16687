import { SIGN_UP_MODES, UbotError } from '@ubot/contracts';
import {
  DATABASE_CONFIG,
  defineConfig,
  envEnum,
  envInteger,
  envSecret,
  envString,
  envUrl,
  INTERNAL_CONFIG,
  LOG_CONFIG,
  MAIL_CONFIG,
  readConfig,
  USER_CAPS_CONFIG,
  WEBHOOK_CONFIG,
  type Config,
  type Env,
} from '@ubot/service-kit';

export const USER_MANAGER_CONFIG = defineConfig({
  USER_MANAGER_HOST: envString({ default: '127.0.0.1', about: 'The address on which user-manager listens.' }),
  USER_MANAGER_PORT: envInteger({
    default: 3003,
    minimum: 0,
    maximum: 65_535,
    about: 'The port on which user-manager listens; 0 takes a free one.',
  }),
  UBOT_OPERATOR_EMAIL: envString({
    default: 'operator@localhost',
    maximumChars: 254,
    pattern: /^[^\s@]+@[^\s@]+$/,
    about: 'The e-mail address of the account that the first start makes.',
  }),
  UBOT_OPERATOR_TOKEN: envSecret({
    optional: true,
    minimumChars: 16,
    maximumChars: 512,
    pattern: /^[\x21-\x7e]+$/,
    about: "Presets the operator's bearer token, for machines; changing it ends the old one.",
  }),
  UBOT_PUBLIC_URL: envUrl({
    optional: true,
    about: 'The address by which people and providers reach uBot; http://localhost:UBOT_PORT when not set.',
  }),
  UBOT_PORT: envInteger({ default: 3000, minimum: 0, maximum: 65_535, about: 'The port on which uBot answers.' }),
  UBOT_SIGN_UP: envEnum({
    values: SIGN_UP_MODES,
    default: 'invitation',
    about: 'Who can make an account: anybody (open), whom the operator invites (invitation), nobody (closed).',
  }),
  ...MAIL_CONFIG,
  UBOT_OIDC_ISSUER: envUrl({
    optional: true,
    about: 'Signs users in at this OpenID Connect issuer, exactly as it names itself.',
  }),
  UBOT_OIDC_NAME: envString({ default: 'Single sign-on', maximumChars: 60, about: 'What people call that issuer.' }),
  UBOT_OIDC_CLIENT_ID: envString({ optional: true, maximumChars: 254, about: "uBot's client id at the issuer." }),
  UBOT_OIDC_CLIENT_SECRET: envSecret({ optional: true, about: "uBot's client secret at the issuer." }),
  ...WEBHOOK_CONFIG,
  UBOT_CHANNEL_VERIFICATION: envEnum({
    values: ['on', 'off'],
    default: 'on',
    about: 'Whether a phone or webhook gets alerts only after a code sent there has come back.',
  }),
  UBOT_QUOTA_STRATEGIES: envInteger({
    default: 1_000,
    minimum: 0,
    maximum: 100_000,
    about: 'How many strategies a user may have, unless an operator says otherwise of one.',
  }),
  UBOT_QUOTA_ALL_COIN_STRATEGIES: envInteger({
    default: 100,
    minimum: 0,
    maximum: 100_000,
    about: 'How many of them may watch all coins, or more than the top thousand.',
  }),
  UBOT_QUOTA_ALERTS_PER_DAY: envInteger({
    default: 10_000,
    minimum: 0,
    maximum: 10_000_000,
    about: "How many alerts a user's strategies may send in one UTC day; a change holds from the scanner's next start.",
  }),
  ...USER_CAPS_CONFIG,
  ...DATABASE_CONFIG,
  ...INTERNAL_CONFIG,
  ...LOG_CONFIG,
});

export type UserManagerConfig = Config<typeof USER_MANAGER_CONFIG>;

export function readUserManagerConfig(env: Env): UserManagerConfig {
  const config = readConfig(USER_MANAGER_CONFIG, env);
  if (
    config.UBOT_OIDC_ISSUER !== undefined &&
    (config.UBOT_OIDC_CLIENT_ID === undefined || config.UBOT_OIDC_CLIENT_SECRET === undefined)
  ) {
    throw new UbotError('CONFIG_INVALID', 'UBOT_OIDC_ISSUER needs UBOT_OIDC_CLIENT_ID and UBOT_OIDC_CLIENT_SECRET.');
  }
  return config;
}
