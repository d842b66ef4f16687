import { buildUserManager, readUserManagerConfig, type UserManager } from '@ubot/user-manager';
import { createLogger } from '@ubot/service-kit';
import { createTestDatabase, waitFor } from '@ubot/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGateway, type Harness } from './harness.testing.ts';
import { SECRET } from './services.testing.ts';

/** The gateway before the real user-manager on a real database. */
let database: { url: string; close(): Promise<void> };
let userManager: UserManager;
let gw: Harness;
let oneTimePassword = '';
const email = 'operator@localhost';
const newPassword = 'correct horse battery';
const PRESET = 'preset-token-of-a-machine';

beforeAll(async () => {
  database = await createTestDatabase();
  userManager = buildUserManager(
    readUserManagerConfig({
      USER_MANAGER_PORT: '0',
      UBOT_OPERATOR_EMAIL: email,
      UBOT_OPERATOR_TOKEN: PRESET,
      UBOT_WEBHOOK_ALLOW_PRIVATE: undefined,
      DATABASE_URL: database.url,
      UBOT_INTERNAL_SECRET: SECRET,
      UBOT_PUBLIC_URL: 'http://ubot.test',
      UBOT_LOG_LEVEL: 'silent',
    }),
    {
      logger: createLogger({ service: 'user-manager', level: 'silent' }),
      nowMs: Date.now,
      onOneTimePassword: ({ password }) => {
        oneTimePassword = password;
      },
    },
  );
  const { url } = await userManager.listen();
  gw = await startGateway({ USER_MANAGER_URL: url, DATABASE_URL: database.url });
});
afterAll(async () => {
  await gw.close();
  await userManager.close();
  await database.close();
});

const signIn = (body: unknown) => gw.call('/api/v1/auth/sign-in', { method: 'POST', body, token: null });
const strategy = {
  name: 'Above',
  universe: { kind: 'coins', ids: [1] },
  timeframe: '1m',
  condition: 'close crosses above sma(20)',
};

describe('from the first start to signing out', () => {
  test('the one-time password opens an account whose sessions end at once', async () => {
    expect((await signIn({ email, password: oneTimePassword })).body).toMatchObject({
      code: 'PASSWORD_CHANGE_REQUIRED',
    });
    const signedIn = await signIn({ email, password: oneTimePassword, newPassword });
    const { token } = signedIn.body as { token: string };
    expect((await gw.call('/api/v1/me', { token })).body).toMatchObject({ email, role: 'operator' });
    const created = await gw.call('/api/v1/strategies', { method: 'POST', token, body: strategy });
    expect(created).toMatchObject({ status: 201, body: { ...strategy, version: 1, enabled: true } });
    const { id } = created.body as { id: string };
    expect((await gw.call(`/api/v1/strategies/${id}`, { token })).body).toEqual(created.body);
    expect((await gw.call(`/api/v1/strategies/${id}`, { method: 'DELETE', token })).status).toBe(204);
    expect((await gw.call('/api/v1/auth/sign-out', { method: 'POST', token })).status).toBe(204);
    await waitFor(async () => (await gw.call('/api/v1/me', { token })).status === 401, { deadlineMs: 2_000 });
  });

  test('the preset token works without signing in, and cannot be signed out', async () => {
    expect((await gw.call('/api/v1/strategies', { token: PRESET })).body).toEqual({ strategies: [], nextAfter: null });
    const answer = await gw.call('/api/v1/auth/sign-out', { method: 'POST', token: PRESET });
    expect(answer.body).toMatchObject({ status: 403, code: 'SESSION_REQUIRED' });
  });
});
