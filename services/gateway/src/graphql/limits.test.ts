import { buildSchema, getIntrospectionQuery, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGateway, type Harness } from '../harness.testing.ts';
import { costOf } from './cost.ts';
import { SCHEMA_TEXT } from './schema/index.ts';
import { ask, codesOf } from './testing.testing.ts';

let gw: Harness;
beforeAll(async () => {
  gw = await startGateway();
});
afterAll(() => gw.close());

const many = (count: number, write: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => write(i)).join(' ');
/** How many calls of services a query led to, besides asking whose token it is. */
const callsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const own = () => gw.world.calls.filter(({ url }) => url !== '/auth/identify').length;
  const before = own();
  await work();
  return own() - before;
};
const expectRefused = async (query: string, code: string, given: Parameters<typeof ask>[2] = {}) => {
  let answer: Awaited<ReturnType<typeof ask>> | undefined;
  const calls = await callsOf(async () => {
    answer = await ask(gw, query, given);
  });
  expect({ status: answer?.status, code: codesOf(answer!)[0], data: answer?.data, calls }).toEqual({
    status: 400,
    code,
    data: undefined,
    calls: 0,
  });
};

describe('the cost of a query', () => {
  const schema = buildSchema(SCHEMA_TEXT);
  const cost = (query: string, variables: Record<string, unknown> = {}) =>
    costOf({ schema, document: parse(query), variables, limits: { depth: 20, cost: 1e9 } });

  test.each([
    ['50 for asking a service, and 1 for each field below', '{ me { id email } }', 50 + 2],
    ['times the limit of a list', '{ coins(limit: 7) { id name } }', 50 + 7 * 2],
    ['times the default limit', '{ coins { id } }', 50 + 50],
    ['times the limit of the page above', '{ alerts(limit: 5) { alerts { id } } }', 50 + 5 * (1 + 1)],
    ['times ten where a list has no limit', '{ sources { name } }', 50 + 10],
    ['times fifty for channels', '{ channels { id name } }', 50 + 50 * 2],
    ['times the lists within lists', '{ alerts(limit: 5) { alerts { notifications { id } } } }', 50 + 5 * (1 + 1 + 10)],
    ['the limit of a list below', '{ strategy(id: "x") { alerts(limit: 3) { id } } }', 50 + 1 + 3],
    ['the number of ids', 'subscription { coinPrices(ids: [1, 2, 3]) { takenAtMs } }', 50 + 3],
    ['250 for a change', 'mutation { deleteStrategy(id: "x") }', 250],
    ['1 for a fragment', '{ me { ...A } } fragment A on User { id }', 50 + 1 + 1],
    ['a fragment each time it is spread', '{ me { ...A b: id } } fragment A on User { id email }', 50 + 1 + 2 + 1],
    ['more each time for the same name again', '{ me { id id id } }', 50 + 1 + 2 + 3],
    ['all operations of the text', 'query A { me { id } } query B { me { id } }', 2 * 51],
    ['an object as one field more', '{ strategy(id: "x") { trigger { on } } }', 50 + 1 + 1],
    ['10 for a field of the schema', '{ __schema { types { name } } }', 30],
    ['1 for the name of a type', '{ me { __typename } }', 51],
  ])('is %s', (_rule, query, wanted) => {
    expect(cost(query)).toBe(wanted);
  });

  test('takes lengths from variables and their defaults', () => {
    const query = 'query ($n: Int = 4) { coins(limit: $n) { id } }';
    expect(cost(query)).toBe(54);
    expect(cost(query, { n: 100 })).toBe(150);
    expect(cost('subscription ($ids: [Int!]!) { coinPrices(ids: $ids) { takenAtMs } }', { ids: [1, 2, 3, 4] })).toBe(
      54,
    );
  });

  test('refuses on the first field over the limit, and not on the last within it', async () => {
    const limits = { depth: 8, cost: 50 + 100 };
    const costing = (count: number) => () =>
      costOf({ schema, document: parse(`{ coins(limit: ${count}) { id } }`), variables: {}, limits });
    expect(costing(100)()).toBe(150);
    expect(costing(101)).toThrow(expect.objectContaining({ code: 'GRAPHQL_TOO_COMPLEX' }));
  });
});

describe('a query that asks for too much is refused before anything is run:', () => {
  const nested = (levels: number, inner: string): string =>
    levels === 0 ? inner : `strategy { alerts(limit: 1) { ${nested(levels - 1, inner)} } }`;

  test('nine fields deep, and eight is not', async () => {
    // alerts > alerts > strategy > alerts > strategy > alerts > strategy > id
    const deep = (levels: number) => `{ alerts(limit: 1) { alerts { ${nested(levels, 'strategy { id }')} } } }`;
    const eight = deep(2);
    expect(codesOf(await ask(gw, eight.replace('strategy { id }', '... on Alert { strategy { id } }')))).not.toContain(
      'GRAPHQL_TOO_COMPLEX',
    );
    await expectRefused(deep(3), 'GRAPHQL_TOO_COMPLEX');
    await expectRefused(deep(8), 'GRAPHQL_TOO_COMPLEX');
  });

  test.each([
    [
      'the depth lies in fragments',
      '{ a: alert(id: "x") { ...A } } fragment A on Alert { strategy { alerts { ...B } } } fragment B on Alert { strategy { alerts { strategy { alerts { strategy { alerts { id } } } } } } }',
    ],
    ['10,000 aliases', `{ me { ${many(10_000, (i) => `a${i.toString(36)}:id`)} } }`],
    ['200 aliases of a field that asks a service', `{ ${many(200, (i) => `a${i}: coin(id: 1) { id }`)} }`],
    ['the same field 1,000 times', `{ me { ${many(1_000, () => 'id')} } }`],
    ['30 changes at once', `mutation { ${many(30, (i) => `a${i}: deleteChannel(id: "${i}")`)} }`],
    ['a list of two thousand million', '{ coins(limit: 2147483647) { id } }'],
    ['lists within lists', '{ strategies(limit: 1000) { strategies { alerts(limit: 50) { id } } } }'],
    [
      'fragments that double and double',
      `{ me { ...F0 } } ${many(40, (i) => `fragment F${i} on User { ...F${i + 1} ...F${i + 1} }`)} fragment F40 on User { id }`,
    ],
    [
      'more fragments than anybody writes',
      `{ me { ${many(60, (i) => `...F${i}`)} } } ${many(60, (i) => `fragment F${i} on User { id }`)}`,
    ],
    ['brackets 40,000 deep', '{a'.repeat(40_000)],
    ['a list 40,000 deep', `{ coins(limit: ${'['.repeat(40_000)}`],
    ['depth below a name that does not exist', `{ ${'x { '.repeat(30)} id ${'} '.repeat(30)} }`],
    ['schema questions by the hundred', `{ ${many(300, (i) => `a${i}: __schema { types { name } }`)} }`],
  ])('%s', async (_what, query) => {
    await expectRefused(query, 'GRAPHQL_TOO_COMPLEX');
  });

  test('a long list by a variable', async () => {
    const query = 'query ($n: Int) { alerts(limit: $n) { alerts { id sequence priceUsd } } }';
    await expectRefused(query, 'GRAPHQL_TOO_COMPLEX', { variables: { n: 100_000 } });
    expect((await ask(gw, query, { variables: { n: 100 } })).errors).toBeUndefined();
  });

  test('a text of more than 100 KB, and a body of more than 256 KB', async () => {
    const long = await gw.call('/graphql', {
      method: 'POST',
      body: { query: `{ me { id } } ${'#'.repeat(100 * 1024)}` },
    });
    expect(long).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    const body = { query: '{ me { id } }', variables: { x: 'y'.repeat(256 * 1024) } };
    expect(await gw.call('/graphql', { method: 'POST', body })).toMatchObject({
      status: 413,
      body: { code: 'BODY_TOO_LARGE' },
    });
  });

  test('the limits are the ones that the operator has set', async () => {
    const strict = await startGateway({ UBOT_GRAPHQL_DEPTH: 2, UBOT_GRAPHQL_COST: 100 });
    try {
      expect((await ask(strict, '{ me { id } }')).errors).toBeUndefined();
      expect(codesOf(await ask(strict, '{ channels { target { kind } } }'))).toEqual(['GRAPHQL_TOO_COMPLEX']);
      expect(codesOf(await ask(strict, '{ coins(limit: 51) { id } }'))).toEqual(['GRAPHQL_TOO_COMPLEX']);
    } finally {
      await strict.close();
    }
  });
});

describe('a query that is wrong is refused with every mistake, before anything is run:', () => {
  test.each([
    ['no GraphQL', 'select * from account.users'],
    ['an end that is missing', '{ me { id }'],
    ['a field that does not exist', '{ me { id passwordHash } }'],
    ['an argument that does not exist', '{ me(admin: true) { id } }'],
    ['a number for a text', '{ coins(search: 7) { id } }'],
    ['a text for a number', '{ coin(id: "1") { id } }'],
    ['a number that is no whole one', '{ coin(id: 1.5) { id } }'],
    ['a field without what is below it', '{ me }'],
    ['a fragment that holds itself', '{ me { ...A } } fragment A on User { id ...A }'],
    ['fragments that hold each other', '{ me { ...A } } fragment A on User { ...B } fragment B on User { ...A }'],
    ['a fragment that nobody spreads', '{ me { id } } fragment A on User { id }'],
    ['a fragment that does not exist', '{ me { ...A } }'],
    ['half a surrogate pair', String.raw`{ coins(search: "\uD800") { id } }`],
    [
      '__proto__ in an input',
      'mutation { saveSettings(input: { timeZone: "UTC", defaultChannelIds: [], __proto__: 1 }) { timeZone } }',
    ],
    [
      'a field of an input that does not exist',
      'mutation { saveSettings(input: { timeZone: "UTC", defaultChannelIds: [], admin: true }) { timeZone } }',
    ],
    ['a subscription', 'subscription { alertAdded { id } }'],
    ['a fragment alone', 'fragment A on User { id }'],
    [
      'schema questions within each other',
      '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }',
    ],
    ['a document as JSON', JSON.stringify({ kind: 'Document', definitions: [] })],
  ])('%s', async (_what, query) => {
    await expectRefused(query, 'VALIDATION_FAILED');
  });

  test.each([
    ['a variable of another kind', { id: [1] }],
    ['a variable that is not given', {}],
    ['a variable that is null', { id: null }],
    ['a variable beyond 32 bits', { id: 2 ** 31 }],
  ])('%s', async (_what, variables) => {
    await expectRefused('query ($id: Int!) { coin(id: $id) { id } }', 'VALIDATION_FAILED', { variables });
  });

  test('says where, and under which id', async () => {
    const { errors } = await ask(gw, '{\n  me { id }\n  nosuch\n}');
    expect(errors).toEqual([
      {
        message: 'Cannot query field "nosuch" on type "Query".',
        locations: [{ line: 3, column: 3 }],
        extensions: { code: 'VALIDATION_FAILED', requestId: expect.any(String) },
      },
    ]);
  });
});

describe('inputs are judged by the schemas of REST', () => {
  const create = 'mutation ($input: StrategyInput!) { createStrategy(input: $input) { id } }';
  const good = { name: 'x', universe: { kind: 'all' }, timeframe: '1h', condition: 'close > 1' };

  test.each([
    ['a universe with what is of another kind', { ...good, universe: { kind: 'all', count: 3 } }],
    ['a universe of coins without coins', { ...good, universe: { kind: 'coins' } }],
    ['a coin twice', { ...good, universe: { kind: 'coins', ids: [1, 1] } }],
    ['a timeframe that there is not', { ...good, timeframe: '2h' }],
    ['an empty name', { ...good, name: '' }],
    ['null for what may be left out', { ...good, enabled: null }],
    ['an id of a channel that is none', { ...good, channelIds: ['1 or 1=1'] }],
    ['two ways to hold', { ...good, trigger: { for: { ms: 1, candles: 1 } } }],
    ['a cooldown of a year', { ...good, trigger: { cooldownMs: 365 * 86_400_000 } }],
  ])('%s', async (_what, input) => {
    const rest = await gw.call('/api/v1/strategies', { method: 'POST', body: input });
    const problem = rest.body as { code: string; detail: string; errors: unknown[] };
    expect(problem.code).toBe('VALIDATION_FAILED');
    const answer = await ask(gw, create, { variables: { input } });
    expect(answer.data).toEqual({ createStrategy: null });
    expect(answer.errors?.[0]).toMatchObject({
      message: problem.detail,
      extensions: { code: problem.code, errors: problem.errors },
    });
  });

  test.each([
    ['an id that is none', '{ strategy(id: "../me") { id } }'],
    ['a number as an id', '{ channel(id: 7) { id } }'],
    ['a page of none', '{ alerts(limit: 0) { nextBefore } }'],
    ['a page of minus one', '{ alerts(limit: -1) { nextBefore } }'],
    ['a page over the limit', '{ alerts(limit: 201) { nextBefore } }'],
    ['a position that is none', '{ alerts(before: "last") { nextBefore } }'],
    ['a coin below 1', '{ coin(id: 0) { id } }'],
    ['a list below that is too long', '{ strategies(limit: 1) { strategies { alerts(limit: 51) { id } } } }'],
    ['U+0000 by an escape of GraphQL', String.raw`{ coins(search: "\u0000") { id } }`],
    ['U+0000 in an input', String.raw`mutation { createWatchlist(input: { name: "a\u0000", coinIds: [] }) { id } }`],
  ])('%s', async (_what, query) => {
    expect(codesOf(await ask(gw, query))).toEqual(['VALIDATION_FAILED']);
  });

  test('__proto__ as a key of the body, a variable or an alias does nothing', async () => {
    const body = '{"query":"{ me { id } }","variables":{"__proto__":{"admin":true}}}';
    expect(await gw.call('/graphql', { method: 'POST', body })).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED' },
    });
    const answer = await gw.call('/graphql', {
      method: 'POST',
      body: { query: '{ __proto__: me { constructor: id } }' },
    });
    expect(JSON.stringify(answer.body)).toMatch(/^\{"data":\{"__proto__":\{"constructor":"[0-9a-f-]{36}"\}\}\}$/);
    expect(Object.getPrototypeOf({})).not.toHaveProperty('admin');
  });
});

describe('the door', () => {
  test('opens to nobody who is not signed in', async () => {
    for (const token of [null, 'nobodys-token']) {
      const answer = await gw.call('/graphql', { method: 'POST', body: { query: '{ me { id } }' }, token });
      expect(answer).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
    }
  });

  test('takes POST and JSON and nothing else', async () => {
    const get = await gw.call('/graphql?query=%7Bme%7Bid%7D%7D');
    expect(get).toMatchObject({ status: 404 });
    for (const type of [
      'application/x-www-form-urlencoded',
      'text/plain',
      'application/graphql',
      'multipart/form-data',
    ]) {
      const answer = await gw.call('/graphql', {
        method: 'POST',
        body: '{"query":"{me{id}}"}',
        headers: { 'content-type': type },
      });
      expect(answer).toMatchObject({ status: 415, body: { code: 'MEDIA_TYPE_UNSUPPORTED' } });
    }
    for (const body of [
      [{ query: '{ me { id } }' }],
      {},
      { query: '' },
      { query: 7 },
      { query: '{ me { id } }', admin: 1 },
      null,
    ]) {
      expect(await gw.call('/graphql', { method: 'POST', body })).toMatchObject({
        status: 400,
        body: { code: 'VALIDATION_FAILED' },
      });
    }
    expect((await gw.call('/graphiql')).status).toBe(404);
  });

  test('lets a cookie through only from its own site', async () => {
    const ownCookie = { cookie: 'ubot_session=my-token' };
    const call = (headers: Record<string, string>) =>
      gw.call('/graphql', {
        method: 'POST',
        token: null,
        body: { query: '{ me { id } }' },
        headers: { ...ownCookie, ...headers },
      });
    expect((await call({ origin: 'https://evil.example' })).body).toMatchObject({ code: 'CROSS_SITE' });
    expect((await call({ origin: 'http://ubot.test' })).status).toBe(200);
  });

  test('counts requests as any route does', async () => {
    const slow = await startGateway({ UBOT_REQUESTS_PER_MINUTE: 3 });
    try {
      // The first counts for the address, for nobody knows yet whose token it is.
      for (let i = 0; i < 4; i += 1) await ask(slow, '{ me { id } }');
      const answer = await slow.call('/graphql', { method: 'POST', body: { query: '{ me { id } }' } });
      expect(answer).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } });
    } finally {
      await slow.close();
    }
  });

  test('counts what is dear together with REST', async () => {
    const slow = await startGateway({ UBOT_REQUESTS_PER_MINUTE: 40 });
    try {
      const input = { universe: { kind: 'all' }, timeframe: '1h', condition: 'close > 1' };
      const preview = 'query ($input: StrategyPreviewInput!) { previewStrategy(input: $input) { coinCount } }';
      const byGraphql = async () => codesOf(await ask(slow, preview, { variables: { input } }));
      const byRest = () => slow.call('/api/v1/strategies/preview', { method: 'POST', body: input });
      // The scanner of this test answers no preview: what is asked twice a minute is asked all the same.
      expect(await byGraphql()).toEqual(['ROUTE_NOT_FOUND']);
      expect((await byRest()).body).toMatchObject({ code: 'ROUTE_NOT_FOUND' });
      expect(await byGraphql()).toEqual(['RATE_LIMITED']);
      expect((await byRest()).body).toMatchObject({ code: 'RATE_LIMITED' });
    } finally {
      await slow.close();
    }
  });

  test('shows its schema when it may, within the limits', async () => {
    const query = getIntrospectionQuery();
    const answer = await ask(gw, query);
    expect(answer.errors).toBeUndefined();
    expect(JSON.stringify(answer.data)).toContain('"alertAdded"');
    const closed = await startGateway({ UBOT_GRAPHQL_INTROSPECTION: false });
    try {
      for (const asked of [
        query,
        '{ __type(name: "User") { name } }',
        '{ me { ... on User { id } } __schema { types { name } } }',
      ]) {
        expect(codesOf(await ask(closed, asked))).toContain('VALIDATION_FAILED');
      }
      expect((await ask(closed, '{ me { __typename } }')).data).toEqual({ me: { __typename: 'User' } });
      const { errors } = await ask(closed, '{ me { emai } }');
      expect(errors?.[0]?.message).toBe('Cannot query field "emai" on type "User".');
    } finally {
      await closed.close();
    }
  });
});
