import {
  DATABASE_CONFIG,
  defineConfig,
  envBoolean,
  envInteger,
  envString,
  envUrl,
  INTERNAL_CONFIG,
  LOG_CONFIG,
  readConfig,
  type Config,
  type Env,
} from '@ubot/service-kit';

export const GATEWAY_CONFIG = defineConfig({
  UBOT_HOST: envString({ default: '127.0.0.1', about: 'The address on which uBot answers; 0.0.0.0 for all.' }),
  UBOT_PORT: envInteger({ default: 3000, minimum: 0, maximum: 65_535, about: 'The port on which uBot answers.' }),
  UBOT_PUBLIC_URL: envUrl({
    optional: true,
    about: 'The address by which people and providers reach uBot; http://localhost:UBOT_PORT when not set.',
  }),
  UBOT_TRUSTED_PROXIES: envInteger({
    default: 0,
    minimum: 0,
    maximum: 10,
    about: 'How many proxies of yours stand in front and say who the client is.',
  }),
  UBOT_REQUESTS_PER_MINUTE: envInteger({
    default: 1_200,
    minimum: 1,
    maximum: 1_000_000_000,
    about: 'Requests that one user, or one address that is not signed in, may make in a minute.',
  }),
  UBOT_GRAPHQL_INTROSPECTION: envBoolean({
    default: true,
    about: 'Whether users may ask /graphql for its schema, as tools for GraphQL do.',
  }),
  UBOT_GRAPHQL_DEPTH: envInteger({
    default: 8,
    minimum: 1,
    maximum: 50,
    about: 'How many fields deep a GraphQL query may be.',
  }),
  UBOT_GRAPHQL_COST: envInteger({
    default: 5_000,
    minimum: 100,
    maximum: 1_000_000,
    about: 'What a GraphQL query may cost, by the rule in docs/api.md.',
  }),
  MOTHER_APP_URL: envUrl({ default: 'http://127.0.0.1:3001', about: 'Where mother-app answers.' }),
  SCANNER_URL: envUrl({ default: 'http://127.0.0.1:3002', about: 'Where the scanner answers.' }),
  USER_MANAGER_URL: envUrl({ default: 'http://127.0.0.1:3003', about: 'Where user-manager answers.' }),
  NOTIFIER_URL: envUrl({ default: 'http://127.0.0.1:3004', about: 'Where the notifier answers.' }),
  ...DATABASE_CONFIG,
  ...INTERNAL_CONFIG,
  ...LOG_CONFIG,
});

export type GatewayConfig = Config<typeof GATEWAY_CONFIG>;

export function readGatewayConfig(env: Env): GatewayConfig {
  return readConfig(GATEWAY_CONFIG, env);
}
