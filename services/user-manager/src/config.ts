import {
  DATABASE_CONFIG,
  defineConfig,
  envInteger,
  envSecret,
  envString,
  INTERNAL_CONFIG,
  LOG_CONFIG,
  readConfig,
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
  ...DATABASE_CONFIG,
  ...INTERNAL_CONFIG,
  ...LOG_CONFIG,
});

export type UserManagerConfig = Config<typeof USER_MANAGER_CONFIG>;

export function readUserManagerConfig(env: Env): UserManagerConfig {
  return readConfig(USER_MANAGER_CONFIG, env);
}
