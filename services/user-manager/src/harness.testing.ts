import { createInternalTokens, createLogger, createServiceClient, type CallIdentity } from '@ubot/service-kit';
import { buildUserManager, type UserManager } from './app.ts';
import type { UserManagerConfig } from './config.ts';
import type { OneTimePassword } from './operator.ts';
import { createPasswords, type Passwords } from './passwords.ts';

export const SECRET = 'a secret that only this test knows, 32+';
export const START_MS = Date.UTC(2026, 0, 5, 12);

/** The real scheme at a cost that lets a test sign in a hundred times. */
export const quickPasswords = createPasswords({ cost: { memoryKib: 64, passes: 1 } });

export interface Harness {
  url: string;
  clock: { nowMs: number };
  shown: OneTimePassword[];
  userManager: UserManager;
  /** As the gateway (a service) or as a user. */
  call(given: {
    method: 'GET' | 'POST' | 'PUT' | 'DELETE';
    path: string;
    body?: unknown;
    as?: CallIdentity;
    headers?: Record<string, string>;
  }): Promise<{ status: number; body: unknown }>;
}

/** A user-manager on a real socket and a real database. */
export async function startUserManager(
  databaseUrl: string,
  overrides: Partial<UserManagerConfig> & { onOneTimePassword?: () => void; passwords?: Passwords } = {},
): Promise<Harness> {
  const { onOneTimePassword, passwords = quickPasswords, ...config } = overrides;
  const clock = { nowMs: START_MS };
  const shown: OneTimePassword[] = [];
  const userManager = buildUserManager(
    {
      USER_MANAGER_HOST: '127.0.0.1',
      USER_MANAGER_PORT: 0,
      UBOT_OPERATOR_EMAIL: 'operator@localhost',
      UBOT_OPERATOR_TOKEN: undefined,
      UBOT_WEBHOOK_ALLOW_PRIVATE: undefined,
      UBOT_CHANNEL_VERIFICATION: 'on',
      UBOT_QUOTA_STRATEGIES: 1_000,
      UBOT_QUOTA_ALL_COIN_STRATEGIES: 100,
      UBOT_QUOTA_ALERTS_PER_DAY: 10_000,
      UBOT_CAP_USER_DAY_MESSAGES: undefined,
      UBOT_CAP_USER_MONTH_MESSAGES: undefined,
      UBOT_CAP_USER_DAY_MONEY: undefined,
      UBOT_CAP_USER_MONTH_MONEY: undefined,
      DATABASE_URL: databaseUrl,
      UBOT_INTERNAL_SECRET: SECRET,
      UBOT_LOG_LEVEL: 'silent',
      UBOT_PUBLIC_URL: 'http://ubot.test',
      UBOT_PORT: 3000,
      UBOT_SIGN_UP: 'invitation',
      UBOT_SMTP_URL: undefined,
      UBOT_MAIL_FROM: 'uBot <ubot@example.org>',
      UBOT_OIDC_ISSUER: undefined,
      UBOT_OIDC_NAME: 'Test issuer',
      UBOT_OIDC_CLIENT_ID: undefined,
      UBOT_OIDC_CLIENT_SECRET: undefined,
      ...config,
    },
    {
      logger: createLogger({ service: 'user-manager', level: 'silent' }),
      nowMs: () => clock.nowMs,
      onOneTimePassword: (password) => {
        onOneTimePassword?.();
        shown.push(password);
      },
      passwords,
    },
  );
  const { url } = await userManager.listen();
  const tokens = createInternalTokens({ secret: SECRET, nowMs: () => clock.nowMs });
  const client = createServiceClient({ baseUrl: url, tokens, as: 'gateway' });
  return {
    url,
    clock,
    shown,
    userManager,
    async call({ as, ...request }) {
      const answer = await client.requestRaw({ ...request, ...(as !== undefined && { identity: as }) });
      if (!answer.ok) throw new Error(answer.failure.detail);
      const text = answer.value.body.toString('utf8');
      return { status: answer.value.status, body: text === '' ? null : JSON.parse(text) };
    },
  };
}
