import { once } from 'node:events';
import { addTestUser, waitFor } from '@ubot/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startGateway, type Harness } from '../harness.testing.ts';
import { startWithRealAccounts } from '../realAccounts.testing.ts';
import { alertOf, OTHER_ID, photoOf, TAKEN_MS } from '../services.testing.ts';
import { PROTOCOL } from './protocol.ts';
import { createSlot } from './slot.ts';
import { SUBSCRIPTIONS } from './socket.ts';

const LONG = { deadlineMs: 10_000 };

interface Client {
  socket: WebSocket;
  messages: Record<string, unknown>[];
  closed: Promise<{ code: number; reason: string }>;
  send(message: unknown): void;
  subscribe(id: string, query: string, variables?: unknown): void;
  /** The payloads of one subscription so far. */
  events(id: string): unknown[];
  until(count: number): Promise<Record<string, unknown>[]>;
}

let gw: Harness;
const sockets: WebSocket[] = [];
beforeEach(async () => {
  gw = await startGateway();
  await gw.call('/api/v1/photo');
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await gw.close();
});

async function connect(
  options: { url?: string; protocol?: string; headers?: Record<string, string> } = {},
): Promise<Client> {
  const { url = gw.url, protocol = PROTOCOL, headers = {} } = options;
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, [protocol], { headers });
  sockets.push(socket);
  const messages: Record<string, unknown>[] = [];
  socket.on('message', (data) => messages.push(JSON.parse(data.toString())));
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  await once(socket, 'open');
  const client: Client = {
    socket,
    messages,
    closed,
    send: (message) => socket.send(JSON.stringify(message)),
    subscribe: (id, query, variables) => client.send({ type: 'subscribe', id, payload: { query, variables } }),
    events: (id) => messages.filter((one) => one['type'] === 'next' && one['id'] === id).map(({ payload }) => payload),
    until: async (count) => {
      await waitFor(() => messages.length >= count, { ...LONG, what: `${count} messages` });
      return messages;
    },
  };
  return client;
}

async function open(token = 'my-token', url?: string): Promise<Client> {
  const client = await connect(url === undefined ? {} : { url });
  client.send({ type: 'connection_init', payload: { token } });
  expect(await client.until(1)).toEqual([{ type: 'connection_ack' }]);
  return client;
}

const raise = async (...alerts: ReturnType<typeof alertOf>[]) => {
  gw.world.alerts.push(...alerts);
  await gw.bus.announce('alert', alerts.at(-1)?.sequence ?? '');
};
const ALERTS = 'subscription ($after: String) { alertAdded(after: $after) { sequence } }';
const sequencesOf = (client: Client, id: string) =>
  client
    .events(id)
    .map((payload) => (payload as { data: { alertAdded: { sequence: string } } }).data.alertAdded.sequence);
const PRICES =
  'subscription ($ids: [Int!]!) { coinPrices(ids: $ids) { snapshotId takenAtMs tickers { id priceUsd } } }';
const priceOf = (snapshotId: string, priceUsd: number) => ({
  data: { coinPrices: { snapshotId, takenAtMs: TAKEN_MS, tickers: [{ id: 1, priceUsd }] } },
});
const show = async (snapshotId: string, priceUsd: number) => {
  gw.world.photo = photoOf(snapshotId, priceUsd);
  await gw.bus.announce('snapshot', snapshotId);
};

describe('signing in', () => {
  test.each([
    ['a token', { payload: { token: 'my-token' } }],
    ['a header as clients of GraphQL send it', { payload: { authorization: 'Bearer my-token' } }],
  ])('takes %s in connection_init', async (_what, init) => {
    const client = await connect();
    client.send({ type: 'connection_init', ...init });
    expect(await client.until(1)).toEqual([{ type: 'connection_ack' }]);
  });

  test('takes the header of the request', async () => {
    const client = await connect({ headers: { authorization: 'Bearer my-token' } });
    client.send({ type: 'connection_init' });
    expect(await client.until(1)).toEqual([{ type: 'connection_ack' }]);
  });

  test.each([
    ['no token', [{ type: 'connection_init' }], 4403],
    ['a wrong token', [{ type: 'connection_init', payload: { token: 'nobodys' } }], 4403],
    ['a subscription first', [{ type: 'subscribe', id: 'a', payload: { query: ALERTS } }], 4401],
    ['no message of the protocol', [{ type: 'sign_in', token: 'my-token' }], 4400],
    ['a field too many', [{ type: 'ping', admin: true }], 4400],
    ['connection_init twice', [0, 1].map(() => ({ type: 'connection_init', payload: { token: 'my-token' } })), 4429],
  ])('ends with %s', async (_what, messages, code) => {
    const client = await connect();
    for (const message of messages) client.send(message);
    expect(await client.closed).toMatchObject({ code });
  });

  test('ends for what is not JSON, for bytes, for another protocol, and for what is too large', async () => {
    const [text, bytes, large] = [await connect(), await connect(), await open()];
    text.socket.send('{');
    bytes.socket.send(Buffer.from('{"type":"ping"}'));
    large.subscribe('a', `${ALERTS} ${'#'.repeat(17 * 1024)}`);
    expect((await text.closed).code).toBe(4400);
    expect((await bytes.closed).code).toBe(4400);
    expect((await large.closed).code).toBe(1009);
    expect((await (await connect({ protocol: 'graphql-ws' })).closed).code).toBe(4406);
  });

  test('is refused to the page of another site that brings a cookie along', async () => {
    const socket = new WebSocket(`${gw.url.replace('http', 'ws')}/graphql`, [PROTOCOL], {
      headers: { cookie: 'ubot_session=my-token', origin: 'https://evil.example' },
    });
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toContain('403');
  });

  test('ends at once when the session does, against the real user-manager', async () => {
    const real = await startWithRealAccounts();
    try {
      const user = await addTestUser(real.databaseUrl);
      const client = await open(user.token, real.gw.url);
      client.subscribe('a', ALERTS);
      await real.query(`delete from account.tokens where user_id = '${user.id}'`);
      await real.query(`select pg_notify('ubot_identity', '${user.id}')`);
      expect(await client.closed).toMatchObject({ code: 4401 });
    } finally {
      await real.close();
    }
  });
});

describe('alertAdded', () => {
  test("brings my alerts from now on, each once and in order, and nobody else's", async () => {
    gw.world.alerts = [alertOf(1), alertOf(2, OTHER_ID)];
    const [mine, others] = [await open(), await open('other-token')];
    for (const client of [mine, others]) client.subscribe('a', ALERTS);
    const started = () => gw.world.calls.filter(({ url }) => url.startsWith('/alerts-after?sequence=')).length;
    await waitFor(() => started() >= 2, LONG);
    await raise(alertOf(3), alertOf(4, OTHER_ID), alertOf(5));
    await raise(alertOf(6));
    await waitFor(() => sequencesOf(mine, 'a').length >= 3 && sequencesOf(others, 'a').length >= 1, LONG);
    expect([mine, others].map((client) => sequencesOf(client, 'a'))).toEqual([['3', '5', '6'], ['4']]);
  });

  test('resumes after the last one that was received, through more than a page', async () => {
    gw.world.alerts = Array.from({ length: 250 }, (_, index) => alertOf(index + 1));
    const client = await open();
    client.subscribe('a', ALERTS, { after: '17' });
    await waitFor(() => sequencesOf(client, 'a').length >= 233, LONG);
    expect(sequencesOf(client, 'a')).toEqual(Array.from({ length: 233 }, (_, index) => String(index + 18)));
  });

  test('has what a query has, down to the things that hang on it', async () => {
    gw.world.alerts = [alertOf(1)];
    const client = await open();
    client.subscribe(
      'a',
      'subscription { alertAdded(after: "0") { coin { symbol ticker { priceUsd } } notifications { id } } }',
    );
    await client.until(2);
    expect(client.events('a')).toEqual([
      { data: { alertAdded: { coin: { symbol: 'BTC', ticker: { priceUsd: 100 } }, notifications: [] } } },
    ]);
  });

  test('waits in the ledger for a reader that does not read, and loses none', async () => {
    const client = await open();
    client.subscribe('a', ALERTS, { after: '0' });
    client.socket.pause();
    await raise(...Array.from({ length: 300 }, (_, index) => alertOf(index + 1)));
    client.socket.resume();
    await waitFor(() => sequencesOf(client, 'a').length >= 300, LONG);
    expect(new Set(sequencesOf(client, 'a')).size).toBe(300);
  });
});

describe('coinPrices', () => {
  test('brings the prices now, and again with each snapshot, of the coins that were asked for', async () => {
    const client = await open();
    client.subscribe('p', PRICES, { ids: [99, 1] });
    await client.until(2);
    await show('8', 200);
    await client.until(3);
    expect(client.events('p')).toEqual([priceOf('7', 100), priceOf('8', 200)]);
  });

  test('ends for one subscription with complete, and goes on for the other', async () => {
    const client = await open();
    for (const id of ['p', 'q']) client.subscribe(id, PRICES, { ids: [1] });
    await client.until(3);
    client.send({ type: 'complete', id: 'p' });
    client.send({ type: 'ping' });
    await waitFor(() => client.messages.some(({ type }) => type === 'pong'), LONG);
    await show('8', 200);
    await waitFor(() => client.events('q').length === 2, LONG);
    expect(client.events('p')).toEqual([priceOf('7', 100)]);
    client.subscribe('p', PRICES, { ids: [1] });
    await waitFor(() => client.events('p').length === 2, LONG);
    expect(client.events('p')[1]).toEqual(priceOf('8', 200));
  });
});

describe('a subscription is refused, and the connection goes on,', () => {
  const deep = `{ alertAdded { strategy { ${'alerts { strategy { '.repeat(4)} id ${'} } '.repeat(4)} } } }`;
  test.each([
    ['for what is not GraphQL', 'subscription {', undefined, 'VALIDATION_FAILED'],
    ['for a query', '{ me { id } }', undefined, 'VALIDATION_FAILED'],
    ['for a change', 'mutation { deleteChannel(id: "x") }', undefined, 'VALIDATION_FAILED'],
    ['for a field that does not exist', 'subscription { alertAdded { secret } }', undefined, 'VALIDATION_FAILED'],
    ['for a variable of another kind', PRICES, { ids: 'all' }, 'VALIDATION_FAILED'],
    ['without ids', PRICES, { ids: [] }, 'VALIDATION_FAILED'],
    ['with an id twice', PRICES, { ids: [1, 1] }, 'VALIDATION_FAILED'],
    ['for a position that is none', ALERTS, { after: 'last' }, 'VALIDATION_FAILED'],
    ['when it is too deep', `subscription ${deep}`, undefined, 'GRAPHQL_TOO_COMPLEX'],
    ['for too many ids', PRICES, { ids: Array.from({ length: 2_500 }, (_, id) => id + 1) }, 'GRAPHQL_TOO_COMPLEX'],
  ])('%s', async (_what, query, variables, code) => {
    const client = await open();
    client.subscribe('x', query, variables);
    expect((await client.until(2))[1]).toMatchObject({
      type: 'error',
      id: 'x',
      payload: [{ message: expect.any(String), extensions: { code, requestId: expect.any(String) } }],
    });
    client.subscribe('x', PRICES, { ids: [1] });
    await client.until(3);
    expect(client.events('x')).toEqual([priceOf('7', 100)]);
  });

  test('beyond so many at once', async () => {
    const client = await open();
    for (let i = 0; i <= SUBSCRIPTIONS; i += 1) client.subscribe(`s${i}`, PRICES, { ids: [1] });
    await client.until(2 + SUBSCRIPTIONS);
    expect(client.messages.filter(({ type }) => type === 'error')).toEqual([
      expect.objectContaining({
        id: `s${SUBSCRIPTIONS}`,
        payload: [expect.objectContaining({ extensions: expect.objectContaining({ code: 'LIMIT_REACHED' }) })],
      }),
    ]);
  });
});

describe('a connection', () => {
  test('ends when an id is taken, and when messages come too fast', async () => {
    const [twice, fast] = [await open(), await open()];
    for (let i = 0; i < 2; i += 1) twice.subscribe('a', ALERTS);
    expect(await twice.closed).toMatchObject({ code: 4409 });
    for (let i = 0; i < 100; i += 1) fast.send({ type: 'ping' });
    expect(await fast.closed).toMatchObject({ code: 4429 });
  });

  test('is told when the server goes away', async () => {
    const client = await open();
    client.subscribe('a', ALERTS);
    void gw.gateway.close();
    expect(await client.closed).toMatchObject({ code: 1001 });
  });
});

describe('the slot between a stream and its reader', () => {
  test('gives a slow reader the newest, and holds no more than that', async () => {
    const slot = createSlot<number>(() => {});
    for (let i = 1; i <= 1_000; i += 1) void slot.offer(i);
    expect(await slot.next()).toEqual({ done: false, value: 1_000 });
    for (let i = 1_001; i <= 2_000; i += 1) void slot.offer(i);
    expect(await slot.next()).toEqual({ done: false, value: 2_000 });
  });

  test('tells who offers when the reader has come back for more', async () => {
    const slot = createSlot<number>(() => {});
    let isTaken = false;
    const taken = slot.offer(1).then(() => {
      isTaken = true;
    });
    await slot.next();
    await Promise.resolve();
    expect(isTaken).toBe(false);
    const next = slot.next();
    await taken;
    void slot.offer(2);
    expect(await next).toEqual({ done: false, value: 2 });
  });

  test('lets everybody go when the reader leaves, once', async () => {
    let ends = 0;
    const slot = createSlot<number>(() => {
      ends += 1;
    });
    const waiting = slot.next();
    await slot.return?.();
    await slot.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    await slot.offer(1);
    expect(await slot.next()).toEqual({ done: true, value: undefined });
    expect(ends).toBe(1);
  });
});
