import type { Strategy, StrategyAt, StrategyPage, StrategyVersionPage } from '@ubot/contracts';
import { createDatabase, insertUser, type Database } from '@ubot/db';
import { newId, type CallIdentity } from '@ubot/service-kit';
import { createTestDatabase } from '@ubot/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startUserManager, START_MS, type Harness } from './harness.testing.ts';

let database: { url: string; close(): Promise<void> };
let db: Database;
let um: Harness;
beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ connectionString: database.url, applicationName: 'test', poolSize: 2 });
  um = await startUserManager(database.url, { UBOT_QUOTA_STRATEGIES: 3, UBOT_QUOTA_ALL_COIN_STRATEGIES: 1 });
});
afterAll(async () => {
  await um.userManager.close();
  await db.close();
  await database.close();
});

type User = Extract<CallIdentity, { kind: 'user' }>;
async function addUser(role: 'user' | 'operator' = 'user'): Promise<User> {
  const id = newId();
  const row = { id, email: `${id}@example.org`, role, settings: {}, createdAtMs: START_MS };
  await insertUser(db, { ...row, passwordHash: null, passwordOnce: false });
  return { kind: 'user', userId: id, role };
}

const input = {
  name: 'Dip',
  universe: { kind: 'top', count: 100 },
  timeframe: '1h',
  condition: 'rsi(14) < 30',
};
const overAll = { ...input, universe: { kind: 'all' } };
const problem = (status: number, code: string) => ({ status, body: expect.objectContaining({ status, code }) });
const post = (as: User, path: string, body?: unknown) => um.call({ method: 'POST', path, body, as });
const get = (as: User, path: string) => um.call({ method: 'GET', path, as });
const create = (as: User, body: unknown = input) => post(as, '/strategies', body);
const created = async (as: User, body: unknown = input) => (await create(as, body)).body as Strategy;
const put = (as: User, id: string, body: unknown) => um.call({ method: 'PUT', path: `/strategies/${id}`, body, as });
const feed = async () =>
  (await um.call({ method: 'GET', path: '/strategy-feed?limit=500' })).body as {
    changes: { change: string; strategyId: string; alertsPerDay?: number }[];
    nextChange: string;
  };

describe('enabling and pausing', () => {
  test('switches, makes no version, and is the same when repeated', async () => {
    const as = await addUser();
    const strategy = await created(as);
    um.clock.nowMs += 1;
    const paused = { ...strategy, enabled: false, updatedAtMs: START_MS + 1 };
    expect(await post(as, `/strategies/${strategy.id}/pause`)).toEqual({ status: 200, body: paused });
    const { nextChange } = await feed();
    um.clock.nowMs += 1;
    expect((await post(as, `/strategies/${strategy.id}/pause`)).body).toEqual(paused);
    expect((await feed()).nextChange).toBe(nextChange);
    const on = await post(as, `/strategies/${strategy.id}/enable`);
    expect(on.body).toEqual({ ...strategy, updatedAtMs: START_MS + 2 });
    um.clock.nowMs = START_MS;
  });

  test('checks the condition before it is switched on again', async () => {
    const as = await addUser();
    const { id, versionId } = await created(as, { ...input, enabled: false });
    await db.query(
      `update account.strategy_versions set definition = definition || '{"condition": "gone(14) > 1"}' where id = $1`,
      [versionId],
    );
    expect(await post(as, `/strategies/${id}/enable`)).toEqual(problem(422, 'STRATEGY_INVALID'));
    expect((await post(as, `/strategies/${id}/pause`)).status).toBe(200);
  });
});

describe('the versions of a strategy', () => {
  test('are all there, newest first, in pages', async () => {
    const as = await addUser();
    const { id } = await created(as);
    for (const period of [15, 16, 17]) await put(as, id, { ...input, condition: `rsi(${period}) < 30` });
    await post(as, `/strategies/${id}/pause`);
    const page = async (query: string) => (await get(as, `/strategies/${id}/versions${query}`)).body;
    const all = (await page('')) as StrategyVersionPage;
    expect(all.versions.map(({ version, condition }) => [version, condition])).toEqual([
      [4, 'rsi(17) < 30'],
      [3, 'rsi(16) < 30'],
      [2, 'rsi(15) < 30'],
      [1, 'rsi(14) < 30'],
    ]);
    expect(all.nextBefore).toBeNull();
    const strategy = (await get(as, `/strategies/${id}`)).body as Strategy;
    const { id: _id, userId: _user, enabled: _on, createdAtMs: _at, updatedAtMs: _then, ...definition } = strategy;
    expect(all.versions[0]).toEqual({ ...definition, createdAtMs: START_MS });
    expect(await page('?limit=3')).toEqual({ versions: all.versions.slice(0, 3), nextBefore: 2 });
    expect(await page('?limit=3&before=2')).toEqual({ versions: all.versions.slice(3), nextBefore: null });
  });
});

describe('a strategy as it was', () => {
  test('has the version of then, and whether it was switched on', async () => {
    const as = await addUser();
    const { id } = await created(as);
    const minute = (n: number) => START_MS + n * 60_000;
    um.clock.nowMs = minute(2);
    await put(as, id, { ...input, condition: 'rsi(15) < 30' });
    um.clock.nowMs = minute(4);
    await post(as, `/strategies/${id}/pause`);
    um.clock.nowMs = minute(6);
    await post(as, `/strategies/${id}/enable`);
    const at = async (atMs: number) => {
      const { strategy, ...rest } = (await get(as, `/strategies/${id}/at?atMs=${atMs}`)).body as StrategyAt;
      return { version: strategy.version, condition: strategy.condition, ...rest };
    };
    const first = { version: 1, condition: 'rsi(14) < 30', versionSavedAtMs: START_MS, currentVersion: 2 };
    const second = { version: 2, condition: 'rsi(15) < 30', versionSavedAtMs: minute(2), currentVersion: 2 };
    expect(await at(START_MS - 1)).toEqual({ ...first, enabledThen: null });
    expect(await at(START_MS)).toEqual({ ...first, enabledThen: true });
    expect(await at(minute(2) - 1)).toEqual({ ...first, enabledThen: true });
    expect(await at(minute(2))).toEqual({ ...second, enabledThen: true });
    expect(await at(minute(4) - 1)).toEqual({ ...second, enabledThen: true });
    expect(await at(minute(4))).toEqual({ ...second, enabledThen: false });
    expect(await at(minute(6))).toEqual({ ...second, enabledThen: true });
    um.clock.nowMs = minute(8);
    const { versionId } = (await get(as, `/strategies/${id}`)).body as Strategy;
    await um.call({ method: 'POST', path: `/strategies/${id}/switch-off`, body: { versionId } });
    expect(await at(minute(8))).toEqual({ ...second, enabledThen: false });
    expect(await get(await addUser(), `/strategies/${id}/at?atMs=${START_MS}`)).toEqual(problem(404, 'NOT_FOUND'));
    um.clock.nowMs = START_MS;
  });
});

describe('a copy', () => {
  test('is switched off, under a name of its own, without channels that have gone', async () => {
    const as = await addUser();
    const channels = [];
    for (const name of ['a', 'b']) {
      channels.push((await post(as, '/channels', { name, target: { kind: 'log' } })).body as { id: string });
    }
    const [gone, kept] = channels.map(({ id }) => id);
    const original = await created(as, { ...input, channelIds: [gone, kept], message: 'now' });
    await um.call({ method: 'DELETE', path: `/channels/${gone}`, as });
    const copy = await post(as, `/strategies/${original.id}/duplicate`, {});
    expect(copy).toEqual({
      status: 201,
      body: {
        ...original,
        id: expect.any(String),
        versionId: expect.any(String),
        name: 'Dip (copy)',
        enabled: false,
        channelIds: [kept],
      },
    });
    expect((await post(as, `/strategies/${original.id}/duplicate`, {})).body).toMatchObject({ name: 'Dip (copy 2)' });
  });

  test('takes the name it is given, and shortens one that is too long', async () => {
    const as = await addUser();
    const { id } = await created(as, { ...input, name: '\u{1F4C8}'.repeat(120) });
    const named = await post(as, `/strategies/${id}/duplicate`, { name: 'Mine' });
    expect(named.body).toMatchObject({ name: 'Mine' });
    const copy = (await post(as, `/strategies/${id}/duplicate`, {})).body as Strategy;
    expect(copy.name).toBe(`${'\u{1F4C8}'.repeat(113)} (copy)`);
    for (const body of [{ name: '' }, { name: 'x'.repeat(121) }, { title: 'x' }]) {
      expect(await post(as, `/strategies/${id}/duplicate`, body)).toEqual(problem(400, 'VALIDATION_FAILED'));
    }
  });
});

test("what is another user's is not there for any of these", async () => {
  const { id } = await created(await addUser());
  const as = await addUser();
  for (const path of [`/strategies/${id}`, `/strategies/${newId()}`]) {
    expect(await get(as, `${path}/versions`)).toEqual(problem(404, 'NOT_FOUND'));
    for (const verb of ['enable', 'pause', 'duplicate']) {
      expect(await post(as, `${path}/${verb}`, verb === 'duplicate' ? {} : undefined)).toEqual(
        problem(404, 'NOT_FOUND'),
      );
    }
  }
});

describe('the list', () => {
  test('comes in pages that leave nothing out and repeat nothing', async () => {
    const as = await addUser();
    const ids: string[] = [];
    for (let at = 0; at < 3; at += 1) ids.push((await created(as)).id);
    const page = async (query: string) => {
      const { strategies, nextAfter } = (await get(as, `/strategies${query}`)).body as StrategyPage;
      return { ids: strategies.map(({ id }) => id), nextAfter };
    };
    expect(await page('')).toEqual({ ids, nextAfter: null });
    expect(await page('?limit=2')).toEqual({ ids: ids.slice(0, 2), nextAfter: ids[1] });
    expect(await page(`?limit=2&after=${ids[1]}`)).toEqual({ ids: ids.slice(2), nextAfter: null });
  });

  test.each(['limit=0', 'limit=1001', 'after=x', 'page=2'])('refuses ?%s', async (query) => {
    expect(await get(await addUser(), `/strategies?${query}`)).toEqual(problem(400, 'VALIDATION_FAILED'));
  });
});

describe('quotas', () => {
  test('refuse one strategy too many, whether it is on or not, also when they come all at once', async () => {
    const as = await addUser();
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => create(as, { ...input, enabled: false })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    expect(answers.filter(({ status }) => status !== 201)).toEqual(Array(2).fill(problem(409, 'QUOTA_STRATEGIES')));
    const [kept] = ((await get(as, '/strategies')).body as StrategyPage).strategies;
    expect(await post(as, `/strategies/${kept!.id}/duplicate`, {})).toEqual(problem(409, 'QUOTA_STRATEGIES'));
    await um.call({ method: 'DELETE', path: `/strategies/${kept!.id}`, as });
    expect((await create(as)).status).toBe(201);
  });

  test('count those over all coins by themselves, when made and when widened', async () => {
    const as = await addUser();
    const { id } = await created(as, overAll);
    expect(await create(as, overAll)).toEqual(problem(409, 'QUOTA_ALL_COIN_STRATEGIES'));
    const nearlyAll = { ...input, universe: { kind: 'top', count: 1_001 } };
    expect(await create(as, nearlyAll)).toEqual(problem(409, 'QUOTA_ALL_COIN_STRATEGIES'));
    const narrow = await created(as, { ...input, universe: { kind: 'top', count: 1_000 } });
    expect(await put(as, narrow.id, overAll)).toEqual(problem(409, 'QUOTA_ALL_COIN_STRATEGIES'));
    expect((await put(as, id, nearlyAll)).status).toBe(200);
    expect((await get(as, '/quotas')).body).toEqual({
      limits: { strategies: 3, allCoinStrategies: 1, alertsPerDay: 10_000, caps: {} },
      used: { strategies: 2, allCoinStrategies: 1 },
    });
  });

  test('are set for one user by an operator, audited, and shown to the scanner at once', async () => {
    const [as, operator] = [await addUser(), await addUser('operator')];
    const strategy = await created(as);
    const before = (await feed()).nextChange;
    const path = `/admin/users/${as.userId}/quotas`;
    const set = await um.call({
      method: 'PUT',
      path,
      body: { strategies: 1, alertsPerDay: 7, caps: { messagesPerDay: 9 } },
      as: operator,
    });
    const limits = { strategies: 1, allCoinStrategies: 1, alertsPerDay: 7, caps: { messagesPerDay: 9 } };
    expect(set).toEqual({ status: 200, body: { limits, used: { strategies: 1, allCoinStrategies: 0 } } });
    const shown = (await feed()).changes.filter(({ change }) => BigInt(change) > BigInt(before));
    expect(shown).toMatchObject([{ strategyId: strategy.id, alertsPerDay: 7 }]);
    expect(await create(as)).toEqual(problem(409, 'QUOTA_STRATEGIES'));
    // What is there already may be changed, though it is now all that is allowed.
    expect((await put(as, strategy.id, { ...input, name: 'Other' })).status).toBe(200);
    const audited = await db.query('select user_id from account.audit_log where action = $1 and subject_id = $2', [
      'user.quotas_change',
      as.userId,
    ]);
    expect(audited).toEqual([{ user_id: operator.userId }]);
    await um.call({ method: 'PUT', path, body: {}, as: operator });
    expect((await create(as)).status).toBe(201);
  });

  test('of others are for operators only', async () => {
    const [as, operator] = [await addUser(), await addUser('operator')];
    const path = `/admin/users/${as.userId}/quotas`;
    expect(await get(as, path)).toEqual(problem(403, 'FORBIDDEN'));
    expect(await um.call({ method: 'PUT', path, body: {}, as })).toEqual(problem(403, 'FORBIDDEN'));
    expect((await get(operator, path)).status).toBe(200);
    expect(await get(operator, `/admin/users/${newId()}/quotas`)).toEqual(problem(404, 'NOT_FOUND'));
    const nobody = { method: 'PUT', path: `/admin/users/${newId()}/quotas`, body: {}, as: operator } as const;
    expect(await um.call(nobody)).toEqual(problem(404, 'NOT_FOUND'));
    for (const body of [{ strategies: -1 }, { strategies: '1' }, { coins: 1 }]) {
      expect(await um.call({ method: 'PUT', path, body, as: operator })).toEqual(problem(400, 'VALIDATION_FAILED'));
    }
  });
});
