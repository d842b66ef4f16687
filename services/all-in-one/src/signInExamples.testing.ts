import { totpOf, waitFor } from '@ubot/testing';
import type { ExampleOf } from './apiExample.testing.ts';
import type { WholeUbot } from './wholeUbot.testing.ts';

export const PASSWORD = 'a password of my own';
const NOBODY = '01900000-0000-7000-8000-00000000000b';
let people = 0;

export interface Person {
  email: string;
  token: string;
}

async function must(ubot: WholeUbot, path: string, given: { body: unknown; token?: string | null }): Promise<unknown> {
  const answer = await ubot.call('POST', path, given);
  if (answer.status >= 300) throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

const invitationFor = async (ubot: WholeUbot, email: string): Promise<{ id: string; code: string }> => {
  const made = (await must(ubot, '/api/v1/admin/invitations', { body: { email } })) as { id: string; url: string };
  const code = new URLSearchParams(new URL(made.url).hash.slice(1)).get('invitation') ?? '';
  return { id: made.id, code };
};

/** Somebody who was invited, has signed up and is signed in. */
export async function person(ubot: WholeUbot): Promise<Person> {
  const email = `person${(people += 1)}@example.org`;
  const { code } = await invitationFor(ubot, email);
  await must(ubot, '/api/v1/auth/sign-up', { body: { email, password: PASSWORD, invitation: code }, token: null });
  const { token } = (await must(ubot, '/api/v1/auth/sign-in', {
    body: { email, password: PASSWORD },
    token: null,
  })) as {
    token: string;
  };
  return { email, token };
}

/** The token of a link that no mail could carry. It is written down after the request that asked for it has its answer. */
async function linkFor(ubot: WholeUbot, email: string, name: 'verify' | 'reset'): Promise<string> {
  return waitFor(
    async () => {
      const { body } = await ubot.call('GET', '/api/v1/admin/links');
      const links = (body as { links: { email: string; url: string }[] }).links.filter((link) => link.email === email);
      return links
        .map(({ url }) => new URLSearchParams(new URL(url).hash.slice(1)).get(name))
        .find((token) => token !== null);
    },
    { what: `the link of ${email}`, deadlineMs: 10_000 },
  );
}

async function prepared({ token }: Person, ubot: WholeUbot): Promise<string> {
  const body = { password: PASSWORD };
  return ((await must(ubot, '/api/v1/auth/second-factor', { body, token })) as { uri: string }).uri;
}

/** A person with a second factor, and the authenticator's address. */
async function guarded(ubot: WholeUbot): Promise<Person & { uri: string }> {
  const who = await person(ubot);
  const uri = await prepared(who, ubot);
  const body = { code: totpOf(uri, Date.now()) };
  const { token } = (await must(ubot, '/api/v1/auth/second-factor/confirm', { body, token: who.token })) as {
    token: string;
  };
  return { ...who, token, uri };
}

const signUp = (ubot: WholeUbot, email: string) =>
  must(ubot, '/api/v1/auth/sign-up', { body: { email, password: PASSWORD }, token: null });

const TOKEN = { name: 'A bot', scope: 'read' };

export const SIGN_IN_EXAMPLES: Readonly<Record<string, readonly ExampleOf[]>> = {
  'GET /api/v1/auth/options': [() => ({ token: null, status: 200 })],
  'POST /api/v1/auth/sign-in': [
    ({ ubot }) => ({
      token: null,
      body: { email: 'operator@localhost', password: ubot.oneTimePassword, newPassword: PASSWORD },
      status: 200,
    }),
    async ({ ubot }) => ({
      token: null,
      body: { email: (await guarded(ubot)).email, password: PASSWORD },
      status: 200,
    }),
    async ({ ubot }) => ({
      token: null,
      body: { email: (await person(ubot)).email, password: PASSWORD, cookie: true },
      status: 200,
    }),
  ],
  'POST /api/v1/auth/sign-in/second-factor': [
    async ({ ubot }) => {
      const { email, uri } = await guarded(ubot);
      const asked = await must(ubot, '/api/v1/auth/sign-in', { body: { email, password: PASSWORD }, token: null });
      const { challenge } = (asked as { secondFactor: { challenge: string } }).secondFactor;
      // The present code switched the factor on, and works once.
      return { token: null, body: { challenge, code: totpOf(uri, Date.now() + 30_000) }, status: 200 };
    },
  ],
  'POST /api/v1/auth/sign-up': [
    () => ({ token: null, body: { email: 'new@example.org', password: PASSWORD }, status: 200 }),
  ],
  'POST /api/v1/auth/verify-email': [
    async ({ ubot }) => {
      await signUp(ubot, 'verify@example.org');
      return { token: null, body: { token: await linkFor(ubot, 'verify@example.org', 'verify') }, status: 204 };
    },
  ],
  'POST /api/v1/auth/verify-email/send': [() => ({ token: null, body: { email: 'nobody@example.org' }, status: 204 })],
  'POST /api/v1/auth/password/forgot': [() => ({ token: null, body: { email: 'nobody@example.org' }, status: 204 })],
  'POST /api/v1/auth/password/reset': [
    async ({ ubot }) => {
      const { email } = await person(ubot);
      await must(ubot, '/api/v1/auth/password/forgot', { body: { email }, token: null });
      const token = await linkFor(ubot, email, 'reset');
      return { token: null, body: { token, newPassword: 'another password of mine' }, status: 204 };
    },
  ],
  'POST /api/v1/auth/password/change': [
    async ({ ubot }) => ({
      token: (await person(ubot)).token,
      body: { password: PASSWORD, newPassword: 'another password of mine' },
      status: 200,
    }),
  ],
  'POST /api/v1/auth/second-factor': [
    async ({ ubot }) => ({ token: (await person(ubot)).token, body: { password: PASSWORD }, status: 200 }),
  ],
  'POST /api/v1/auth/second-factor/confirm': [
    async ({ ubot }) => {
      const who = await person(ubot);
      const uri = await prepared(who, ubot);
      return { token: who.token, body: { code: totpOf(uri, Date.now()) }, status: 200 };
    },
  ],
  'POST /api/v1/auth/second-factor/remove': [
    async ({ ubot }) => ({ token: (await guarded(ubot)).token, body: { password: PASSWORD }, status: 200 }),
  ],
  'POST /api/v1/auth/recovery-codes': [
    async ({ ubot }) => ({ token: (await guarded(ubot)).token, body: { password: PASSWORD }, status: 200 }),
  ],
  'GET /api/v1/auth/sessions': [async ({ ubot }) => ({ token: (await person(ubot)).token, status: 200 })],
  'DELETE /api/v1/auth/sessions': [async ({ ubot }) => ({ token: (await person(ubot)).token, status: 204 })],
  'DELETE /api/v1/auth/sessions/{id}': [
    async ({ ubot }) => {
      const { token } = await person(ubot);
      const { body } = await ubot.call('GET', '/api/v1/auth/sessions', { token });
      return { token, params: { id: (body as { sessions: { id: string }[] }).sessions[0]!.id }, status: 204 };
    },
  ],
  'POST /api/v1/auth/sign-out': [async ({ ubot }) => ({ token: (await person(ubot)).token, status: 204 })],
  // An issuer has tests of its own: services/user-manager/src/signIn/issuer.test.ts.
  'GET /api/v1/auth/issuer/start': [() => ({ token: null, status: 404 })],
  'POST /api/v1/auth/issuer/link': [async ({ ubot }) => ({ token: (await person(ubot)).token, status: 404 })],
  'GET /api/v1/tokens': [() => ({ status: 200 })],
  'POST /api/v1/tokens': [
    async ({ ubot }) => ({ token: (await person(ubot)).token, body: TOKEN, status: 201 }),
    async ({ ubot, nowMs }) => ({
      token: (await person(ubot)).token,
      body: { ...TOKEN, expiresAtMs: nowMs + 3_600_000 },
      status: 201,
    }),
  ],
  'DELETE /api/v1/tokens/{id}': [
    async ({ ubot }) => {
      const { token } = await person(ubot);
      const made = (await must(ubot, '/api/v1/tokens', { body: TOKEN, token })) as { id: string };
      return { token, params: { id: made.id }, status: 204 };
    },
  ],
  'GET /api/v1/admin/users': [
    () => ({ status: 200 }),
    () => ({ query: { search: 'operator', after: 'a' }, status: 200 }),
  ],
  'PUT /api/v1/admin/users/{id}': [
    async ({ ubot }) => {
      const { email } = await person(ubot);
      const { body } = await ubot.call('GET', `/api/v1/admin/users?search=${encodeURIComponent(email)}`);
      const { id = NOBODY } = (body as { users: { id: string }[] }).users[0] ?? {};
      return { params: { id }, body: { role: 'user', disabled: true }, status: 204 };
    },
  ],
  'GET /api/v1/admin/invitations': [() => ({ status: 200 })],
  'POST /api/v1/admin/invitations': [() => ({ body: { email: 'friend@example.org' }, status: 201 })],
  'DELETE /api/v1/admin/invitations/{id}': [
    async ({ ubot }) => ({ params: { id: (await invitationFor(ubot, 'gone@example.org')).id }, status: 204 }),
  ],
  'GET /api/v1/admin/links': [() => ({ status: 200 })],
};

export const OPEN_SIGN_IN_ROUTES: readonly string[] = [
  'GET /api/v1/auth/options',
  'POST /api/v1/auth/sign-up',
  'POST /api/v1/auth/sign-in',
  'POST /api/v1/auth/sign-in/second-factor',
  'POST /api/v1/auth/verify-email',
  'POST /api/v1/auth/verify-email/send',
  'POST /api/v1/auth/password/forgot',
  'POST /api/v1/auth/password/reset',
  'GET /api/v1/auth/issuer/start',
];
