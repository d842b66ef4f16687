import { randomBytes, scryptSync } from 'node:crypto';
import { createDatabase, renewPasswordHash, type Database } from '@ubot/db';
import { createTestDatabase, totpOf, waitFor } from '@ubot/testing';
import type { CallIdentity } from '@ubot/service-kit';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quickPasswords, startUserManager, type Harness } from '../harness.testing.ts';

const PASSWORD = 'correct horse battery';
const NEW = 'battery horse correct';
const problem = (status: number, code: string) => ({ status, body: expect.objectContaining({ status, code }) });

let database: { url: string; close(): Promise<void> };
let db: Database;
let um: Harness;
let smtp: SMTPServer;
const letters: { to: string; text: string }[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ connectionString: database.url, applicationName: 'test', poolSize: 2 });
  smtp = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        // Soft line breaks of quoted-printable would cut links in two.
        const text = Buffer.concat(chunks).toString('utf8').replaceAll('=\r\n', '').replaceAll('=3D', '=');
        letters.push({ to: session.envelope.rcptTo[0]?.address ?? '', text });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const { port } = smtp.server.address() as { port: number };
  um = await startUserManager(database.url, { UBOT_SIGN_UP: 'open', UBOT_SMTP_URL: `smtp://127.0.0.1:${port}` });
});
afterAll(async () => {
  await um.userManager.close();
  await new Promise<void>((resolve) => smtp.close(resolve));
  await db.close();
  await database.close();
});

let count = 0;
/** Each request from an address of its own, so that the throttle of one test does not slow another. */
const post = (
  path: string,
  body?: unknown,
  {
    token,
    as,
    address = `10.1.${(count += 1) >> 8}.${count & 255}`,
  }: { token?: string; as?: CallIdentity; address?: string } = {},
) =>
  um.call({
    method: 'POST',
    path,
    ...(body !== undefined && { body }),
    ...(as !== undefined && { as }),
    headers: {
      'x-client-address': address,
      'x-client-agent': 'a test',
      ...(token !== undefined && { 'x-session-token': token }),
    },
  });
const signIn = (email: string, password = PASSWORD) => post('/auth/sign-in', { email, password });
const tokenIn = (answer: { body: unknown }) => (answer.body as { token: string }).token;
const identify = async (token: string) => (await post('/auth/identify', { token })).status;
const letterTo = (to: string, has: string) =>
  waitFor(async () => letters.findLast((letter) => letter.to === to && letter.text.includes(has)), {
    what: `a letter to ${to}`,
  });
const linkIn = (letter: { text: string }, name: string) =>
  new RegExp(`#${name}=([\\w.%-]+)`).exec(letter.text)?.[1] ?? '';

interface Person {
  email: string;
  token: string;
  as: CallIdentity;
}
async function person(): Promise<Person> {
  const email = `person${(count += 1)}@example.org`;
  await post('/auth/sign-up', { email, password: PASSWORD });
  await post('/auth/verify-email', { token: linkIn(await letterTo(email, 'confirm'), 'verify') });
  const token = tokenIn(await signIn(email));
  const { body } = await post('/auth/identify', { token });
  return { email, token, as: { kind: 'user', userId: (body as { userId: string }).userId, role: 'user' } };
}
const actionsOf = async ({ as }: Person) => {
  const userId = as.kind === 'user' ? as.userId : '';
  const rows = await db.query<{ action: string }>(
    'select action from account.audit_log where user_id = $1 order by id',
    [userId],
  );
  return rows.map(({ action }) => action);
};

const hashOf = async (userId: string) => {
  const rows = await db.query<{ hash: string }>(
    'select password_hash as hash from account.sign_in_methods where user_id = $1',
    [userId],
  );
  return rows[0]!.hash;
};

describe('signing up', () => {
  test('sends a link, which works once, and only then a sign-in does', async () => {
    const email = 'new@example.org';
    expect(await post('/auth/sign-up', { email: 'New@Example.org', password: PASSWORD })).toEqual({
      status: 200,
      body: { next: 'verify_email' },
    });
    expect(await signIn(email)).toEqual(problem(403, 'EMAIL_NOT_VERIFIED'));
    expect(await signIn(email, 'not it, really')).toEqual(problem(401, 'SIGN_IN_FAILED'));
    const token = linkIn(await letterTo(email, 'confirm'), 'verify');
    expect(await post('/auth/verify-email', { token })).toEqual({ status: 204, body: null });
    expect(await post('/auth/verify-email', { token })).toEqual(problem(400, 'LINK_INVALID'));
    expect(await signIn(email)).toMatchObject({ status: 200, body: { token: expect.any(String) } });
  });

  test('with an address that has an account gets the same answer; its owner hears of it and keeps the password', async () => {
    const { email } = await person();
    expect(await post('/auth/sign-up', { email, password: 'somebody else wrote this' })).toEqual({
      status: 200,
      body: { next: 'verify_email' },
    });
    expect((await letterTo(email, 'has one already')).text).not.toContain('#verify');
    expect((await signIn(email)).status).toBe(200);
    expect(await signIn(email, 'somebody else wrote this')).toEqual(problem(401, 'SIGN_IN_FAILED'));
  });

  test.each([
    ['a forged link', 'eyJhbGciOiJub25lIn0.eyJlbWFpbCI6Im5ld0BleGFtcGxlLm9yZyJ9.'],
    ['no link at all', 'x'],
  ])('refuses %s', async (_name, token) => {
    expect(await post('/auth/verify-email', { token })).toEqual(problem(400, 'LINK_INVALID'));
  });

  test.each([
    ['a password of nine characters', { email: 'a@example.org', password: '123456789' }],
    ['an address that is none', { email: 'nobody', password: PASSWORD }],
    ['a role of one’s own choosing', { email: 'a@example.org', password: PASSWORD, role: 'operator' }],
    ['an address said to be verified', { email: 'a@example.org', password: PASSWORD, emailVerified: true }],
  ])('refuses %s', async (_name, body) => {
    expect(await post('/auth/sign-up', body)).toEqual(problem(400, 'VALIDATION_FAILED'));
  });

  test('is slowed down: one address cannot flood people with letters', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 7; i += 1)
      statuses.push(
        (await post('/auth/password/forgot', { email: 'victim@example.org' }, { address: '192.0.2.9' })).status,
      );
    expect(statuses).toEqual([204, 204, 204, 204, 204, 429, 429]);
  });
});

describe('an unknown address', () => {
  test('costs as many password hashes as a known one, so that time tells nothing', async () => {
    const other = await createTestDatabase();
    let hashes = 0;
    const counting = {
      ...quickPasswords,
      hash: (password: string) => quickPasswords.hash(password).finally(() => (hashes += 1)),
      verify: (password: string, hash: string | null) =>
        quickPasswords.verify(password, hash).finally(() => (hashes += 1)),
    };
    const counted = await startUserManager(other.url, { UBOT_SIGN_UP: 'open', passwords: counting });
    const costOf = async (path: string, body: unknown) => {
      hashes = 0;
      await counted.call({
        method: 'POST',
        path,
        body,
        headers: { 'x-client-address': `10.8.0.${(count += 1) & 255}` },
      });
      return hashes;
    };
    const known = { email: 'known@example.org', password: PASSWORD };
    const costs = {
      signUpNew: await costOf('/auth/sign-up', known),
      signUpAgain: await costOf('/auth/sign-up', known),
      wrong: await costOf('/auth/sign-in', { ...known, password: 'not it, really' }),
      unknown: await costOf('/auth/sign-in', { ...known, email: 'unknown@example.org' }),
      wrongWithNew: await costOf('/auth/sign-in', { ...known, password: 'not it, really', newPassword: NEW }),
      unknownWithNew: await costOf('/auth/sign-in', { ...known, email: 'unknown@example.org', newPassword: NEW }),
      oneTime: await costOf('/auth/sign-in', { email: 'operator@localhost', password: 'not it, really' }),
    };
    expect(costs).toEqual({
      signUpNew: 1,
      signUpAgain: 1,
      wrong: 1,
      unknown: 1,
      wrongWithNew: 1,
      unknownWithNew: 1,
      oneTime: 1,
    });
    await counted.userManager.close();
    await other.close();
  });
});

describe('a password of an earlier release', () => {
  test('stays good, and has a hash of today after the next sign-in', async () => {
    const { email, as } = await person();
    const userId = as.kind === 'user' ? as.userId : '';
    const salt = randomBytes(16);
    const key = scryptSync(PASSWORD, salt, 32, { N: 2 ** 10, r: 8, p: 1 });
    const old = `scrypt$10$8$1$${salt.toString('base64url')}$${key.toString('base64url')}`;
    await renewPasswordHash(db, { userId, checkedHash: await hashOf(userId), newHash: old });
    expect(await signIn(email, 'not the password')).toEqual(problem(401, 'SIGN_IN_FAILED'));
    expect(await hashOf(userId)).toBe(old);
    expect((await signIn(email)).status).toBe(200);
    expect(await hashOf(userId)).toMatch(/^\$argon2id\$/);
    expect((await signIn(email)).status).toBe(200);
    // Nobody has changed the password.
    expect(await actionsOf({ as } as Person)).not.toContain('user.password_change');
    expect((await actionsOf({ as } as Person)).filter((action) => action === 'user.password_rehash')).toHaveLength(2);
  });
});

describe('by invitation, or not at all', () => {
  test('only the invited address gets in, with the code of the letter, once, in the role it was given', async () => {
    const other = await createTestDatabase();
    const closed = await startUserManager(other.url, { UBOT_SIGN_UP: 'invitation' });
    const call = (path: string, body: unknown, as?: CallIdentity) =>
      closed.call({
        method: 'POST',
        path,
        body,
        ...(as !== undefined && { as }),
        headers: { 'x-client-address': `10.9.0.${(count += 1) & 255}` },
      });
    const operator: CallIdentity = { kind: 'user', userId: '01900000-0000-7000-8000-000000000001', role: 'operator' };
    const [own] = await createDatabase({ connectionString: other.url, applicationName: 'test', poolSize: 1 }).query<{
      id: string;
    }>('select id from account.users');
    const as = { ...operator, userId: own!.id };
    const friend = { email: 'friend@example.org', password: PASSWORD };
    expect(await call('/auth/sign-up', friend)).toEqual(problem(403, 'SIGN_UP_CLOSED'));
    const invited = await call('/admin/invitations', { email: 'Friend@example.org', role: 'operator' }, as);
    const invitation = /#invitation=([\w-]+)/.exec((invited.body as { url: string }).url)?.[1] ?? '';
    expect(await call('/auth/sign-up', friend)).toEqual(problem(403, 'SIGN_UP_CLOSED'));
    expect(await call('/auth/sign-up', { ...friend, email: 'thief@example.org', invitation })).toEqual(
      problem(400, 'LINK_INVALID'),
    );
    expect(await call('/auth/sign-up', { ...friend, invitation })).toEqual({ status: 200, body: { next: 'ready' } });
    expect(await call('/auth/sign-up', { ...friend, invitation })).toEqual(problem(400, 'LINK_INVALID'));
    const signedIn = await call('/auth/sign-in', friend);
    const { body } = await call('/auth/identify', { token: tokenIn(signedIn) });
    expect(body).toMatchObject({ role: 'operator', scope: 'write' });
    // Without SMTP the links are there for the operator to pass on.
    const links = await closed.call({ method: 'GET', path: '/admin/links', as });
    expect(links.body).toMatchObject({ links: [{ email: friend.email, purpose: 'invitation' }] });
    await closed.userManager.close();
    await other.close();
  });

  test('a plain user cannot invite, list or change anybody', async () => {
    const { as } = await person();
    expect(await post('/admin/invitations', { email: 'a@example.org' }, { as })).toEqual(problem(403, 'FORBIDDEN'));
    for (const path of ['/admin/users', '/admin/invitations', '/admin/links']) {
      expect(await um.call({ method: 'GET', path, as })).toEqual(problem(403, 'FORBIDDEN'));
    }
  });
});

describe('a forgotten password', () => {
  test('is replaced by a link that works once and ends every session', async () => {
    const who = await person();
    await post('/auth/password/forgot', { email: who.email });
    const token = linkIn(await letterTo(who.email, 'new password'), 'reset');
    expect(await post('/auth/password/reset', { token, newPassword: 'short' })).toEqual(
      problem(400, 'VALIDATION_FAILED'),
    );
    expect((await post('/auth/password/reset', { token, newPassword: NEW })).status).toBe(204);
    expect(await post('/auth/password/reset', { token, newPassword: 'a third one of mine' })).toEqual(
      problem(400, 'LINK_INVALID'),
    );
    expect(await identify(who.token)).toBe(401);
    expect(await signIn(who.email)).toEqual(problem(401, 'SIGN_IN_FAILED'));
    expect((await signIn(who.email, NEW)).status).toBe(200);
    expect(await actionsOf(who)).toContain('user.password_change');
  });

  test('of an unknown address gets the same answer, and no letter', async () => {
    const before = letters.length;
    expect(await post('/auth/password/forgot', { email: 'stranger@example.org' })).toEqual({ status: 204, body: null });
    const { email } = await person();
    await post('/auth/password/forgot', { email });
    await letterTo(email, 'new password');
    expect(letters.slice(before).filter(({ to }) => to === 'stranger@example.org')).toEqual([]);
  });
});

describe('a second factor', () => {
  async function withFactor() {
    const who = await person();
    const prepared = await post('/auth/second-factor', { password: PASSWORD }, who);
    const { uri, recoveryCodes } = prepared.body as { uri: string; recoveryCodes: string[] };
    const confirmed = await post('/auth/second-factor/confirm', { code: totpOf(uri, Date.now()) }, who);
    return { ...who, uri, recoveryCodes, before: who.token, token: tokenIn(confirmed), confirmed };
  }
  /** The code of the half minute to come: the present one switched the factor on. */
  const nextTotpOf = (uri: string) => totpOf(uri, Date.now() + 30_000);
  const challengeOf = async (email: string) =>
    ((await signIn(email)).body as { secondFactor: { challenge: string } }).secondFactor.challenge;

  test('is asked for once a code has proved it; sessions from before end', async () => {
    const who = await person();
    const { body } = await post('/auth/second-factor', { password: PASSWORD }, who);
    const { uri } = body as { uri: string };
    expect(uri).toMatch(/^otpauth:\/\/totp\/uBot:/);
    // Prepared is not switched on: a lost phone at this moment locks nobody out.
    expect(await signIn(who.email)).toMatchObject({ status: 200, body: { token: expect.any(String) } });
    expect(await post('/auth/second-factor/confirm', { code: '000000' }, who)).toEqual(
      problem(401, 'SECOND_FACTOR_FAILED'),
    );
    const confirmed = await post('/auth/second-factor/confirm', { code: totpOf(uri, Date.now()) }, who);
    expect(await identify(tokenIn(confirmed))).toBe(200);
    expect(await identify(who.token)).toBe(401);
    expect(await signIn(who.email)).toEqual({
      status: 200,
      body: { secondFactor: { challenge: expect.any(String), expiresAtMs: expect.any(Number) } },
    });
    expect(await actionsOf(who)).toContain('user.second_factor');
  });

  test('lets in with the right code only, and a challenge is answered once', async () => {
    const { email, uri } = await withFactor();
    const challenge = await challengeOf(email);
    expect(await post('/auth/sign-in/second-factor', { challenge, code: '000000' })).toEqual(
      problem(401, 'SECOND_FACTOR_FAILED'),
    );
    const code = nextTotpOf(uri);
    expect(await post('/auth/sign-in/second-factor', { challenge, code })).toMatchObject({
      status: 200,
      body: { token: expect.any(String) },
    });
    expect(await post('/auth/sign-in/second-factor', { challenge, code })).toEqual(problem(400, 'LINK_INVALID'));
    for (const forged of ['x', `${challenge.slice(0, -4)}AAAA`, '']) {
      const answer = await post('/auth/sign-in/second-factor', { challenge: forged, code });
      expect(answer.status).toBe(400);
    }
  });

  test('takes a code once, also of two who type it at the same time', async () => {
    const { email, uri } = await withFactor();
    const code = nextTotpOf(uri);
    const countSessions = async () =>
      Number((await db.query<{ n: string }>('select count(*) n from account.sessions'))[0]!.n);
    const sessions = await countSessions();
    const challenges = [await challengeOf(email), await challengeOf(email), await challengeOf(email)];
    const answers = await Promise.all(
      challenges.map((challenge) => post('/auth/sign-in/second-factor', { challenge, code })),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401, 401]);
    // The code that switched the factor on is spent, too.
    const first = { challenge: await challengeOf(email), code: totpOf(uri, Date.now()) };
    expect(await post('/auth/sign-in/second-factor', first)).toEqual(problem(401, 'SECOND_FACTOR_FAILED'));
    expect(await countSessions()).toBe(sessions + 1);
  });

  test('is not guessed: a few wrong codes end the challenge', async () => {
    const { email, uri } = await withFactor();
    const challenge = await challengeOf(email);
    const codes: unknown[] = [];
    for (let i = 0; i < 8; i += 1) {
      const { body } = await post('/auth/sign-in/second-factor', { challenge, code: String(100_000 + i) });
      codes.push((body as { code: string }).code);
    }
    expect(codes.at(-1)).not.toBe('SECOND_FACTOR_FAILED');
    expect((await post('/auth/sign-in/second-factor', { challenge, code: totpOf(uri, Date.now()) })).status).not.toBe(
      200,
    );
  });

  test('of a lost phone is answered by a recovery code, each of which works once', async () => {
    const { email, recoveryCodes } = await withFactor();
    expect(recoveryCodes.length).toBeGreaterThanOrEqual(8);
    const [code] = recoveryCodes;
    expect((await post('/auth/sign-in/second-factor', { challenge: await challengeOf(email), code })).status).toBe(200);
    const again = await post('/auth/sign-in/second-factor', { challenge: await challengeOf(email), code });
    expect(again).toEqual(problem(401, 'SECOND_FACTOR_FAILED'));
  });

  test('is switched off with the password, and not without', async () => {
    const who = await withFactor();
    expect(await post('/auth/second-factor/remove', { password: 'not it, really' }, who)).toEqual(
      problem(403, 'PASSWORD_WRONG'),
    );
    expect((await post('/auth/second-factor/remove', { password: PASSWORD }, who)).status).toBe(200);
    expect(await signIn(who.email)).toMatchObject({ status: 200, body: { token: expect.any(String) } });
  });

  test('lies encrypted in the database, and recovery codes too', async () => {
    const { uri, recoveryCodes } = await withFactor();
    const rows = JSON.stringify(await db.query('select secret, backup_codes from account.second_factors'));
    expect(rows).not.toContain(new URL(uri).searchParams.get('secret'));
    for (const code of recoveryCodes) expect(rows).not.toContain(code);
  });
});

describe('sessions', () => {
  test('are listed with where they are, and ended one by one or all others at once', async () => {
    const who = await person();
    const second = tokenIn(await signIn(who.email));
    const list = async () =>
      (
        (
          await um.call({
            method: 'GET',
            path: '/auth/sessions',
            as: who.as,
            headers: { 'x-session-token': who.token },
          })
        ).body as {
          sessions: { id: string; current: boolean; address: string; userAgent: string }[];
        }
      ).sessions;
    const sessions = await list();
    expect(sessions.map(({ current }) => current)).toEqual([false, true]);
    expect(sessions[0]).toMatchObject({ address: expect.stringMatching(/^10\.1\./), userAgent: 'a test' });
    expect(JSON.stringify(sessions)).not.toContain(second);
    await um.call({ method: 'DELETE', path: `/auth/sessions/${sessions[0]!.id}`, as: who.as });
    expect([await identify(second), await identify(who.token)]).toEqual([401, 200]);
    const third = tokenIn(await signIn(who.email));
    await um.call({ method: 'DELETE', path: '/auth/sessions', as: who.as, headers: { 'x-session-token': who.token } });
    expect([await identify(third), await identify(who.token)]).toEqual([401, 200]);
  });

  test('of somebody else cannot be ended', async () => {
    const who = await person();
    const { as } = await person();
    const [session] = await db.query<{ id: string }>('select id from account.sessions where user_id = $1', [
      who.as.kind === 'user' ? who.as.userId : '',
    ]);
    expect(await um.call({ method: 'DELETE', path: `/auth/sessions/${session!.id}`, as })).toEqual(
      problem(404, 'NOT_FOUND'),
    );
    expect(await identify(who.token)).toBe(200);
  });

  test('go on under a new token when the password changes, and all others end', async () => {
    const who = await person();
    const second = tokenIn(await signIn(who.email));
    expect(await post('/auth/password/change', { password: 'not it, really', newPassword: NEW }, who)).toEqual(
      problem(403, 'PASSWORD_WRONG'),
    );
    const changed = await post('/auth/password/change', { password: PASSWORD, newPassword: NEW }, who);
    expect([await identify(tokenIn(changed)), await identify(second), await identify(who.token)]).toEqual([
      200, 401, 401,
    ]);
  });

  test('are in the database as hashes only', async () => {
    const { token } = await person();
    const rows = JSON.stringify(await db.query('select * from account.sessions'));
    expect(rows).not.toContain(token);
  });

  test('are written down with their address, in the transaction that makes or ends them', async () => {
    const who = await person();
    await post('/auth/sign-out', undefined, who);
    expect(await actionsOf(who)).toEqual(['user.email_verified', 'auth.sign_in', 'auth.sign_out']);
  });
});

describe('a token for machines', () => {
  const make = (who: Person, body: unknown) => um.call({ method: 'POST', path: '/tokens', body, as: who.as });

  test('is shown once, says what it may, and stops at once when deleted', async () => {
    const who = await person();
    const made = await make(who, { name: 'bot', scope: 'read' });
    const { token, id } = made.body as { token: string; id: string };
    expect(token).toMatch(/^ubot_[\w-]{43}$/);
    expect((await post('/auth/identify', { token })).body).toMatchObject({ scope: 'read', role: 'user' });
    const listed = await um.call({ method: 'GET', path: '/tokens', as: who.as });
    expect(listed.body).toMatchObject({ tokens: [{ id, name: 'bot', lastUsedAtMs: expect.any(Number) }] });
    expect(JSON.stringify(listed.body)).not.toContain(token);
    const other = await person();
    expect(await um.call({ method: 'DELETE', path: `/tokens/${id}`, as: other.as })).toEqual(problem(404, 'NOT_FOUND'));
    expect((await um.call({ method: 'DELETE', path: `/tokens/${id}`, as: who.as })).status).toBe(204);
    expect(await identify(token)).toBe(401);
    expect(await actionsOf(who)).toEqual(expect.arrayContaining(['token.create', 'token.delete']));
  });

  test('ends when it said it would', async () => {
    const who = await person();
    const { token } = (await make(who, { name: 'bot', scope: 'write', expiresAtMs: um.clock.nowMs + 1_000 })).body as {
      token: string;
    };
    expect(await identify(token)).toBe(200);
    um.clock.nowMs += 1_000;
    expect(await identify(token)).toBe(401);
    expect(await make(who, { name: 'bot', scope: 'write', expiresAtMs: um.clock.nowMs })).toEqual(
      problem(400, 'VALIDATION_FAILED'),
    );
  });

  test('is not a session: it changes no password and sees no sessions', async () => {
    const who = await person();
    const { token } = (await make(who, { name: 'bot', scope: 'write' })).body as { token: string };
    const asBot = { as: who.as, token };
    expect(await post('/auth/password/change', { password: PASSWORD, newPassword: NEW }, asBot)).toEqual(
      problem(403, 'SESSION_REQUIRED'),
    );
    expect(await post('/auth/second-factor', { password: PASSWORD }, asBot)).toEqual(problem(403, 'SESSION_REQUIRED'));
    expect(await post('/auth/sign-out', undefined, asBot)).toEqual(problem(403, 'SESSION_REQUIRED'));
  });

  test('ends at fifty', async () => {
    const who = await person();
    const answers = await Promise.all(Array.from({ length: 53 }, () => make(who, { name: 'bot', scope: 'read' })));
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(3);
  });
});

describe('an account that the operator switches off', () => {
  test('is out at once, with sessions and tokens, and cannot sign in until it is on again', async () => {
    const who = await person();
    const { token } = (
      await um.call({ method: 'POST', path: '/tokens', body: { name: 'bot', scope: 'read' }, as: who.as })
    ).body as { token: string };
    const [operator] = await db.query<{ id: string }>("select id from account.users where role = 'operator'");
    const as: CallIdentity = { kind: 'user', userId: operator!.id, role: 'operator' };
    const id = who.as.kind === 'user' ? who.as.userId : '';
    const change = (userId: string, body: unknown) =>
      um.call({ method: 'PUT', path: `/admin/users/${userId}`, body, as });
    expect((await change(id, { role: 'user', disabled: true })).status).toBe(204);
    expect([await identify(who.token), await identify(token)]).toEqual([401, 401]);
    expect(await signIn(who.email)).toEqual(problem(403, 'ACCOUNT_DISABLED'));
    expect(await signIn(who.email, 'not it, really')).toEqual(problem(401, 'SIGN_IN_FAILED'));
    await change(id, { role: 'user', disabled: false });
    expect([(await signIn(who.email)).status, await identify(token)]).toEqual([200, 200]);
    expect(await change(operator!.id, { role: 'user', disabled: false })).toEqual(problem(409, 'LAST_OPERATOR'));
    expect(await change(operator!.id, { role: 'operator', disabled: true })).toEqual(problem(409, 'LAST_OPERATOR'));
  });
});
