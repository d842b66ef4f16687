import { addTestUser } from '@ubot/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPERATOR_TOKEN, startWithRealAccounts, type RealAccounts } from '../realAccounts.testing.ts';
import { ask, codesOf } from './testing.testing.ts';

/** GraphQL before the real user-manager on a real database. */
let accounts: RealAccounts;
let other: { id: string; token: string };
beforeAll(async () => {
  accounts = await startWithRealAccounts();
  other = await addTestUser(accounts.databaseUrl);
});
afterAll(() => accounts.close());

const mine = (query: string, variables?: unknown) => ask(accounts.gw, query, { token: OPERATOR_TOKEN, variables });
const others = (query: string, variables?: unknown) => ask(accounts.gw, query, { token: other.token, variables });
const audits = async (action: string) =>
  (await accounts.query(`select 1 from account.audit_log where action = '${action}'`)).length;

const STRATEGY = { name: 'Above', universe: { kind: 'coins', ids: [1] }, timeframe: '1m', condition: 'close > 1' };
const CREATE = 'mutation ($input: StrategyInput!) { createStrategy(input: $input) { id version enabled channelIds } }';

/** The id of the one thing that an answer has. */
function idOf({ data }: Awaited<ReturnType<typeof ask>>): string {
  const [made] = Object.values(data ?? {}) as { id: string }[];
  return made?.id ?? '';
}

async function createChannel(): Promise<string> {
  const query = 'mutation { createChannel(input: { name: "Log", target: { kind: log } }) { id signingSecret } }';
  return idOf(await mine(query));
}

describe('what is done by GraphQL', () => {
  test('is what REST reads, and is in the audit log like any change', async () => {
    const before = await audits('strategy.create');
    const channelId = await createChannel();
    const { data } = await mine(CREATE, { input: { ...STRATEGY, channelIds: [channelId] } });
    const created = data?.['createStrategy'] as { id: string };
    expect(created).toEqual({ id: expect.any(String), version: 1, enabled: true, channelIds: [channelId] });
    const rest = await accounts.gw.call(`/api/v1/strategies/${created.id}`, { token: OPERATOR_TOKEN });
    expect(rest).toMatchObject({ status: 200, body: STRATEGY });
    expect(await audits('strategy.create')).toBe(before + 1);
  });

  test('changes, pauses, enables, copies and deletes a strategy', async () => {
    const id = idOf(await mine(CREATE, { input: STRATEGY }));
    const step = async (query: string, variables: object = {}) =>
      Object.values((await mine(query, { id, ...variables })).data ?? {})[0];
    const changed = { ...STRATEGY, condition: 'close > 2' };
    const change = 'mutation ($id: ID!, $input: StrategyInput!) { changeStrategy(id: $id, input: $input) { version } }';
    expect(await step(change, { input: changed })).toEqual({ version: 2 });
    expect(await step('mutation ($id: ID!) { pauseStrategy(id: $id) { enabled } }')).toEqual({ enabled: false });
    expect(await step('mutation ($id: ID!) { enableStrategy(id: $id) { enabled } }')).toEqual({ enabled: true });
    const copy = await step('mutation ($id: ID!) { duplicateStrategy(id: $id) { name enabled } }');
    expect(copy).toEqual({ name: 'Above (copy)', enabled: false });
    expect(await step('mutation ($id: ID!) { deleteStrategy(id: $id) }')).toBe(id);
    expect(codesOf(await mine('query ($id: ID!) { strategy(id: $id) { id } }', { id }))).toEqual(['NOT_FOUND']);
  });

  test('has the versions of a strategy in pages, and the quotas', async () => {
    const quotas = '{ quotas { limits { strategies alertsPerDay } used { strategies allCoinStrategies } } }';
    type Quotas = { quotas: { limits: { strategies: number }; used: { strategies: number } } };
    const before = (await mine(quotas)).data as unknown as Quotas;
    const id = idOf(await mine(CREATE, { input: STRATEGY }));
    const change = 'mutation ($id: ID!, $input: StrategyInput!) { changeStrategy(id: $id, input: $input) { version } }';
    await mine(change, { id, input: { ...STRATEGY, condition: 'close > 2' } });
    const query = `query ($id: ID!, $before: Int) { strategyVersions(id: $id, limit: 1, before: $before) {
      versions { version condition universe { kind } trigger { on } tags } nextBefore } }`;
    const version = { universe: { kind: 'coins' }, trigger: { on: 'candle_close' }, tags: [] };
    expect((await mine(query, { id })).data).toEqual({
      strategyVersions: { versions: [{ ...version, version: 2, condition: 'close > 2' }], nextBefore: 2 },
    });
    expect((await mine(query, { id, before: 2 })).data).toEqual({
      strategyVersions: { versions: [{ ...version, version: 1, condition: 'close > 1' }], nextBefore: null },
    });
    expect(codesOf(await others(query, { id }))).toEqual(['NOT_FOUND']);
    const after = (await mine(quotas)).data as unknown as Quotas;
    expect(after.quotas.limits).toEqual(before.quotas.limits);
    expect(after.quotas.used.strategies).toBe(before.quotas.used.strategies + 1);
  });

  test('keeps settings, channels and watchlists', async () => {
    const channelId = await createChannel();
    const save = 'mutation ($input: SettingsInput!) { saveSettings(input: $input) { timeZone defaultChannelIds } }';
    const input = { timeZone: 'Europe/Paris', defaultChannelIds: [channelId] };
    expect((await mine(save, { input })).data).toEqual({ saveSettings: input });
    expect((await mine('{ settings { timeZone } }')).data).toEqual({ settings: { timeZone: 'Europe/Paris' } });
    const rename =
      'mutation ($id: ID!) { changeChannel(id: $id, input: { name: "L2", target: { kind: log } }) { name } }';
    expect((await mine(rename, { id: channelId })).data).toEqual({ changeChannel: { name: 'L2' } });
    const remove = 'mutation ($id: ID!) { deleteChannel(id: $id) }';
    expect((await mine(remove, { id: channelId })).data).toEqual({ deleteChannel: channelId });
    const list = await mine('mutation { createWatchlist(input: { name: "Empty", coinIds: [] }) { id coinIds } }');
    const id = idOf(list);
    expect((await mine('mutation ($id: ID!) { deleteWatchlist(id: $id) }', { id })).data).toEqual({
      deleteWatchlist: id,
    });
  });

  test('is done in the order in which it stands, and says of each what went wrong', async () => {
    const { data, errors } = await mine(
      `mutation ($input: StrategyInput!) {
        a: createStrategy(input: $input) { name }
        b: createStrategy(input: { name: "B", universe: { kind: all }, timeframe: "1h", condition: "close >" }) { name }
        c: createStrategy(input: $input) { name }
      }`,
      { input: STRATEGY },
    );
    expect(data).toEqual({ a: { name: 'Above' }, b: null, c: { name: 'Above' } });
    expect(errors).toEqual([
      expect.objectContaining({ path: ['b'], extensions: expect.objectContaining({ code: 'STRATEGY_INVALID' }) }),
    ]);
    expect(errors?.[0]?.extensions.errors).toEqual([expect.objectContaining({ code: 'CONDITION_SYNTAX' })]);
  });
});

describe('another user', () => {
  test('finds nothing by any id of mine, and changes nothing', async () => {
    const channelId = await createChannel();
    const strategyId = idOf(await mine(CREATE, { input: STRATEGY }));
    const list = await mine('mutation { createWatchlist(input: { name: "Mine", coinIds: [] }) { id } }');
    const watchlistId = idOf(list);
    const uses: [string, string][] = [
      ['query ($id: ID!) { channel(id: $id) { id } }', channelId],
      ['query ($id: ID!) { watchlist(id: $id) { id } }', watchlistId],
      ['query ($id: ID!) { strategy(id: $id) { id } }', strategyId],
      ['mutation ($id: ID!) { deleteChannel(id: $id) }', channelId],
      ['mutation ($id: ID!) { deleteWatchlist(id: $id) }', watchlistId],
      ['mutation ($id: ID!) { changeWatchlist(id: $id, input: { name: "x", coinIds: [] }) { id } }', watchlistId],
      ['mutation ($id: ID!) { changeChannel(id: $id, input: { name: "x", target: { kind: log } }) { id } }', channelId],
      ['mutation ($id: ID!) { deleteStrategy(id: $id) }', strategyId],
      ['mutation ($id: ID!) { enableStrategy(id: $id) { id } }', strategyId],
      ['mutation ($id: ID!) { pauseStrategy(id: $id) { id } }', strategyId],
      ['mutation ($id: ID!) { duplicateStrategy(id: $id) { id } }', strategyId],
    ];
    for (const [query, id] of uses) {
      const answer = await others(query, { id });
      expect({ query, codes: codesOf(answer) }).toEqual({ query, codes: ['NOT_FOUND'] });
    }
    const lists = '{ channels { id } watchlists { id } strategies { strategies { id } } }';
    expect((await others(lists)).data).toEqual({ channels: [], watchlists: [], strategies: { strategies: [] } });
    const changed = { ...STRATEGY, channelIds: [channelId] };
    expect(codesOf(await others(CREATE, { input: changed }))).toEqual(['STRATEGY_CHANNEL_UNKNOWN']);
    expect((await mine('query ($id: ID!) { strategy(id: $id) { enabled } }', { id: strategyId })).data).toEqual({
      strategy: { enabled: true },
    });
  });
});

describe('a token that may only read', () => {
  test('reads and checks, and changes nothing', async () => {
    const { id, token } = await addTestUser(accounts.databaseUrl);
    await accounts.query(`update account.tokens set scope = 'read' where user_id = '${id}'`);
    const call = (query: string, variables?: unknown) => ask(accounts.gw, query, { token, variables });
    expect((await call('{ me { id } checkCondition(input: { condition: "close > 1" }) { ok } }')).data).toEqual({
      me: { id },
      checkCondition: { ok: true },
    });
    expect(codesOf(await call(CREATE, { input: STRATEGY }))).toEqual(['TOKEN_READ_ONLY']);
    expect((await call('{ strategies { strategies { id } } }')).data).toEqual({ strategies: { strategies: [] } });
  });
});
