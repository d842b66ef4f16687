import type { Challenge, Channel } from '@ubot/contracts';
import { createDatabase, insertUser, type Database } from '@ubot/db';
import { newId, type CallIdentity } from '@ubot/service-kit';
import { createTestDatabase } from '@ubot/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startUserManager, START_MS, type Harness } from './harness.testing.ts';

const MINUTE_MS = 60_000;
let database: { url: string; close(): Promise<void> };
let db: Database;
let um: Harness;
beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ connectionString: database.url, applicationName: 'test', poolSize: 2 });
  um = await startUserManager(database.url);
});
beforeEach(() => {
  um.clock.nowMs = START_MS;
});
afterAll(async () => {
  await um.userManager.close();
  await db.close();
  await database.close();
});

type User = Extract<CallIdentity, { kind: 'user' }>;
async function addUser(): Promise<User> {
  const id = newId();
  const row = { id, email: `${id}@example.org`, role: 'user' as const, settings: {}, createdAtMs: START_MS };
  await insertUser(db, { ...row, passwordHash: null, passwordOnce: false });
  return { kind: 'user', userId: id, role: 'user' };
}

const SMS = { name: 'Phone', target: { kind: 'sms', to: '+33612345678' } };
const problem = (status: number, code: string) => ({ status, body: expect.objectContaining({ status, code }) });
const made = async (as: User, body: unknown = SMS) =>
  (await um.call({ method: 'POST', path: '/channels', body, as })).body as Channel;
/** As the notifier asks. */
const ask = ({ userId }: { userId: string }, channelId: string) =>
  um.call({ method: 'POST', path: '/verifications', body: { userId, channelId } });
const codeFor = async (as: User, channelId: string) => (await ask(as, channelId)).body as Challenge;
const check = (as: User, id: string, code: string) =>
  um.call({ method: 'POST', path: `/channels/${id}/verification/check`, body: { code }, as });
const isVerified = async (as: User, id: string) =>
  ((await um.call({ method: 'GET', path: `/channels/${id}`, as })).body as Channel).verified;
const other = (code: string) => (code === '000000' ? '000001' : '000000');

describe('a channel', () => {
  test.each([
    ['sms', { kind: 'sms', to: '+33612345678' }, false],
    ['whatsapp', { kind: 'whatsapp', to: '+33612345678' }, false],
    ['webhook', { kind: 'webhook', url: 'https://8.8.8.8/hook' }, false],
    ['log', { kind: 'log' }, true],
  ])('of kind %s begins verified or not', async (_kind, target, verified) => {
    const as = await addUser();
    const created = await um.call({ method: 'POST', path: '/channels', body: { name: 'x', target }, as });
    expect(created).toMatchObject({ status: 201, body: { verified } });
  });

  test('is verified by its code, once and for good; the code is stored nowhere', async () => {
    const as = await addUser();
    const { id } = await made(as);
    const challenge = await codeFor(as, id);
    expect(challenge).toEqual({
      target: SMS.target,
      signingSecret: null,
      code: expect.stringMatching(/^\d{6}$/),
      expiresAtMs: START_MS + 10 * MINUTE_MS,
      sendsLeft: 4,
    });
    const stored = await db.query('select * from account.channel_verifications where user_id = $1', [as.userId]);
    expect(JSON.stringify(stored)).not.toContain(challenge.code);
    expect(await check(as, id, ` ${challenge.code} `)).toMatchObject({ status: 200, body: { id, verified: true } });
    expect((await check(as, id, other(challenge.code))).status).toBe(200);
    expect(await ask(as, id)).toEqual(problem(409, 'CONFLICT'));
    const audited = await db.query('select action from account.audit_log where user_id = $1 order by id', [as.userId]);
    expect(audited.map(({ action }) => action)).toEqual(['channel.create', 'channel.verification', 'channel.verify']);
  });

  test('takes the last code only', async () => {
    const as = await addUser();
    const { id } = await made(as, { name: 'Hook', target: { kind: 'webhook', url: 'https://8.8.8.8/hook' } });
    const codes = [(await codeFor(as, id)).code, (await codeFor(as, id)).code];
    expect(await check(as, id, codes[0]!)).toEqual(problem(422, 'VERIFICATION_CODE_WRONG'));
    expect((await check(as, id, codes[1]!)).status).toBe(200);
  });

  test('waits until the millisecond its code ends', async () => {
    const as = await addUser();
    const { id } = await made(as);
    const { code } = await codeFor(as, id);
    um.clock.nowMs = START_MS + 10 * MINUTE_MS;
    expect(await check(as, id, code)).toEqual(problem(422, 'VERIFICATION_EXPIRED'));
    um.clock.nowMs -= 1;
    expect((await check(as, id, code)).status).toBe(200);
  });

  test('has to be shown anew when it leads elsewhere, and not when only its name changes', async () => {
    const as = await addUser();
    const { id } = await made(as);
    await check(as, id, (await codeFor(as, id)).code);
    const put = (body: unknown) => um.call({ method: 'PUT', path: `/channels/${id}`, body, as });
    expect((await put({ ...SMS, name: 'Mine' })).body).toMatchObject({ verified: true });
    const elsewhere = { ...SMS, target: { kind: 'sms', to: '+33687654321' } };
    expect((await put(elsewhere)).body).toMatchObject({ verified: false });
    expect(await isVerified(as, id)).toBe(false);
  });

  test("verifies the other channels of its user that lead there, and no other user's", async () => {
    const [as, stranger] = [await addUser(), await addUser()];
    const [first, second] = [await made(as), await made(as)];
    const theirs = await made(stranger);
    await check(as, first.id, (await codeFor(as, first.id)).code);
    expect(await isVerified(as, second.id)).toBe(true);
    expect(await isVerified(stranger, theirs.id)).toBe(false);
  });
});

describe('five', () => {
  test('codes are sent in ten minutes, also when the channel is made anew in between', async () => {
    const as = await addUser();
    let { id } = await made(as);
    for (let sends = 0; sends < 5; sends += 1) {
      expect(await ask(as, id)).toMatchObject({ status: 200, body: { sendsLeft: 4 - sends } });
      um.clock.nowMs += MINUTE_MS;
      if (sends !== 2) continue;
      await um.call({ method: 'DELETE', path: `/channels/${id}`, as });
      ({ id } = await made(as));
    }
    expect(await ask(as, id)).toEqual(problem(429, 'VERIFICATION_SENDS_SPENT'));
    um.clock.nowMs = START_MS + 10 * MINUTE_MS - 1;
    expect(await ask(as, id)).toEqual(problem(429, 'VERIFICATION_SENDS_SPENT'));
    um.clock.nowMs += 1;
    expect((await ask(as, id)).status).toBe(200);
  });

  test('tries are counted, also over several codes and all at once; then the right one is refused too', async () => {
    const as = await addUser();
    const { id } = await made(as);
    const { code } = await codeFor(as, id);
    const wrong = await check(as, id, other(code));
    expect(wrong).toEqual(problem(422, 'VERIFICATION_CODE_WRONG'));
    expect(wrong.body).toMatchObject({ detail: 'This is not the code; 4 more tries.' });
    const next = await codeFor(as, id);
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(() => check(as, id, other(next.code))));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([422, 422, 422, 422, 429, 429]);
    expect(await check(as, id, next.code)).toEqual(problem(429, 'VERIFICATION_CHECKS_SPENT'));
    expect(await isVerified(as, id)).toBe(false);
    um.clock.nowMs += 10 * MINUTE_MS;
    expect((await check(as, id, (await codeFor(as, id)).code)).status).toBe(200);
  });
});

describe('nobody else', () => {
  test('is given a code: it goes to the service that sends it', async () => {
    const as = await addUser();
    const { id } = await made(as);
    const body = { userId: as.userId, channelId: id };
    expect(await um.call({ method: 'POST', path: '/verifications', body, as })).toEqual(problem(403, 'FORBIDDEN'));
  });

  test('can ask for, or try, the code of a channel that is not theirs', async () => {
    const as = await addUser();
    const { id } = await made(as);
    const { code } = await codeFor(as, id);
    const stranger = await addUser();
    expect(await ask(stranger, id)).toEqual(problem(404, 'NOT_FOUND'));
    expect(await check(stranger, id, code)).toEqual(problem(404, 'NOT_FOUND'));
    expect(await check(stranger, newId(), code)).toEqual(problem(404, 'NOT_FOUND'));
    const theirs = await made(stranger);
    expect(await check(stranger, theirs.id, code)).toEqual(problem(422, 'VERIFICATION_EXPIRED'));
  });

  test.each([{}, { code: '' }, { code: 123_456 }, { code: 'x'.repeat(101) }, { code: '1', id: 'x' }])(
    'gets through with %j',
    async (body) => {
      const as = await addUser();
      const path = `/channels/${(await made(as)).id}/verification/check`;
      expect(await um.call({ method: 'POST', path, body, as })).toEqual(problem(400, 'VALIDATION_FAILED'));
    },
  );
});

test('an operator who asks for no proof gets channels that are verified, those that wait too', async () => {
  const as = await addUser();
  const { id } = await made(as);
  const lax = await startUserManager(database.url, { UBOT_CHANNEL_VERIFICATION: 'off' });
  expect(await isVerified(as, id)).toBe(true);
  const created = await lax.call({ method: 'POST', path: '/channels', body: SMS, as });
  expect(created.body).toMatchObject({ verified: true });
  await lax.userManager.close();
});
