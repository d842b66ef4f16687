import { createPostgresBus } from '@ubot/bus';
import type { ApplyAnswer, Strategy, StrategyFile, StrategyPage } from '@ubot/contracts';
import { createDatabase, insertUser, type Database } from '@ubot/db';
import { newId, type CallIdentity } from '@ubot/service-kit';
import { createTestDatabase, waitFor } from '@ubot/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startUserManager, START_MS, type Harness } from './harness.testing.ts';

let database: { url: string; close(): Promise<void> };
let db: Database;
let um: Harness;
beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ connectionString: database.url, applicationName: 'test', poolSize: 2 });
  um = await startUserManager(database.url, { UBOT_QUOTA_STRATEGIES: 5 });
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

const dip = { name: 'Dip', universe: { kind: 'coins', ids: [1] }, timeframe: '1h', condition: 'rsi(14) < 30' };
const cross = { ...dip, id: 'cross', name: 'Cross', condition: 'close crosses above sma(50)' };
const problem = (status: number, code: string) => ({ status, body: expect.objectContaining({ status, code }) });
const post = (as: User, path: string, body: unknown) => um.call({ method: 'POST', path, body, as });
const apply = (as: User, body: unknown) => post(as, '/strategies/apply', body);
/** What was done, one "action name" each. */
const applied = async (as: User, body: unknown) => {
  const { status, body: answer } = await apply(as, body);
  expect({ status, answer }).toMatchObject({ status: 200 });
  return (answer as ApplyAnswer).changes.map(({ action, name }) => `${action} ${name}`);
};
const list = async (as: User): Promise<Strategy[]> =>
  ((await um.call({ method: 'GET', path: '/strategies', as })).body as StrategyPage).strategies;
const names = async (as: User) => (await list(as)).map(({ name }) => name);
const exported = async (as: User, query = '') =>
  (await um.call({ method: 'GET', path: `/strategies/export${query}`, as })).body as StrategyFile;

describe('a file of strategies', () => {
  test('is made so, and the same file again changes nothing and writes nothing', async () => {
    const as = await addUser();
    const file = { strategies: [dip, cross] };
    expect(await applied(as, file)).toEqual(['create Dip', 'create Cross']);
    const before = await list(as);
    expect(before).toMatchObject([
      { ...dip, version: 1, enabled: true },
      { name: 'Cross', version: 1 },
    ]);
    um.clock.nowMs += 1_000;
    expect(await applied(as, file)).toEqual(['unchanged Dip', 'unchanged Cross']);
    expect(await list(as)).toEqual(before);
    um.clock.nowMs = START_MS;
  });

  test('carries tags and urgency, which its export has too', async () => {
    const as = await addUser();
    const file = { strategies: [{ ...dip, tags: ['majors'], urgent: true }, cross] };
    expect(await applied(as, file)).toEqual(['create Dip', 'create Cross']);
    const back = await exported(as);
    expect(back.strategies).toMatchObject([{ name: 'Dip', tags: ['majors'], urgent: true }, { name: 'Cross' }]);
    expect(back.strategies[1]).not.toHaveProperty('tags');
    expect(back.strategies[1]).not.toHaveProperty('urgent');
    expect(await applied(as, back)).toEqual(['unchanged Dip', 'unchanged Cross']);
    expect((await apply(as, { strategies: [dip] })).body).toMatchObject({
      changes: [{ action: 'change', fields: [{ field: 'tags' }, { field: 'urgent', before: true, after: false }] }],
    });
  });

  test('tells each difference; a change makes one new version; an id outlives a new name', async () => {
    const as = await addUser();
    await applied(as, { strategies: [dip, cross] });
    const changed = { strategies: [{ ...cross, name: 'Crosses', timeframe: '4h' }, dip] };
    const [first, second] = await list(as);
    expect((await apply(as, changed)).body).toEqual({
      dryRun: false,
      changes: [
        {
          action: 'change',
          name: 'Crosses',
          strategyId: second!.id,
          fields: [
            { field: 'name', before: 'Cross', after: 'Crosses' },
            { field: 'timeframe', before: '1h', after: '4h' },
          ],
        },
        { action: 'unchanged', name: 'Dip', strategyId: first!.id, fields: [] },
      ],
    });
    expect(await list(as)).toMatchObject([
      { name: 'Dip', version: 1 },
      { name: 'Crosses', version: 2 },
    ]);
  });

  test('is only compared in a dry run, with the same differences', async () => {
    const as = await addUser();
    await applied(as, { strategies: [dip] });
    const next = { strategies: [{ ...dip, message: 'now' }, cross] };
    const before = await list(as);
    const dry = (await apply(as, { ...next, dryRun: true })).body as ApplyAnswer;
    expect(dry.dryRun).toBe(true);
    expect(dry.changes.map(({ action, strategyId }) => [action, strategyId])).toEqual([
      ['change', before[0]!.id],
      ['create', null],
    ]);
    expect(await list(as)).toEqual(before);
    expect(await db.query('select 1 from account.audit_log where user_id = $1', [as.userId])).toHaveLength(1);
    const real = (await apply(as, next)).body as ApplyAnswer;
    expect(real.changes.map(({ fields }) => fields)).toEqual(dry.changes.map(({ fields }) => fields));
  });

  test('with prune deletes what it has made and names no more, and nothing else', async () => {
    const as = await addUser();
    await post(as, '/strategies', { ...dip, name: 'By hand' });
    await applied(as, { set: 'other', strategies: [{ ...dip, name: 'Of another file' }] });
    await applied(as, { strategies: [dip, cross] });
    expect(await applied(as, { strategies: [dip] })).toEqual(['unchanged Dip']);
    expect(await names(as)).toContain('Cross');
    expect(await applied(as, { strategies: [dip], prune: true })).toEqual(['unchanged Dip', 'delete Cross']);
    expect(await applied(as, { strategies: [], prune: true })).toEqual(['delete Dip']);
    expect(await names(as)).toEqual(['By hand', 'Of another file']);
  });

  test('takes over what was made by hand under that name, unless several are called so', async () => {
    const as = await addUser();
    const { id } = (await post(as, '/strategies', dip)).body as Strategy;
    expect((await apply(as, { strategies: [dip] })).body).toMatchObject({
      changes: [{ action: 'unchanged', strategyId: id }],
    });
    for (const name of ['Twin', 'Twin']) await post(as, '/strategies', { ...dip, name });
    const refused = await apply(as, { strategies: [dip, { ...dip, name: 'Twin' }] });
    expect(refused).toEqual(problem(409, 'CONFLICT'));
    expect(refused.body).toMatchObject({ errors: [{ path: '/strategies/1/name' }] });
  });

  test('leaves another user alone, whatever it names', async () => {
    const [as, other] = [await addUser(), await addUser()];
    await applied(other, { strategies: [dip] });
    expect(await applied(as, { strategies: [dip], prune: true })).toEqual(['create Dip']);
    expect(await applied(as, { strategies: [], prune: true })).toEqual(['delete Dip']);
    expect(await names(other)).toEqual(['Dip']);
  });

  test('keeps a pause and the channels that it says nothing of; names channels by name', async () => {
    const as = await addUser();
    const channel = (await post(as, '/channels', { name: 'Log', target: { kind: 'log' } })).body as { id: string };
    await applied(as, { strategies: [{ ...dip, channels: ['Log'] }] });
    const [strategy] = await list(as);
    expect(strategy!.channelIds).toEqual([channel.id]);
    await um.call({ method: 'POST', path: `/strategies/${strategy!.id}/pause`, as });
    expect(await applied(as, { strategies: [dip] })).toEqual(['unchanged Dip']);
    expect(await applied(as, { strategies: [{ ...dip, enabled: true }] })).toEqual(['change Dip']);
    const unknown = await apply(as, { strategies: [{ ...dip, channels: ['Pager'] }] });
    expect(unknown).toEqual(problem(422, 'STRATEGY_CHANNEL_UNKNOWN'));
    expect(unknown.body).toMatchObject({
      errors: [{ path: '/strategies/0/channels', message: 'You have no channel named "Pager".' }],
    });
  });

  test('is applied as a whole or not at all: one too many for the quota leaves everything as it was', async () => {
    const as = await addUser();
    await applied(as, { strategies: [dip] });
    const many = [0, 1, 2, 3, 4].map((at) => ({ ...dip, name: `Strategy ${at}` }));
    const refused = await apply(as, { strategies: many });
    expect(refused).toEqual(problem(409, 'QUOTA_STRATEGIES'));
    expect(refused.body).toMatchObject({ errors: [{ path: '/strategies/4' }] });
    expect(await apply(as, { strategies: many, dryRun: true })).toEqual(problem(409, 'QUOTA_STRATEGIES'));
    expect(await names(as)).toEqual(['Dip']);
    // What is pruned makes room.
    expect(await applied(as, { strategies: many, prune: true })).toHaveLength(6);
  });

  test('is refused with every mistake of every entry, each with its place', async () => {
    const as = await addUser();
    const strategies = [
      { ...dip, condition: 'rsii(14) < 30' },
      { ...dip, name: 'Other', trigger: { rearm: 'close >' } },
      { ...dip, name: 'Third', message: 'Now {{pirce}}' },
    ];
    const refused = await apply(as, { strategies });
    expect(refused).toEqual(problem(422, 'STRATEGY_INVALID'));
    const { errors } = refused.body as { errors: { path: string; code: string }[] };
    expect(errors.map(({ path, code }) => `${path} ${code}`)).toEqual([
      '/strategies/0/condition CONDITION_UNKNOWN_NAME',
      '/strategies/1/trigger/rearm CONDITION_SYNTAX',
      '/strategies/2/message TEMPLATE_UNKNOWN_PLACEHOLDER',
    ]);
    expect(await names(as)).toEqual([]);
  });

  test.each([
    ['a key that stands there twice', { strategies: [dip, dip] }],
    ['an id that is the name of another', { strategies: [{ ...dip, name: 'cross' }, cross] }],
    ['an id with a space', { strategies: [{ ...dip, id: 'a b' }] }],
    ['a name of 121 characters', { strategies: [{ ...dip, name: 'x'.repeat(121) }] }],
    ['a field that is not there', { strategies: [{ ...dip, cooldown: 1 }] }],
    [
      'more entries than a file may have',
      { strategies: Array.from({ length: 501 }, (_, at) => ({ ...dip, name: `${at}` })) },
    ],
    ['a set that is no name', { set: '../x', strategies: [] }],
    ['no strategies', { dryRun: true }],
  ])('refuses %s', async (_name, body) => {
    expect(await apply(await addUser(), body)).toEqual(problem(400, 'VALIDATION_FAILED'));
  });

  test('reaches the feed of the scanner at its commit, and not from a dry run', async () => {
    const bus = createPostgresBus({ connectionString: database.url });
    const heard: string[] = [];
    await bus.listen('strategy', (change) => void heard.push(change));
    await waitFor(
      async () => {
        await bus.announce('strategy', 'ready');
        return heard.includes('ready');
      },
      { deadlineMs: 5_000 },
    );
    const as = await addUser();
    await apply(as, { strategies: [dip, cross], dryRun: true });
    const startedMs = performance.now();
    await apply(as, { strategies: [dip, cross] });
    await waitFor(() => heard.filter((change) => /^\d+$/.test(change)).length === 2, { deadlineMs: 5_000 });
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    await bus.close();
  });
});

describe('an export', () => {
  test('is a file that is found unchanged when applied, with nothing in it that has its default', async () => {
    const as = await addUser();
    await post(as, '/channels', { name: 'Log', target: { kind: 'log' } });
    const file = {
      strategies: [
        { ...dip, enabled: true, channels: ['Log'] },
        {
          ...cross,
          enabled: false,
          indicators: [{ name: 'fast', expression: 'ema(12)' }],
          condition: 'fast > close',
          trigger: { cooldownMs: 60_000, for: { candles: 2 } },
          message: '{coin} now',
          channels: [],
        },
      ],
    };
    await applied(as, file);
    expect(await exported(as)).toEqual(file);
    expect(await applied(as, { ...(await exported(as)), prune: true })).toEqual(['unchanged Dip', 'unchanged Cross']);
  });

  test('holds what was made by hand, or one set alone; channels of one name go by their ids', async () => {
    const as = await addUser();
    const ids: string[] = [];
    for (const name of ['Log', 'Log']) {
      ids.push(((await post(as, '/channels', { name, target: { kind: 'log' } })).body as { id: string }).id);
    }
    await post(as, '/strategies', { ...dip, channelIds: ids });
    await applied(as, { set: 'team', strategies: [cross] });
    expect(await exported(as)).toEqual({ strategies: [{ ...dip, enabled: true, channelIds: ids }] });
    expect(await exported(as, '?set=team')).toEqual({
      set: 'team',
      strategies: [{ ...cross, enabled: true, channels: [] }],
    });
    expect(await exported(await addUser())).toEqual({ strategies: [] });
  });
});
