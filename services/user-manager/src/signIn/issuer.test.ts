import { createServer, type Server } from 'node:http';
import { createDatabase, type Database } from '@ubot/db';
import { createTestDatabase } from '@ubot/testing';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { Provider } from 'oidc-provider';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startUserManager, type Harness } from '../harness.testing.ts';

const CALLBACK = 'http://ubot.test/api/v1/auth/oauth2/callback/oidc';
const CLIENT = { id: 'ubot', secret: 'a client secret of the test' };
const problem = (status: number, code: string) => ({ status, body: expect.objectContaining({ status, code }) });

let database: { url: string; close(): Promise<void> };
let db: Database;
let um: Harness;

const listen = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
};
const settings = (issuer: string) => ({
  UBOT_OIDC_ISSUER: issuer,
  UBOT_OIDC_CLIENT_ID: CLIENT.id,
  UBOT_OIDC_CLIENT_SECRET: CLIENT.secret,
  UBOT_SIGN_UP: 'open' as const,
});
const service = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
  um.call({
    method: 'POST',
    path,
    ...(body !== undefined && { body }),
    headers: { 'x-client-address': '10.2.0.1', ...headers },
  });
const start = async () => (await service('/auth/issuer/start')).body as { url: string; state: string };
const finish = (query: Record<string, string>, state: string) => service('/auth/issuer/finish', { query, state });
const tokenIn = (answer: { body: unknown }) => (answer.body as { token: string }).token;
const me = async (token: string) => {
  const { body } = await service('/auth/identify', { token });
  const { userId, role } = body as { userId: string; role: 'user' };
  return (await um.call({ method: 'GET', path: '/me', as: { kind: 'user', userId, role } })).body;
};

beforeEach(async () => {
  database = await createTestDatabase();
  db = createDatabase({ connectionString: database.url, applicationName: 'test', poolSize: 1 });
});
afterEach(async () => {
  await um.userManager.close();
  await db.close();
  await database.close();
});

describe('a real issuer', () => {
  let server: Server;
  let issuer: string;
  /** What the issuer knows of whoever signs in there. */
  let claims: Record<string, unknown> = {};

  beforeAll(async () => {
    server = createServer();
    issuer = await listen(server);
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
          redirect_uris: [CALLBACK],
          response_types: ['code'],
          grant_types: ['authorization_code'],
        },
      ],
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
      conformIdTokenClaims: false,
      pkce: { required: () => true },
      findAccount: (_context: unknown, accountId: string) => ({
        accountId,
        claims: async () => ({ sub: accountId, ...claims }),
      }),
    });
    server.on('request', provider.callback());
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    um = await startUserManager(database.url, settings(issuer));
  });

  /** A browser at the issuer: signs in as `login`, agrees, and is sent back with a code. */
  async function visit(url: string, login: string): Promise<Record<string, string>> {
    const jar = new Map<string, string>();
    let at = url;
    let body: string | undefined;
    for (let step = 0; step < 12; step += 1) {
      const answer: Response = await fetch(at, {
        redirect: 'manual',
        headers: {
          cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
          ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        ...(body !== undefined && { method: 'POST', body }),
      });
      for (const cookie of answer.headers.getSetCookie()) {
        const [name = '', value = ''] = cookie.split(';', 1)[0]!.split(/=(.*)/s);
        jar.set(name, value);
      }
      const location = answer.headers.get('location');
      body = undefined;
      if (location !== null) {
        at = new URL(location, at).toString();
        if (at.startsWith(CALLBACK)) return Object.fromEntries(new URL(at).searchParams);
        continue;
      }
      const page = await answer.text();
      const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
      if (prompt === undefined) throw new Error(`the issuer answered ${answer.status}: ${page.slice(0, 300)}`);
      at = new URL(/action="([^"]+)"/.exec(page)![1]!, at).toString();
      body = new URLSearchParams({ prompt, login, password: 'any' }).toString();
    }
    throw new Error('the issuer never sent the browser back');
  }

  test('makes an account, and signs the same person in to it the next time', async () => {
    claims = { email: 'Ada@Example.org', email_verified: true, name: 'Ada' };
    const first = await start();
    expect(Object.fromEntries(new URL(first.url).searchParams)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      redirect_uri: CALLBACK,
    });
    const answer = await finish(await visit(first.url, 'ada'), first.state);
    expect(answer.status).toBe(200);
    expect(await me(tokenIn(answer))).toMatchObject({
      email: 'ada@example.org',
      issuers: ['oidc'],
      password: false,
      role: 'user',
    });
    const second = await start();
    const again = await finish(await visit(second.url, 'ada'), second.state);
    expect(await me(tokenIn(again))).toMatchObject({ email: 'ada@example.org' });
    expect(await db.query('select count(*)::int as users from account.users')).toEqual([{ users: 2 }]);
  });

  test('is followed once: neither the answer nor its state can be used again, or in another browser', async () => {
    claims = { email: 'bob@example.org', email_verified: true, name: 'Bob' };
    const begun = await start();
    const query = await visit(begun.url, 'bob');
    const other = await start();
    expect(await finish(query, other.state)).toEqual(problem(401, 'ISSUER_FAILED'));
    expect(await finish(query, '')).toEqual(problem(401, 'ISSUER_FAILED'));
    expect((await finish(query, begun.state)).status).toBe(200);
    expect(await finish(query, begun.state)).toEqual(problem(401, 'ISSUER_FAILED'));
    expect(await finish({ ...query, state: 'forged' }, begun.state)).toEqual(problem(401, 'ISSUER_FAILED'));
  });

  test('does not take over an account with the same address; its owner links it, signed in', async () => {
    claims = { email: 'operator@example.org', email_verified: true, name: 'Operator' };
    await um.userManager.close();
    await db.query("update account.users set email = 'operator@example.org'");
    um = await startUserManager(database.url, settings(issuer));
    const begun = await start();
    const refused = await finish(await visit(begun.url, 'op'), begun.state);
    expect(refused).toEqual(problem(401, 'ISSUER_FAILED'));
    expect((refused.body as { detail: string }).detail).toContain('link');
    await db.query('update account.users set password_once = false');
    const { quickPasswords } = await import('../harness.testing.ts');
    await db.query('update account.sign_in_methods set password_hash = $1', [
      await quickPasswords.hash('correct horse battery'),
    ]);
    const signedIn = await service('/auth/sign-in', {
      email: 'operator@example.org',
      password: 'correct horse battery',
    });
    const token = tokenIn(signedIn);
    const { userId } = (await service('/auth/identify', { token })).body as { userId: string };
    const linking = await um.call({
      method: 'POST',
      path: '/auth/issuer/link',
      as: { kind: 'user', userId, role: 'operator' },
      headers: { 'x-session-token': token },
    });
    const link = linking.body as { url: string; state: string };
    expect(await finish(await visit(link.url, 'op'), link.state)).toMatchObject({ status: 200, body: { token: null } });
    const next = await start();
    const now = await finish(await visit(next.url, 'op'), next.state);
    expect(await me(tokenIn(now))).toMatchObject({
      email: 'operator@example.org',
      role: 'operator',
      issuers: ['oidc'],
      password: true,
    });
  });

  test.each([
    ['an address that it does not vouch for', { email: 'eve@example.org', email_verified: false, name: 'Eve' }],
    ['no address', { name: 'Eve' }],
  ])('is not believed with %s', async (_name, given) => {
    claims = given;
    const begun = await start();
    expect(await finish(await visit(begun.url, 'eve'), begun.state)).toEqual(problem(401, 'ISSUER_FAILED'));
  });

  test('lets nobody in whom the operator has not invited, where invitations are asked for', async () => {
    await um.userManager.close();
    um = await startUserManager(database.url, { ...settings(issuer), UBOT_SIGN_UP: 'invitation' });
    claims = { email: 'carol@example.org', email_verified: true, name: 'Carol' };
    const begun = await start();
    expect(await finish(await visit(begun.url, 'carol'), begun.state)).toEqual(problem(403, 'SIGN_UP_CLOSED'));
    const [operator] = await db.query<{ id: string }>('select id from account.users');
    const as = { kind: 'user', userId: operator!.id, role: 'operator' } as const;
    await um.call({ method: 'POST', path: '/admin/invitations', body: { email: 'carol@example.org' }, as });
    const next = await start();
    expect((await finish(await visit(next.url, 'carol'), next.state)).status).toBe(200);
  });
});

describe('a forged issuer’s answer', () => {
  let server: Server;
  let issuer: string;
  let idToken: () => Promise<string>;
  const keys = { right: generateKeyPair('RS256'), wrong: generateKeyPair('RS256') };

  beforeAll(async () => {
    const jwk = { ...(await exportJWK((await keys.right).publicKey)), kid: 'k', alg: 'RS256', use: 'sig' };
    server = createServer((request, response) => {
      const answer = async (): Promise<unknown> => {
        if (request.url === '/keys') return { keys: [jwk] };
        if (request.url === '/token') return { access_token: 'x', token_type: 'Bearer', id_token: await idToken() };
        return {
          issuer,
          authorization_endpoint: `${issuer}/auth`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/keys`,
        };
      };
      void answer().then((body) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body)));
    });
    issuer = await listen(server);
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    um = await startUserManager(database.url, settings(issuer));
  });

  const sign = async (payload: JWTPayload, { key = keys.right, expires = '5m' } = {}) =>
    new SignJWT(payload)
      .setProtectedHeader({ alg: 'RS256', kid: 'k' })
      .setIssuedAt()
      .setExpirationTime(expires)
      .sign((await key).privateKey);
  const none = (payload: JWTPayload) =>
    `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.`;

  async function attempt(make: (good: JWTPayload) => Promise<string> | string) {
    const begun = await start();
    const query = new URL(begun.url).searchParams;
    const good = {
      iss: issuer,
      aud: CLIENT.id,
      sub: 'mallory',
      nonce: query.get('nonce') ?? '',
      email: 'm@example.org',
      email_verified: true,
      name: 'M',
    };
    idToken = async () => make(good);
    return finish({ code: 'a-code', state: query.get('state') ?? '' }, begun.state);
  }

  test('is refused for what is wrong in it, and the right one is not', async () => {
    expect((await attempt((good) => sign(good))).status).toBe(200);
  });

  test.each([
    ['for another client', (good: JWTPayload) => sign({ ...good, aud: 'another-client' })],
    [
      'for several clients, on behalf of another',
      (good: JWTPayload) => sign({ ...good, aud: [CLIENT.id, 'b'], azp: 'b' }),
    ],
    ['of another issuer', (good: JWTPayload) => sign({ ...good, iss: 'https://elsewhere.example' })],
    ['of another sign-in', (good: JWTPayload) => sign({ ...good, nonce: 'of-another-sign-in' })],
    ['without a nonce', ({ nonce: _nonce, ...good }: JWTPayload) => sign(good)],
    ['whose time is over', (good: JWTPayload) => sign(good, { expires: '-5m' })],
    ['signed by somebody else', (good: JWTPayload) => sign(good, { key: keys.wrong })],
    ['signed by nobody', (good: JWTPayload) => none({ ...good, iat: 1, exp: 9_999_999_999 })],
    ['without a subject', ({ sub: _sub, ...good }: JWTPayload) => sign(good)],
    ['that is no token', () => 'nonsense'],
  ])('%s is refused', async (_name, make) => {
    expect(await attempt(make)).toEqual(problem(401, 'ISSUER_FAILED'));
    expect(await db.query('select count(*)::int as users from account.users')).toEqual([{ users: 1 }]);
  });
});
