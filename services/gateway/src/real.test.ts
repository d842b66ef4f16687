import { buildUserManager, type UserManager } from '@ubot/user-manager';
import { createLogger } from '@ubot/service-kit';
import { createTestDatabase, hasSharedData, NO_SHARED_DATA, sharedData, waitFor } from '@ubot/testing';
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
    {
      USER_MANAGER_HOST: '127.0.0.1',
      USER_MANAGER_PORT: 0,
      UBOT_OPERATOR_EMAIL: email,
      UBOT_OPERATOR_TOKEN: PRESET,
      DATABASE_URL: database.url,
      UBOT_INTERNAL_SECRET: SECRET,
      UBOT_LOG_LEVEL: 'silent',
    },
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
    expect((await gw.call('/api/v1/strategies', { token: PRESET })).body).toEqual({ strategies: [] });
    const answer = await gw.call('/api/v1/auth/sign-out', { method: 'POST', token: PRESET });
    expect(answer.body).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });
});

describe.skipIf(!hasSharedData)(`hostile bodies${NO_SHARED_DATA}`, () => {
  const send = (path: string, body: Buffer | string, token: string | null = PRESET) =>
    gw.call(path, { method: 'POST', body, token });

  test('that a JSON parser must refuse are refused with 400; the rest are never an error of ours', async () => {
    const cases: { name: string; expect: string; b64: string }[] = JSON.parse(
      sharedData('security/json-test-suite.json.gz').toString(),
    );
    expect(cases.length).toBeGreaterThan(100);
    for (const { name, expect: expected, b64 } of cases) {
      for (const path of ['/api/v1/strategies', '/api/v1/channels', '/api/v1/strategies/check']) {
        const { status } = await send(path, Buffer.from(b64, 'base64'));
        expect({ name, isRefused: status === 400 || (expected !== 'reject' && status < 500) }).toEqual({
          name,
          isRefused: true,
        });
      }
    }
  });

  test('of nesting a hundred thousand deep are refused', async () => {
    for (const body of ['['.repeat(60_000), `{"name":${'['.repeat(30_000)}${']'.repeat(30_000)}}`]) {
      expect((await send('/api/v1/strategies', body)).status).toBe(400);
    }
  });

  /** What becomes of a name: kept as it was, refused, or anything else in words. */
  const outcomeOf = async (name: string, body: Buffer | string): Promise<string> => {
    const created = await send('/api/v1/channels', body);
    if (created.status === 400) return 'refused';
    const { id } = created.body as { id: string };
    const read = await gw.call(`/api/v1/channels/${id}`, { token: PRESET });
    const deleted = await gw.call(`/api/v1/channels/${id}`, { method: 'DELETE', token: PRESET });
    const isKept = created.status === 201 && (read.body as { name: string }).name === name && deleted.status === 204;
    return isKept ? 'kept' : `${created.status} ${JSON.stringify(read.body)} ${deleted.status}`;
  };

  test('with naughty strings are stored and given back as they were, or refused with 4xx', async () => {
    const strings: string[] = JSON.parse(sharedData('security/blns.json').toString());
    expect(strings.length).toBeGreaterThan(400);
    let kept = 0;
    const tryOut = async (name: string): Promise<void> => {
      const outcome = await outcomeOf(name, JSON.stringify({ name, target: { kind: 'log' } }));
      expect({ name, outcome }).toEqual({ name, outcome: expect.stringMatching(/^(kept|refused)$/) });
      kept += outcome === 'kept' ? 1 : 0;
      const saved = await send('/api/v1/strategies', JSON.stringify({ ...strategy, condition: name }));
      expect({ name, isTaken: [201, 400, 422].includes(saved.status) }).toEqual({ name, isTaken: true });
      const search = await gw.call(`/api/v1/coins?search=${encodeURIComponent(name)}`, { token: PRESET });
      expect({ name, isAnswered: [200, 400].includes(search.status) }).toEqual({ name, isAnswered: true });
    };
    // Twenty at a time, which is fewer channels than an account may have.
    for (let index = 0; index < strings.length; index += 20) {
      await Promise.all(strings.slice(index, index + 20).map(tryOut));
    }
    expect(kept).toBeGreaterThan(300);
    // Some 2,500 requests.
  }, 60_000);

  test('of broken UTF-8 are refused, of whole UTF-8 kept unless JSON forbids the character', async () => {
    const sequences: { valid: boolean; hex: string }[] = JSON.parse(
      sharedData('security/utf8-sequences.json').toString(),
    );
    for (const { valid, hex } of sequences) {
      const name = Buffer.from(hex, 'hex');
      const body = Buffer.concat([Buffer.from('{"target":{"kind":"log"},"name":"'), name, Buffer.from('"}')]);
      const isControl = /^[01]/.test(hex);
      const outcome = await outcomeOf(name.toString('utf8'), body);
      expect({ hex, outcome }).toEqual({ hex, outcome: valid && !isControl ? 'kept' : 'refused' });
    }
  });

  test('of hostile expressions are refused with diagnostics', async () => {
    const { cases } = JSON.parse(sharedData('security/expression-injection.json').toString()) as {
      cases: { expr: string }[];
    };
    for (const { expr } of cases) {
      const { status } = await send('/api/v1/strategies', JSON.stringify({ ...strategy, condition: expr }));
      expect({ expr, status }).toEqual({ expr, status: expr.length === 0 ? 400 : 422 });
    }
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});
