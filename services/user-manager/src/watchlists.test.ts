import { createDatabase, insertUser, upsertCoins, type Database } from '@ubot/db';
import type { Watchlist } from '@ubot/contracts';
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
  um = await startUserManager(database.url);
  const coins = Array.from({ length: 1_001 }, (_, at) => ({ id: at + 1, symbol: `C${at}`, name: `Coin ${at}` }));
  await upsertCoins(
    db,
    coins.map((coin) => ({ ...coin, slug: `coin-${coin.id}`, rank: coin.id })),
    { nowMs: START_MS },
  );
});
afterAll(async () => {
  await um.userManager.close();
  await db.close();
  await database.close();
});

async function addUser(): Promise<Extract<CallIdentity, { kind: 'user' }>> {
  const id = newId();
  const row = { id, email: `${id}@example.org`, role: 'user' as const, settings: {}, createdAtMs: START_MS };
  await insertUser(db, { ...row, passwordHash: null, passwordOnce: false });
  return { kind: 'user', userId: id, role: 'user' };
}
const create = (as: CallIdentity, body: unknown) => um.call({ method: 'POST', path: '/watchlists', body, as });
const created = async (as: CallIdentity, body: unknown) => (await create(as, body)).body as Watchlist;
const problem = (status: number, code: string) => ({ status, body: expect.objectContaining({ status, code }) });
const layerOnes = { name: 'Layer 1', coinIds: [1027, 1, 52].map((id) => id % 1_000) };

describe('watchlists', () => {
  test('are made, listed, changed and deleted by their owner; coins keep their order', async () => {
    const as = await addUser();
    const made = await create(as, layerOnes);
    const watchlist = {
      ...layerOnes,
      id: expect.any(String),
      userId: as.userId,
      createdAtMs: START_MS,
      updatedAtMs: START_MS,
    };
    expect(made).toEqual({ status: 201, body: watchlist });
    const { id } = made.body as Watchlist;
    expect(await um.call({ method: 'GET', path: '/watchlists', as })).toEqual({
      status: 200,
      body: { watchlists: [made.body] },
    });
    um.clock.nowMs += 1;
    const body = { name: 'L1', coinIds: [52, 1] };
    const changed = await um.call({ method: 'PUT', path: `/watchlists/${id}`, body, as });
    expect(changed).toEqual({ status: 200, body: { ...watchlist, id, ...body, updatedAtMs: START_MS + 1 } });
    um.clock.nowMs = START_MS;
    expect((await um.call({ method: 'GET', path: `/watchlists/${id}`, as })).body).toEqual(changed.body);
    expect((await um.call({ method: 'DELETE', path: `/watchlists/${id}`, as })).status).toBe(204);
    expect(await um.call({ method: 'GET', path: `/watchlists/${id}`, as })).toEqual(problem(404, 'NOT_FOUND'));
    const audited = await db.query('select action from account.audit_log where user_id = $1 order by id', [as.userId]);
    expect(audited.map(({ action }) => action)).toEqual(['watchlist.create', 'watchlist.change', 'watchlist.delete']);
  });

  test('of another user are not there, whatever is done with them', async () => {
    const { id } = await created(await addUser(), layerOnes);
    const as = await addUser();
    for (const path of [`/watchlists/${id}`, `/watchlists/${newId()}`]) {
      for (const [method, body] of [['GET'], ['PUT', layerOnes], ['DELETE']] as const) {
        expect(await um.call({ method, path, body, as })).toEqual(problem(404, 'NOT_FOUND'));
      }
    }
    expect((await um.call({ method: 'GET', path: '/watchlists', as })).body).toEqual({ watchlists: [] });
  });

  test('have names of their own, which another user may use too', async () => {
    const as = await addUser();
    await created(as, layerOnes);
    const other = await created(as, { ...layerOnes, name: 'Other' });
    expect(await create(as, layerOnes)).toEqual(problem(409, 'CONFLICT'));
    const path = `/watchlists/${other.id}`;
    expect(await um.call({ method: 'PUT', path, body: layerOnes, as })).toEqual(problem(409, 'CONFLICT'));
    expect((await um.call({ method: 'PUT', path, body: { name: 'Other', coinIds: [] }, as })).status).toBe(200);
    expect((await create(await addUser(), layerOnes)).status).toBe(201);
  });

  test('of an unknown coin are refused, each with its place, when made and when changed', async () => {
    const as = await addUser();
    const body = { name: 'x', coinIds: [1, 5_000, 2, 5_001] };
    const refused = {
      status: 422,
      body: expect.objectContaining({
        code: 'COIN_UNKNOWN',
        errors: [
          { path: '/coinIds/1', message: 'there is no coin 5000' },
          { path: '/coinIds/3', message: 'there is no coin 5001' },
        ],
      }),
    };
    expect(await create(as, body)).toEqual(refused);
    const { id } = await created(as, layerOnes);
    expect(await um.call({ method: 'PUT', path: `/watchlists/${id}`, body, as })).toEqual(refused);
  });

  test('hold a thousand coins, and not one more', async () => {
    const as = await addUser();
    const ids = (count: number) => Array.from({ length: count }, (_, at) => at + 1);
    expect((await created(as, { name: 'many', coinIds: ids(1_000) })).coinIds).toEqual(ids(1_000));
    expect(await create(as, { name: 'more', coinIds: ids(1_001) })).toEqual(problem(400, 'VALIDATION_FAILED'));
  });

  test('end at fifty, also when they come all at once', async () => {
    const as = await addUser();
    const answers = await Promise.all(
      Array.from({ length: 52 }, (_, at) => create(as, { name: `${at}`, coinIds: [] })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(50);
    expect(answers.filter(({ status }) => status !== 201)).toEqual(Array(2).fill(problem(409, 'LIMIT_REACHED')));
  });

  test.each([
    ['no name', { coinIds: [] }],
    ['an empty name', { name: '', coinIds: [] }],
    ['a name of 121 characters', { name: 'x'.repeat(121), coinIds: [] }],
    ['a coin twice', { name: 'x', coinIds: [1, 1] }],
    ['a coin as text', { name: 'x', coinIds: ['1'] }],
    ['coin 0', { name: 'x', coinIds: [0] }],
    ['a coin beyond 31 bits', { name: 'x', coinIds: [2 ** 31] }],
    ['a field that is not there', { name: 'x', coinIds: [], colour: 'red' }],
    ['a zero character', { name: 'x\u0000', coinIds: [] }],
  ])('refuse %s', async (_name, body) => {
    expect(await create(await addUser(), body)).toEqual(problem(400, 'VALIDATION_FAILED'));
  });

  test.each(['x', 'A'.repeat(36), '../settings', '%00'])('refuse the id %j', async (id) => {
    const as = await addUser();
    const path = `/watchlists/${encodeURIComponent(id)}`;
    expect(await um.call({ method: 'GET', path, as })).toEqual(problem(400, 'VALIDATION_FAILED'));
  });

  test('are asked for by users only', async () => {
    expect(await um.call({ method: 'GET', path: '/watchlists' })).toEqual(problem(403, 'FORBIDDEN'));
  });
});

describe('a watchlist that a strategy watches', () => {
  const strategyOn = (id: string) => ({
    name: 'Watches',
    universe: { kind: 'watchlist', id },
    timeframe: '1h',
    condition: 'close > 1',
  });
  const add = (as: CallIdentity, id: string) =>
    um.call({ method: 'POST', path: '/strategies', body: strategyOn(id), as });
  const feed = async (after = '0') =>
    (await um.call({ method: 'GET', path: `/strategy-feed?after=${after}&limit=500` })).body as {
      changes: { strategyId: string; coinIds?: number[] }[];
      nextChange: string;
    };

  test('comes with its coins in the feed of the scanner, once more when they change, without a new version', async () => {
    const as = await addUser();
    const { id } = await created(as, { name: 'Mine', coinIds: [3, 1] });
    const strategy = (await add(as, id)).body as { id: string; version: number };
    const first = await feed();
    expect(first.changes.find(({ strategyId }) => strategyId === strategy.id)?.coinIds).toEqual([3, 1]);
    await um.call({ method: 'PUT', path: `/watchlists/${id}`, body: { name: 'Mine', coinIds: [2] }, as });
    expect((await feed(first.nextChange)).changes).toEqual([
      expect.objectContaining({
        strategyId: strategy.id,
        coinIds: [2],
        strategy: expect.objectContaining({ version: 1 }),
      }),
    ]);
    const at = await um.call({ method: 'GET', path: `/strategies/${strategy.id}/at?atMs=${START_MS}`, as });
    expect(at.body).toMatchObject({ coinIds: [2] });
  });

  test('cannot be deleted until nothing watches it', async () => {
    const as = await addUser();
    const { id } = await created(as, { name: 'Held', coinIds: [1] });
    const strategy = (await add(as, id)).body as { id: string };
    const remove = () => um.call({ method: 'DELETE', path: `/watchlists/${id}`, as });
    expect(await remove()).toEqual({
      status: 409,
      body: expect.objectContaining({ code: 'WATCHLIST_IN_USE', detail: 'Watched by "Watches".' }),
    });
    await um.call({ method: 'DELETE', path: `/strategies/${strategy.id}`, as });
    expect((await remove()).status).toBe(204);
  });

  test('must be one of the own', async () => {
    const theirs = await created(await addUser(), { name: 'Theirs', coinIds: [1] });
    const as = await addUser();
    expect(await add(as, theirs.id)).toEqual(problem(422, 'STRATEGY_WATCHLIST_UNKNOWN'));
    const own = await created(as, { name: 'Own', coinIds: [1] });
    const strategy = (await add(as, own.id)).body as { id: string };
    const body = strategyOn(theirs.id);
    expect(await um.call({ method: 'PUT', path: `/strategies/${strategy.id}`, body, as })).toEqual(
      problem(422, 'STRATEGY_WATCHLIST_UNKNOWN'),
    );
  });
});
