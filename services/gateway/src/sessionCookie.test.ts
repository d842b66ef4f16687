import { queryOnce, waitFor } from '@ubot/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { OPERATOR_TOKEN, startWithRealAccounts, type RealAccounts } from './realAccounts.testing.ts';

/** Sessions of browsers: a cookie that only our own pages can use to change anything. */
const OURS = 'http://ubot.test';
const PASSWORD = 'a password of my own';
const channel = { name: 'Log', target: { kind: 'log' } };

let real: RealAccounts;
beforeAll(async () => {
  real = await startWithRealAccounts({ env: { UBOT_PUBLIC_URL: OURS, UBOT_SIGN_UP: 'invitation' } });
});
afterAll(() => real.close());

let people = 0;
async function signIn(): Promise<{ cookie: string; header: string; email: string }> {
  const email = `person${(people += 1)}@example.org`;
  const post = (path: string, body: unknown, token: string | null) =>
    real.gw.call(`/api/v1${path}`, { method: 'POST', body, token });
  const { body } = await post('/admin/invitations', { email }, OPERATOR_TOKEN);
  const invitation = /#invitation=([\w-]+)/.exec((body as { url: string }).url)?.[1];
  await post('/auth/sign-up', { email, password: PASSWORD, invitation }, null);
  const answer = await post('/auth/sign-in', { email, password: PASSWORD, cookie: true }, null);
  expect(answer.body).toEqual({ token: null, expiresAtMs: expect.any(Number) });
  const header = answer.headers.getSetCookie()[0] ?? '';
  return { cookie: header.split(';', 1)[0] ?? '', header, email };
}
const call = (
  path: string,
  cookie: string,
  options: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
) => real.gw.call(`/api/v1${path}`, { token: null, ...options, headers: { cookie, ...options.headers } });

describe('a session cookie', () => {
  test('is out of reach of scripts and of other sites, and is the whole sign-in', async () => {
    const { header, cookie, email } = await signIn();
    expect(header).toMatch(/^ubot_session=[A-Za-z0-9]{32}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/);
    expect((await call('/me', cookie)).body).toMatchObject({ email });
  });

  test('is sent over TLS only where uBot is reached by TLS', async () => {
    const tls = await startWithRealAccounts({
      env: { UBOT_PUBLIC_URL: 'https://ubot.test' },
      gateway: { UBOT_PUBLIC_URL: 'https://ubot.test' },
    });
    await queryOnce(tls.databaseUrl, 'update account.users set password_once = false');
    const token = { token: OPERATOR_TOKEN };
    const { body } = await tls.gw.call('/api/v1/admin/invitations', {
      method: 'POST',
      body: { email: 'a@example.org' },
      ...token,
    });
    const invitation = /#invitation=([\w-]+)/.exec((body as { url: string }).url)?.[1];
    const person = { email: 'a@example.org', password: PASSWORD };
    await tls.gw.call('/api/v1/auth/sign-up', { method: 'POST', body: { ...person, invitation }, token: null });
    const answer = await tls.gw.call('/api/v1/auth/sign-in', {
      method: 'POST',
      body: { ...person, cookie: true },
      token: null,
    });
    expect(answer.headers.getSetCookie()[0]).toContain('; Secure;');
    await tls.close();
  });

  test.each([
    ['our own page', { origin: OURS }, 201],
    ['our own page, by a browser that names only the site', { 'sec-fetch-site': 'same-origin' }, 201],
    ['another site', { origin: 'https://evil.example' }, 403],
    ['a page of unknown origin', { origin: 'null' }, 403],
    ['a site that looks like ours', { origin: `${OURS}.evil.example` }, 403],
    ['a neighbour on our domain', { 'sec-fetch-site': 'same-site' }, 403],
    ['nobody says where', {}, 403],
  ])('used for a change by %s', async (_name, headers, status) => {
    const { cookie } = await signIn();
    const answer = await call('/channels', cookie, { method: 'POST', body: channel, headers });
    const expected = status === 403 ? { code: 'CROSS_SITE' } : { name: channel.name };
    expect(answer).toMatchObject({ status, body: expected });
  });

  test('opens no socket for another site', async () => {
    const { cookie } = await signIn();
    const codeOf = (origin: string) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(`${real.gw.url.replace('http', 'ws')}/ws`, { headers: { cookie, origin } });
        socket.on('open', () => socket.send(JSON.stringify({ type: 'subscribe', id: 'a', stream: 'alerts' })));
        socket.on('message', (data) => {
          const { type } = JSON.parse(data.toString()) as { type: string };
          if (type !== 'subscribed') return;
          resolve('subscribed');
          socket.close();
        });
        socket.on('unexpected-response', (_request, response) => resolve(String(response.statusCode)));
        socket.on('close', (code) => resolve(`closed ${code}`));
        socket.on('error', () => undefined);
      });
    expect(await codeOf('https://evil.example')).toBe('403');
    expect(await codeOf(OURS)).toBe('subscribed');
  });

  test('goes on under a new value when the password changes, and is cleared by signing out', async () => {
    const { cookie } = await signIn();
    const headers = { origin: OURS };
    const body = { password: PASSWORD, newPassword: 'another password of mine' };
    const changed = await call('/auth/password/change', cookie, { method: 'POST', body, headers });
    const next = changed.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
    expect(changed.body).toMatchObject({ token: null });
    expect([(await call('/me', next)).status, (await call('/me', cookie)).status]).toEqual([200, 401]);
    const out = await call('/auth/sign-out', next, { method: 'POST', headers });
    expect(out.headers.getSetCookie()[0]).toMatch(/^ubot_session=; .*Expires=Thu, 01 Jan 1970/);
    expect((await call('/me', next)).status).toBe(401);
  });
});

describe('a token that may only read', () => {
  test('reads everything of its user, checks conditions, and changes nothing', async () => {
    const { cookie } = await signIn();
    const made = await call('/tokens', cookie, {
      method: 'POST',
      body: { name: 'bot', scope: 'read' },
      headers: { origin: OURS },
    });
    const { token } = made.body as { token: string };
    const as = (method: string, path: string, body?: unknown) =>
      real.gw.call(`/api/v1${path}`, { method, token, ...(body !== undefined && { body }) });
    expect((await as('GET', '/channels')).status).toBe(200);
    expect((await as('POST', '/strategies/check', { condition: 'close > 1' })).status).toBe(200);
    for (const [method, path, body] of [
      ['POST', '/channels', channel],
      ['PUT', '/settings', { timeZone: 'UTC', defaultChannelIds: [] }],
      ['DELETE', '/channels/01900000-0000-7000-8000-00000000000a'],
      ['POST', '/tokens', { name: 'another', scope: 'write' }],
    ] as const) {
      expect({ path, body: (await as(method, path, body)).body }).toMatchObject({
        path,
        body: { code: 'TOKEN_READ_ONLY' },
      });
    }
    // The end of a session is known to the gateway at once, not after it has forgotten.
    const { tokens } = (await call('/tokens', cookie)).body as { tokens: { id: string }[] };
    await call(`/tokens/${tokens[0]!.id}`, cookie, { method: 'DELETE', headers: { origin: OURS } });
    await waitFor(async () => ((await as('GET', '/channels')).status === 401 ? true : undefined), {
      what: 'the token to stop',
      deadlineMs: 1_000,
    });
  });
});
