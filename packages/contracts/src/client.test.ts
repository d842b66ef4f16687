import { createServer, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, test } from 'vitest';
import { createApiClient, type ApiAnswer, type ApiCall } from './client.ts';

interface Seen {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

let server: Server;
let baseUrl: string;
let seen: Seen[] = [];
let answerWith = { status: 200, headers: {} as Record<string, string>, body: '{}' };

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method, url, headers } = request;
    seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(answerWith.status, answerWith.headers).end(answerWith.body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  seen = [];
  answerWith = { status: 200, headers: {}, body: '{}' };
});
const client = () => createApiClient({ baseUrl: `${baseUrl}/`, token: 'my-token' });

describe('a call', () => {
  test('goes to its address with its query, its body and who asks', async () => {
    answerWith.body = '{"id":"x"}';
    const strategy = {
      name: 'Above',
      universe: { kind: 'coins' as const, ids: [1] },
      timeframe: '1h' as const,
      condition: 'close > 1',
    };
    const made = await client().call('POST /api/v1/strategies', { body: strategy, idempotencyKey: 'once' });
    expect(made).toEqual({ ok: true, status: 200, value: { id: 'x' } });
    await client().call('GET /api/v1/coins/{id}/candles', {
      params: { id: 1 },
      query: { timeframe: '1h', limit: 5 },
    });
    await client().call('GET /api/v1/alerts/{id}', { params: { id: '../a b' } });
    expect(seen.map(({ method, url, body }) => ({ method, url, body }))).toEqual([
      { method: 'POST', url: '/api/v1/strategies', body: JSON.stringify(strategy) },
      { method: 'GET', url: '/api/v1/coins/1/candles?timeframe=1h&limit=5', body: '' },
      { method: 'GET', url: '/api/v1/alerts/..%2Fa%20b', body: '' },
    ]);
    expect(seen[0]?.headers).toMatchObject({
      authorization: 'Bearer my-token',
      'content-type': 'application/json',
      'idempotency-key': 'once',
    });
    expect(seen[1]?.headers['content-type']).toBeUndefined();
  });

  test('that is answered with nothing has no value', async () => {
    answerWith = { status: 204, headers: {}, body: '' };
    const gone = await client().call('DELETE /api/v1/strategies/{id}', { params: { id: 'x' } });
    expect(gone).toEqual({ ok: true, status: 204, value: undefined });
  });

  test('that is refused is a failure with its code, its places and when to come back', async () => {
    const problem = { code: 'RATE_LIMITED', detail: 'Later.', requestId: 'r-1', errors: [{ path: '/a' }] };
    answerWith = { status: 429, headers: { 'retry-after': '3' }, body: JSON.stringify(problem) };
    expect(await client().call('GET /api/v1/me', {})).toEqual({
      ok: false,
      failure: {
        code: 'RATE_LIMITED',
        status: 429,
        detail: 'Later.',
        requestId: 'r-1',
        errors: [{ path: '/a' }],
        retryAfterMs: 3_000,
      },
    });
  });

  test.each([
    ['a page of a proxy', { status: 502, headers: {}, body: '<html>Bad gateway' }],
    ['a code that is not ours', { status: 400, headers: {}, body: '{"code":"toString","detail":"x"}' }],
    ['nothing', { status: 500, headers: {}, body: '' }],
  ])('that is answered with %s is SERVICE_UNAVAILABLE', async (_name, given) => {
    answerWith = given;
    const result = await client().call('GET /api/v1/me', {});
    expect(result).toMatchObject({ ok: false, failure: { code: 'SERVICE_UNAVAILABLE' } });
  });

  test('to nobody, or to somebody who does not answer, is SERVICE_UNAVAILABLE', async () => {
    const nobody = createApiClient({ baseUrl: 'http://127.0.0.1:1' });
    expect(await nobody.call('GET /api/v1/me', {})).toMatchObject({
      failure: { code: 'SERVICE_UNAVAILABLE', status: 0 },
    });
    const never: typeof fetch = (_url, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
      });
    const late = createApiClient({ baseUrl, fetch: never, timeoutMs: 20 });
    expect(await late.call('GET /api/v1/me', {})).toMatchObject({
      failure: { code: 'SERVICE_UNAVAILABLE', detail: 'uBot did not answer in time.' },
    });
  });
});

describe('types', () => {
  test('say what each route takes and answers', () => {
    expectTypeOf<ApiAnswer<'GET /api/v1/alerts'>['nextBefore']>().toEqualTypeOf<string | null>();
    expectTypeOf<ApiAnswer<'DELETE /api/v1/strategies/{id}'>>().toEqualTypeOf<undefined>();
    expectTypeOf<ApiCall<'GET /api/v1/alerts/{id}'>['params']>().toEqualTypeOf<{ id: string }>();
    // @ts-expect-error: this route takes no body
    const wrong: ApiCall<'GET /api/v1/me'> = { body: {} };
    // @ts-expect-error: the path's value is missing
    const missing: ApiCall<'GET /api/v1/alerts/{id}'> = {};
    // @ts-expect-error: there is no such route
    const noRoute: Parameters<ReturnType<typeof createApiClient>['call']>[0] = 'GET /api/v1/nosuch';
    expect([wrong, missing, noRoute]).toHaveLength(3);
  });
});
