import { isDeepStrictEqual } from 'node:util';
import { waitFor } from '@ubot/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Belongings } from './apiExample.testing.ts';
import { createBelongings, STRATEGY } from './apiExamples.testing.ts';
import { person } from './signInExamples.testing.ts';
import { startWholeUbot, type WholeUbot } from './wholeUbot.testing.ts';

/** REST and GraphQL of a whole uBot, side by side. */
let ubot: WholeUbot;
let own: Belongings;
beforeAll(async () => {
  ubot = await startWholeUbot();
  own = await createBelongings(ubot);
  const { strategyId, nowMs } = own;
  await rest('POST', '/silences', { tag: 'nothing-has-it', endsAtMs: nowMs + 600_000 });
  await rest('POST', '/inhibitions', { name: 'Mute', sourceStrategyId: strategyId, targetTags: ['nothing-has-it'] });
  await rest('POST', '/admin/invitations', { email: 'somebody@example.org' });
}, 120_000);
afterAll(() => ubot.close());

const rest = async (method: string, path: string, body?: unknown): Promise<unknown> =>
  (await ubot.call(method, `/api/v1${path}`, body === undefined ? {} : { body })).body;

interface Told {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions: { code: string } }[];
}
const graphql = async (query: string, variables: object = {}, token = ubot.operatorToken): Promise<Told> =>
  (await ubot.call('POST', '/graphql', { body: { query, variables }, token })).body as Told;

/** What a mutation or a query of one field answers. */
async function one(query: string, variables: object = {}): Promise<unknown> {
  const { data, errors } = await graphql(query, variables);
  expect({ query, errors }).toEqual({ query, errors: undefined });
  return Object.values(data ?? {})[0];
}

/** The selection that asks for everything that stands in answers, which are of one type. */
function selectionOf(answers: readonly unknown[]): string {
  const objects = answers.flat().filter((answer) => typeof answer === 'object' && answer !== null) as object[];
  const keys = new Set(objects.flatMap((object) => Object.keys(object)));
  if (keys.size === 0) return '';
  const parts = [...keys].map((key) => {
    const below = objects.flatMap((object) => (object as Record<string, unknown>)[key]);
    // Of what is not there, or empty, nobody can see whether it has anything below.
    return below.every(isNothing) ? '' : `${key} ${selectionOf(below)}`;
  });
  return `{ ${parts.join(' ')} }`;
}

/** Between two calls these are never the same. */
const PASSING = ['answeredInMs', 'ageMs', 'queue'];

/** Without what is null, empty or passing: REST leaves out what GraphQL says is null. */
function compared(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(compared);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, part]): [string, unknown] => [key, compared(part)]);
  return Object.fromEntries(entries.filter(([key, part]) => !isNothing(part) && !PASSING.includes(key)));
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** The market moves every second, and may between the two. */
async function expectSame(ask: () => Promise<[byRest: unknown, byGraphql: unknown]>): Promise<void> {
  let both: unknown[] = [];
  for (let tries = 0; tries < 10; tries += 1) {
    both = (await ask()).map(compared);
    if (isDeepStrictEqual(both[0], both[1])) break;
  }
  expect(both[1]).toEqual(both[0]);
}

/** STRATEGY and ALERT stand for ids of the caller's own. */
const withIds = (text: string): string => text.replaceAll('STRATEGY', own.strategyId).replaceAll('ALERT', own.alertId);

describe('the same question by REST and by GraphQL has the same answer:', () => {
  test.each<[path: string, field: string, listOf?: string]>([
    ['/me', 'me'],
    ['/settings', 'settings'],
    ['/quotas', 'quotas'],
    ['/costs?month=2026-01', 'costs(month: "2026-01")'],
    ['/watchlists', 'watchlists', 'watchlists'],
    ['/channels', 'channels', 'channels'],
    ['/channel-kinds', 'channelKinds'],
    ['/push-key', 'pushKey'],
    ['/strategies', 'strategies'],
    ['/strategies/STRATEGY/versions', 'strategyVersions(id: "STRATEGY")'],
    ['/alerts/ALERT', 'alert(id: "ALERT")'],
    ['/notifications?alertId=ALERT', 'notifications(alertId: "ALERT")'],
    ['/silences?state=active', 'silences(state: active)'],
    ['/inhibitions', 'inhibitions', 'inhibitions'],
    ['/coins?limit=5', 'coins(limit: 5)'],
    ['/coins/1', 'coin(id: 1)'],
    ['/coins/1/candles?timeframe=1h&limit=5', 'candles(coinId: 1, timeframe: "1h", limit: 5)', 'candles'],
    ['/global', 'global'],
    ['/sources', 'sources'],
    ['/admin/users', 'users', 'users'],
    ['/admin/invitations', 'invitations', 'invitations'],
    ['/admin/links', 'undeliveredLinks', 'links'],
    ['/admin/costs', 'adminCosts'],
    ['/admin/health', 'systemHealth'],
  ])(
    'GET %s',
    async (path, field, listOf) => {
      await expectSame(async () => {
        const answer = (await rest('GET', withIds(path))) as Record<string, unknown>;
        const wanted = listOf === undefined ? answer : answer[listOf];
        return [wanted, await one(`{ ${withIds(field)} ${selectionOf([wanted])} }`)];
      });
    },
    20_000,
  );

  test.each([
    ['/strategies/check', 'checkCondition', 'CheckInput', { condition: 'rsi(14 < 30' }],
    ['/strategies/preview-message', 'previewMessage', 'MessagePreviewInput', { message: '{{coin.symbol}}' }],
    ['/strategies/preview', 'previewStrategy', 'StrategyPreviewInput', { ...STRATEGY, condition: 'close > 1' }],
  ])('POST %s', async (path, field, type, input) => {
    await expectSame(async () => {
      const wanted = await rest('POST', path, input);
      const query = `query ($input: ${type}!) { ${field}(input: $input) ${selectionOf([wanted])} }`;
      return [wanted, await one(query, { input })];
    });
  });
});

describe('what keeps alerts from being sent', () => {
  test('is made, changed and ended by GraphQL, and REST has it', async () => {
    const input = { strategyId: own.strategyId, coinId: 1, endsAtMs: own.nowMs + 600_000, comment: 'for a while' };
    const create = `mutation ($input: SilenceInput!) {
      createSilence(input: $input) { id state strategy { name } coin { symbol } } }`;
    const silence = (await one(create, { input })) as { id: string };
    expect(silence).toEqual({
      id: expect.any(String),
      state: 'active',
      strategy: { name: STRATEGY.name },
      coin: { symbol: expect.any(String) },
    });
    expect(await rest('GET', `/silences/${silence.id}`)).toMatchObject({ ...input, state: 'active' });
    expect(await one('mutation ($id: ID!) { endSilence(id: $id) }', silence)).toBe(silence.id);
    expect(await one('query ($id: ID!) { silence(id: $id) { state } }', silence)).toEqual({ state: 'ended' });

    const rule = { name: 'While it fires', sourceStrategyId: own.strategyId, targetTags: ['nothing-has-it'] };
    const inhibition = (await one('mutation ($input: InhibitionInput!) { createInhibition(input: $input) { id } }', {
      input: rule,
    })) as { id: string };
    const change = `mutation ($id: ID!, $input: InhibitionInput!) {
      changeInhibition(id: $id, input: $input) { enabled targetTags sourceStrategy { name } targetStrategies { id } } }`;
    expect(await one(change, { ...inhibition, input: { ...rule, enabled: false } })).toEqual({
      enabled: false,
      targetTags: ['nothing-has-it'],
      sourceStrategy: { name: STRATEGY.name },
      targetStrategies: null,
    });
    expect(await one('mutation ($id: ID!) { deleteInhibition(id: $id) }', inhibition)).toBe(inhibition.id);
    expect(JSON.stringify(await rest('GET', '/inhibitions'))).not.toContain(inhibition.id);
  });

  test('is told of an alert: acknowledged once, and snoozed', async () => {
    const acknowledge = 'mutation ($id: ID!) { acknowledgeAlert(id: $id) { acknowledgedBy already } }';
    const id = own.alertId;
    expect(await one(acknowledge, { id })).toEqual({ acknowledgedBy: 'api', already: false });
    expect(await one(acknowledge, { id })).toEqual({ acknowledgedBy: 'api', already: true });
    expect(await rest('GET', `/alerts/${id}`)).toMatchObject({ acknowledgedBy: 'api' });
    const snooze = 'mutation ($id: ID!, $ms: Int!) { snoozeAlert(id: $id, durationMs: $ms) { strategyId coinId } }';
    expect(await one(snooze, { id, ms: 900_000 })).toEqual({ strategyId: own.strategyId, coinId: 1 });
    const { errors } = await graphql(snooze, { id, ms: 1 });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['VALIDATION_FAILED']);
  });
});

describe('what an operator does', () => {
  test('is done by GraphQL as by REST', async () => {
    const invite = 'mutation ($input: InvitationInput!) { invite(input: $input) { id email url } }';
    const invitation = (await one(invite, { input: { email: 'new@example.org' } })) as { id: string; url: string };
    expect(invitation).toMatchObject({ email: 'new@example.org', url: expect.stringContaining('http') });
    expect(await one('mutation ($id: ID!) { withdrawInvitation(id: $id) }', invitation)).toBe(invitation.id);
    expect(JSON.stringify(await rest('GET', '/admin/invitations'))).not.toContain(invitation.id);

    const { data } = await graphql('{ me { id } }', {}, ubot.otherToken);
    const { id } = (data as { me: { id: string } }).me;
    const set = `mutation ($id: ID!, $input: QuotaOverrides!) {
      setUserQuotas(id: $id, input: $input) { limits { strategies caps { messagesPerDay } } } }`;
    const input = { strategies: 3, caps: { messagesPerDay: 7 } };
    const limits = { strategies: 3, caps: { messagesPerDay: 7 } };
    expect(await one(set, { id, input })).toEqual({ limits });
    expect(
      await one('query ($id: ID!) { userQuotas(id: $id) { limits { strategies caps { messagesPerDay } } } }', { id }),
    ).toEqual({ limits });
    expect(await rest('GET', `/admin/users/${id}/quotas`)).toMatchObject({ limits });
    const change = 'mutation ($id: ID!, $input: AdminUserInput!) { changeUser(id: $id, input: $input) }';
    expect(await one(change, { id, input: { role: 'user', disabled: false } })).toBe(id);
  });

  test.each([
    '{ users { id } }',
    '{ invitations { id } }',
    '{ undeliveredLinks { url } }',
    '{ adminCosts { month } }',
    '{ systemHealth { ready } }',
    '{ userQuotas(id: "01900000-0000-7000-8000-00000000000a") { limits { strategies } } }',
    'mutation { withdrawInvitation(id: "01900000-0000-7000-8000-00000000000a") }',
    'mutation { invite(input: { email: "a@example.org" }) { url } }',
    'mutation { changeUser(id: "01900000-0000-7000-8000-00000000000a", input: { role: operator, disabled: false }) }',
    'mutation { setUserQuotas(id: "01900000-0000-7000-8000-00000000000a", input: {}) { limits { strategies } } }',
  ])('is closed to others: %s', async (query) => {
    const { errors } = await graphql(query, {}, ubot.otherToken);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
  });
});

describe('another user', () => {
  test('finds nothing of mine by its id, and changes nothing', async () => {
    const [{ id: silenceId }] = ((await rest('GET', '/silences?state=active')) as { silences: [{ id: string }] })
      .silences;
    const [{ id: ruleId }] = ((await rest('GET', '/inhibitions')) as { inhibitions: [{ id: string }] }).inhibitions;
    const uses = [
      ['query ($id: ID!) { silence(id: $id) { id } }', silenceId],
      ['mutation ($id: ID!) { endSilence(id: $id) }', silenceId],
      ['mutation ($id: ID!) { deleteInhibition(id: $id) }', ruleId],
      ['mutation ($id: ID!) { acknowledgeAlert(id: $id) { already } }', own.alertId],
      ['mutation ($id: ID!) { snoozeAlert(id: $id, durationMs: 900000) { id } }', own.alertId],
      ['query ($id: ID!) { previewMessage(input: { strategyId: $id }) { example } }', own.strategyId],
    ] as const;
    for (const [query, id] of uses) {
      const { errors } = await graphql(query, { id }, ubot.otherToken);
      expect({ query, codes: errors?.map(({ extensions }) => extensions.code) }).toEqual({
        query,
        codes: ['NOT_FOUND'],
      });
    }
    const lists = await graphql('{ silences { silences { id } } inhibitions { id } }', {}, ubot.otherToken);
    expect(lists.data).toEqual({ silences: { silences: [] }, inhibitions: [] });
  });
});

describe('a token', () => {
  test('is listed and deleted by GraphQL, which ends it at once', async () => {
    const { token: session } = await person(ubot);
    const input = { body: { name: 'A bot', scope: 'read' }, token: session };
    const made = (await ubot.call('POST', '/api/v1/tokens', input)).body as { id: string; token: string };
    expect((await graphql('{ tokens { id name scope } }', {}, made.token)).data).toEqual({
      tokens: [{ id: made.id, name: 'A bot', scope: 'read' }],
    });
    const remove = 'mutation ($id: ID!) { deleteToken(id: $id) }';
    const refused = await graphql(remove, { id: made.id }, made.token);
    expect(refused.errors?.map(({ extensions }) => extensions.code)).toEqual(['TOKEN_READ_ONLY']);
    expect(await graphql(remove, { id: made.id }, session)).toEqual({ data: { deleteToken: made.id } });
    await waitFor(async () => (await ubot.call('GET', '/api/v1/me', { token: made.token })).status === 401);
  });
});
