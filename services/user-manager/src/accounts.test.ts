import { createDatabase, insertUser, type Database } from '@ubot/db';
import { newId, type CallIdentity } from '@ubot/service-kit';
import { createTestDatabase } from '@ubot/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startUserManager, START_MS, type Harness } from './harness.testing.ts';

const DAY_MS = 86_400_000;
const OWN = 'correct horse battery';

let database: { url: string; close(): Promise<void> };
let db: Database;
let um: Harness;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ connectionString: database.url, applicationName: 'test', poolSize: 2 });
  um = await startUserManager(database.url);
});
afterAll(async () => {
  await um.userManager.close();
  await db.close();
  await database.close();
});

let addresses = 0;
/** Each from an address of its own unless one is given, so that the throttle of one test does not slow another. */
const signIn = (body: unknown, address = `10.0.0.${(addresses += 1)}`) =>
  um.call({ method: 'POST', path: '/auth/sign-in', body, headers: { 'x-client-address': address } });
const identify = (token: string) => um.call({ method: 'POST', path: '/auth/identify', body: { token } });
const signOut = (token: string, as: CallIdentity) =>
  um.call({ method: 'POST', path: '/auth/sign-out', headers: { 'x-session-token': token }, as });
const oneTime = () => um.shown[0]?.password ?? '';
const email = 'operator@localhost';
const problem = (status: number, code: string) => ({ status, body: expect.objectContaining({ status, code }) });
const tokenOf = (answer: { body: unknown }) => (answer.body as { token: string }).token;

async function addUser(): Promise<Extract<CallIdentity, { kind: 'user' }>> {
  const id = newId();
  const row = { id, email: `${id}@example.org`, role: 'user' as const, settings: {}, createdAtMs: START_MS };
  await insertUser(db, { ...row, passwordHash: null, passwordOnce: false });
  return { kind: 'user', userId: id, role: 'user' };
}

describe('the first start', () => {
  test('makes the operator account once and shows its one-time password once', async () => {
    expect(um.shown).toEqual([{ email, password: expect.stringMatching(/^([a-zA-Z2-9]{5}-){3}[a-zA-Z2-9]{5}$/) }]);
    const again = await startUserManager(database.url);
    await again.userManager.close();
    expect(again.shown).toEqual([]);
  });

  test('of a password that could not be shown leaves no account behind', async () => {
    const other = await createTestDatabase();
    const failing = startUserManager(other.url, {
      onOneTimePassword: () => {
        throw new Error('the terminal is gone');
      },
    });
    await expect(failing).rejects.toThrow('the terminal is gone');
    const next = await startUserManager(other.url, { UBOT_OPERATOR_EMAIL: 'Me@Example.org' });
    expect(next.shown).toEqual([{ email: 'me@example.org', password: expect.any(String) }]);
    await next.userManager.close();
    await other.close();
  });

  test('stores neither the password nor a token as it is', async () => {
    const rows = await db.query<{ password_hash: string }>('select password_hash from account.sign_in_methods');
    expect(rows[0]?.password_hash).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(rows[0]?.password_hash).not.toContain(oneTime());
  });
});

describe('signing in', () => {
  test('with the one-time password asks for a new one, and only then gives a token', async () => {
    expect(await signIn({ email, password: oneTime() })).toEqual(problem(403, 'PASSWORD_CHANGE_REQUIRED'));
    expect(await signIn({ email, password: oneTime(), newPassword: oneTime() })).toEqual(
      problem(400, 'VALIDATION_FAILED'),
    );
    const answer = await signIn({ email: ' OPERATOR@localhost ', password: oneTime(), newPassword: OWN });
    expect(answer).toEqual({
      status: 200,
      body: { token: expect.stringMatching(/^[A-Za-z0-9]{32}$/), expiresAtMs: START_MS + 30 * DAY_MS },
    });
    expect(await signIn({ email, password: oneTime(), newPassword: OWN })).toEqual(problem(401, 'SIGN_IN_FAILED'));
    expect((await signIn({ email, password: OWN })).status).toBe(200);
  });

  test('answers an unknown account and a wrong password alike', async () => {
    const unknown = await signIn({ email: 'nobody@example.org', password: OWN });
    const wrong = await signIn({ email, password: 'not the password' });
    const withoutId = ({ status, body }: typeof wrong) => ({ status, body: { ...(body as object), requestId: '' } });
    expect(withoutId(unknown)).toEqual(withoutId(wrong));
    expect(wrong).toEqual(problem(401, 'SIGN_IN_FAILED'));
  });

  test('is slowed down after five failures of one account from one address, and not elsewhere', async () => {
    for (let failure = 0; failure < 5; failure += 1) {
      expect(await signIn({ email, password: 'guess' }, '192.0.2.1')).toEqual(problem(401, 'SIGN_IN_FAILED'));
    }
    expect(await signIn({ email, password: OWN }, '192.0.2.1')).toEqual(problem(429, 'RATE_LIMITED'));
    expect((await signIn({ email, password: OWN }, '192.0.2.2')).status).toBe(200);
    um.clock.nowMs += 15 * 60_000;
    expect((await signIn({ email, password: OWN }, '192.0.2.1')).status).toBe(200);
    um.clock.nowMs = START_MS;
  });

  test('is for the gateway only: a user token cannot call it', async () => {
    const as = await addUser();
    expect(await um.call({ method: 'POST', path: '/auth/identify', body: { token: 'x' }, as })).toEqual(
      problem(403, 'FORBIDDEN'),
    );
  });
});

describe('a session', () => {
  test('identifies its user until the millisecond it ends', async () => {
    const token = tokenOf(await signIn({ email, password: OWN }));
    const { body } = await identify(token);
    expect(body).toEqual({ userId: expect.any(String), role: 'operator', scope: 'write' });
    const [session] = await db.query<{ ends: Date }>('select max(expires_at) as ends from account.sessions');
    um.clock.nowMs = session!.ends.getTime() - 1;
    expect((await identify(token)).status).toBe(200);
    um.clock.nowMs += 1;
    expect(await identify(token)).toEqual(problem(401, 'UNAUTHENTICATED'));
    um.clock.nowMs = START_MS;
  });

  test('is ended by signing out, and all of them by a new password', async () => {
    const first = tokenOf(await signIn({ email, password: OWN }));
    const second = tokenOf(await signIn({ email, password: OWN }));
    const { userId } = (await identify(first)).body as { userId: string };
    const as: CallIdentity = { kind: 'user', userId, role: 'operator' };
    expect(await signOut(first, as)).toEqual({
      status: 204,
      body: null,
    });
    expect((await identify(first)).status).toBe(401);
    expect((await identify(second)).status).toBe(200);
    await signIn({ email, password: OWN, newPassword: 'another of my own' });
    expect((await identify(second)).status).toBe(401);
    await signIn({ email, password: 'another of my own', newPassword: OWN });
  });

  test('of another user is not ended', async () => {
    const token = tokenOf(await signIn({ email, password: OWN }));
    const as = await addUser();
    expect(await signOut(token, as)).toEqual(problem(403, 'SESSION_REQUIRED'));
    expect((await identify(token)).status).toBe(200);
  });
});

describe('the preset token', () => {
  test('identifies the operator; a changed one replaces it; none ends it', async () => {
    const start = (UBOT_OPERATOR_TOKEN: string | undefined) => startUserManager(database.url, { UBOT_OPERATOR_TOKEN });
    const statuses = async () => [
      (await identify('first-preset-token')).status,
      (await identify('second-preset-token')).status,
    ];
    await (await start('first-preset-token')).userManager.close();
    expect(await statuses()).toEqual([200, 401]);
    await (await start('second-preset-token')).userManager.close();
    expect(await statuses()).toEqual([401, 200]);
    await (await start(undefined)).userManager.close();
    expect(await statuses()).toEqual([401, 401]);
  });
});

describe('settings', () => {
  const defaults = {
    timeZone: 'UTC',
    defaultChannelIds: [],
    quietHours: null,
    currency: 'USD',
    locale: 'en',
    caps: null,
  };
  const put = (as: CallIdentity, body: unknown) => um.call({ method: 'PUT', path: '/settings', body, as });

  test('have defaults, also in rows of before, and are kept', async () => {
    const as = await addUser();
    const get = () => um.call({ method: 'GET', path: '/settings', as });
    expect(await get()).toEqual({ status: 200, body: defaults });
    const body = { timeZone: 'Europe/Paris', defaultChannelIds: [] };
    expect(await put(as, body)).toEqual({ status: 200, body: { ...defaults, ...body } });
    const all = {
      ...body,
      quietHours: { start: '22:30', end: '07:00', days: [1, 2, 3, 4, 5] },
      currency: 'CHF',
      locale: 'de-CH',
      caps: { messagesPerDay: 20, moneyPerMonth: '4.50' },
    };
    expect(await put(as, all)).toEqual({ status: 200, body: all });
    // Clients that know less leave alone what they do not name.
    expect(await put(as, { ...body, timeZone: 'UTC' })).toEqual({ status: 200, body: { ...all, timeZone: 'UTC' } });
    expect((await put(as, { ...body, quietHours: null })).body).toMatchObject({ quietHours: null, currency: 'CHF' });
    await db.query(`update account.users set settings = '{"timeZone": "Asia/Tokyo"}' where id = $1`, [as.userId]);
    expect(await get()).toEqual({ status: 200, body: { ...defaults, timeZone: 'Asia/Tokyo' } });
  });

  const base = { timeZone: 'UTC', defaultChannelIds: [] };
  const quiet = { start: '22:00', end: '07:00', days: [1] };
  test.each([
    ['a currency that does not exist', { ...base, currency: 'ABC' }],
    ['a currency in small letters', { ...base, currency: 'usd' }],
    ['a language tag that is none', { ...base, locale: 'en_US' }],
    ['quiet hours that are none', { ...base, quietHours: { ...quiet, end: '22:00' } }],
    ['an hour that is not there', { ...base, quietHours: { ...quiet, start: '24:00' } }],
    ['an amount that is a number', { ...base, caps: { moneyPerDay: 2.5 } }],
    ['an amount finer than a millionth', { ...base, caps: { moneyPerDay: '0.0000001' } }],
    ['a cap that does not exist', { ...base, caps: { messagesPerYear: 1 } }],
    ['an eighth day', { ...base, quietHours: { ...quiet, days: [8] } }],
    ['quiet hours on no day', { ...base, quietHours: { ...quiet, days: [] } }],
  ])('refuse %s', async (_name, body) => {
    expect(await put(await addUser(), body)).toEqual(problem(400, 'VALIDATION_FAILED'));
  });

  test.each([
    ['a time zone that does not exist', { timeZone: 'Mars/Olympus', defaultChannelIds: [] }],
    ['a channel that is not theirs', { timeZone: 'UTC', defaultChannelIds: [newId()] }],
    ['a field that is not there', { timeZone: 'UTC', defaultChannelIds: [], theme: 'dark' }],
    ['a number as text', { timeZone: 7, defaultChannelIds: [] }],
    ['text with a zero character', { timeZone: 'UTC\u0000', defaultChannelIds: [] }],
    ['half a surrogate pair', { timeZone: 'UTC\ud800', defaultChannelIds: [] }],
  ])('refuse %s', async (_name, body) => {
    const as = await addUser();
    expect(await um.call({ method: 'PUT', path: '/settings', body, as })).toEqual(problem(400, 'VALIDATION_FAILED'));
  });
});

describe('channels', () => {
  const sms = { name: 'Phone', target: { kind: 'sms', to: '+15005550006' } };
  const create = (as: CallIdentity, body: unknown) => um.call({ method: 'POST', path: '/channels', body, as });
  const idOf = (answer: { body: unknown }) => (answer.body as { id: string }).id;

  test('are created, listed, changed and deleted by their owner', async () => {
    const as = await addUser();
    const created = await create(as, sms);
    const channel = {
      ...sms,
      id: idOf(created),
      userId: as.userId,
      enabled: true,
      verified: false,
      digest: null,
      createdAtMs: START_MS,
      updatedAtMs: START_MS,
    };
    expect(created).toEqual({ status: 201, body: { ...channel, signingSecret: null } });
    expect((await um.call({ method: 'GET', path: '/channels', as })).body).toEqual({ channels: [channel] });
    const path = `/channels/${channel.id}`;
    const body = { ...sms, name: 'Old phone', enabled: false };
    expect((await um.call({ method: 'PUT', path, body, as })).body).toEqual({ ...channel, ...body });
    expect((await um.call({ method: 'DELETE', path, as })).status).toBe(204);
    expect(await um.call({ method: 'GET', path, as })).toEqual(problem(404, 'NOT_FOUND'));
  });

  test('fall back to SMS where their owner wants that and the kind can', async () => {
    const as = await addUser();
    const whatsapp = { name: 'Chat', target: { kind: 'whatsapp', to: '+14155550100' } };
    const options = { fallback: 'sms' };
    const created = await create(as, { ...whatsapp, options });
    expect(created.body).toMatchObject({ options });
    const path = `/channels/${idOf(created)}`;
    // A change that says nothing of them leaves them.
    expect((await um.call({ method: 'PUT', path, body: whatsapp, as })).body).toMatchObject({ options });
    const none = await um.call({ method: 'PUT', path, body: { ...whatsapp, options: {} }, as });
    expect(none.body).not.toHaveProperty('options');
    expect(await create(as, { ...sms, options })).toEqual(problem(400, 'VALIDATION_FAILED'));
    expect(await create(as, { ...sms, options: { nonsense: true } })).toEqual(problem(400, 'VALIDATION_FAILED'));
  });

  test('show that they are paused, and since when, while they lead where nothing gets to', async () => {
    const as = await addUser();
    const id = idOf(await create(as, sms));
    await db.query(
      `insert into alert.channel_pauses (channel_id, user_id, target, reason, detail, paused_at)
       select id, user_id, target, 'unreachable', 'No such number.', '2026-01-05T12:00:00Z' from account.channels
       where id = '${id}'`,
    );
    const path = `/channels/${id}`;
    const paused = { reason: 'unreachable', detail: 'No such number.', sinceMs: START_MS };
    expect((await um.call({ method: 'GET', path, as })).body).toMatchObject({ paused });
    expect((await um.call({ method: 'PUT', path, body: sms, as })).body).toMatchObject({ paused });
    const body = { ...sms, target: { kind: 'sms', to: '+14155550155' } };
    expect((await um.call({ method: 'PUT', path, body, as })).body).not.toHaveProperty('paused');
  });

  test('show STOP to those only who have shown that the number is theirs', async () => {
    const as = await addUser();
    const id = idOf(await create(as, { ...sms, target: { kind: 'sms', to: '+14155550166' } }));
    await db.query(
      `insert into alert.phone_numbers (number, opted_out_at, opted_out_by, updated_at)
       values ('+14155550166', '2026-01-05T12:00:00Z', 'word', '2026-01-05T12:00:00Z')`,
    );
    const read = async () => (await um.call({ method: 'GET', path: `/channels/${id}`, as })).body;
    expect(await read()).not.toHaveProperty('paused');
    await db.query(`update account.channels set verified_at = now() where id = '${id}'`);
    expect(await read()).toMatchObject({ paused: { reason: 'opted_out', sinceMs: START_MS } });
  });

  test('gather alerts as their owner says, until the owner leaves it to the operator again', async () => {
    const as = await addUser();
    const digest = { waitMs: 10_000, intervalMs: 0 };
    const created = await create(as, { ...sms, digest });
    expect(created.body).toMatchObject({ digest });
    const path = `/channels/${idOf(created)}`;
    const change = (body: object) => um.call({ method: 'PUT', path, body: { ...sms, ...body }, as });
    expect((await change({})).body).toMatchObject({ digest });
    expect((await change({ digest: null })).body).toMatchObject({ digest: null });
    expect(await change({ digest: { waitMs: -1, intervalMs: 0 } })).toEqual(problem(400, 'VALIDATION_FAILED'));
    expect(await change({ digest: { waitMs: 3_600_001, intervalMs: 0 } })).toEqual(problem(400, 'VALIDATION_FAILED'));
    expect(await change({ digest: { waitMs: 1 } })).toEqual(problem(400, 'VALIDATION_FAILED'));
  });

  test('of another user are not there, whatever is done with them', async () => {
    const path = `/channels/${idOf(await create(await addUser(), sms))}`;
    const as = await addUser();
    for (const [method, body] of [['GET'], ['PUT', sms], ['DELETE']] as const) {
      expect(await um.call({ method, path, body, as })).toEqual(problem(404, 'NOT_FOUND'));
    }
  });

  test('of kind webhook get a signing secret, shown this once', async () => {
    const as = await addUser();
    const target = { kind: 'webhook', url: 'https://example.org/hook' };
    const created = await create(as, { name: 'Hook', target });
    expect(created.body).toMatchObject({ signingSecret: expect.stringMatching(/^[\w-]{43}$/) });
    const read = await um.call({ method: 'GET', path: `/channels/${idOf(created)}`, as });
    expect(read.body).not.toHaveProperty('signingSecret');
  });

  test('keep their kind', async () => {
    const as = await addUser();
    const path = `/channels/${idOf(await create(as, sms))}`;
    const body = { name: 'Hook', target: { kind: 'webhook', url: 'https://example.org' } };
    expect(await um.call({ method: 'PUT', path, body, as })).toEqual(problem(400, 'VALIDATION_FAILED'));
  });

  test.each([
    ['a number that is not E.164', { name: 'x', target: { kind: 'sms', to: '0123' } }, 400, 'VALIDATION_FAILED'],
    ['an unknown kind', { name: 'x', target: { kind: 'pigeon' } }, 400, 'VALIDATION_FAILED'],
    ['a name of 121 characters', { name: 'x'.repeat(121), target: { kind: 'log' } }, 400, 'VALIDATION_FAILED'],
    [
      'an address that is none',
      { name: 'x', target: { kind: 'webhook', url: 'http://' } },
      422,
      'CHANNEL_TARGET_INVALID',
    ],
  ])('refuse %s', async (_name, body, status, code) => {
    expect(await create(await addUser(), body)).toEqual(problem(status, code));
  });

  test('end at fifty, also when they come all at once', async () => {
    const as = await addUser();
    const answers = await Promise.all(
      Array.from({ length: 53 }, () => create(as, { name: 'x', target: { kind: 'log' } })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(50);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(3);
  });
});
