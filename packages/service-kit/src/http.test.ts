import { connect } from 'node:net';
import { UbotError } from '@ubot/contracts';
import { Type } from 'typebox';
import { afterEach, describe, expect, test } from 'vitest';
import { createServiceClient, unwrap, type ServiceClient } from './client.ts';
import { createHttpApp, listenOn, requireService, requireUser, type HttpAppOptions } from './http.ts';
import type { HttpApp } from './httpApp.ts';
import { createLogger } from './logger.ts';
import { createInternalTokens, type CallIdentity } from './tokens.ts';

const SECRET = 'thirty-two characters of a secret!!';
const strict = { additionalProperties: false } as const;
const user: CallIdentity = { kind: 'user', userId: 'u-1', role: 'user' };

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

interface Started {
  url: string;
  lines: Record<string, unknown>[];
  client: ServiceClient;
  clock: { nowMs: number };
}

async function start(addRoutes: (app: HttpApp) => void, overrides: Partial<HttpAppOptions> = {}): Promise<Started> {
  const lines: Record<string, unknown>[] = [];
  const clock = { nowMs: Date.UTC(2026, 0, 1) };
  const tokens = createInternalTokens({ secret: SECRET, nowMs: () => clock.nowMs });
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const logger = createLogger({ service: 'test', level: 'debug', destination });
  const app = createHttpApp({
    service: 'test',
    logger,
    bodyLimitBytes: 1_024,
    tokens,
    isReady: () => true,
    ...overrides,
  });
  addRoutes(app);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  stops.push(() => app.close());
  return { url, lines, clock, client: createServiceClient({ baseUrl: url, tokens, as: 'gateway', timeoutMs: 500 }) };
}

const withBody = (app: HttpApp): void => {
  const schema = {
    body: Type.Object({ count: Type.Integer(), text: Type.Optional(Type.String()) }, strict),
    querystring: Type.Object({ page: Type.Optional(Type.Integer()), on: Type.Optional(Type.Boolean()) }, strict),
  };
  app.post('/things', { schema }, async ({ body, query }) => ({ body, query }));
};

describe('bodies and queries', () => {
  test('are taken as they are; only queries are read from text', async () => {
    const { client } = await start(withBody);
    const body = { count: 7 };
    const answer = await client.request({ method: 'POST', path: '/things', query: { page: 2, on: true }, body });
    expect(answer).toEqual({ ok: true, value: { body, query: { page: 2, on: true } } });
  });

  test.each([
    ['a number as text', { count: '7' }, {}],
    ['a field that is not there', { count: 7, other: 1 }, {}],
    ['text with U+0000', { count: 7, text: 'a\u0000' }, {}],
    ['half a surrogate pair', { count: 7, text: '\udc00' }, {}],
    ['a key that is half a pair', { count: 7, ['\ud800']: 1 }, {}],
    ['a query number in another spelling', { count: 7 }, { page: '1e1' }],
    ['a query yes in another spelling', { count: 7 }, { on: 'yes' }],
    ['U+0000 in a query', { count: 7 }, { page: '\u0000' }],
    ['no body', undefined, {}],
  ])('are refused with %s', async (_name, body, query) => {
    const { client } = await start(withBody);
    const answer = await client.request({ method: 'POST', path: '/things', query, body });
    expect(answer).toMatchObject({ ok: false, failure: { code: 'VALIDATION_FAILED' } });
  });

  test('over the limit, not JSON or of another type have codes of their own', async () => {
    const { client } = await start(withBody);
    const post = (body: unknown, type = 'application/json') =>
      client.request({ method: 'POST', path: '/things', body, headers: { 'content-type': type } });
    expect(await post(`"${'x'.repeat(1_024)}"`)).toMatchObject({ failure: { code: 'BODY_TOO_LARGE' } });
    expect(await post('{"count":')).toMatchObject({ failure: { code: 'BODY_NOT_JSON' } });
    expect(await post(Buffer.from([0x22, 0xc3, 0x28, 0x22]))).toMatchObject({ failure: { code: 'BODY_NOT_JSON' } });
    expect(await post('count=7', 'text/plain')).toMatchObject({ failure: { code: 'MEDIA_TYPE_UNSUPPORTED' } });
  });
});

describe('failures', () => {
  test('that are thrown keep their code, their particulars and when to come back', async () => {
    const { client } = await start((app) => {
      app.get('/busy', async () => {
        throw new UbotError('QUEUE_FULL', 'Full.', { retryAfterMs: 1_500, particulars: { errors: [{ a: 1 }] } });
      });
    });
    const answer = await client.request({ method: 'GET', path: '/busy' });
    const failure = { code: 'QUEUE_FULL', detail: 'Full.', retryAfterMs: 2_000, errors: [{ a: 1 }] };
    expect(answer).toEqual({ ok: false, failure });
    expect(() => unwrap(answer)).toThrow(
      expect.objectContaining({ code: 'QUEUE_FULL', message: 'Full.', retryAfterMs: 2_000 }),
    );
  });

  test('that are bugs say nothing of the inside to the caller, and everything to the log', async () => {
    const { client, lines } = await start((app) => {
      app.get('/bug', async () => {
        throw new Error('cannot reach postgres://me:hunter2@db/x');
      });
    });
    const { value } = (await client.requestRaw({ method: 'GET', path: '/bug' })) as {
      value: { status: number; body: Buffer };
    };
    const body = JSON.parse(value.body.toString()) as Record<string, unknown>;
    expect(body).toEqual({
      type: 'urn:ubot:error:INTERNAL',
      title: 'Something went wrong on our side; it has been logged.',
      status: 500,
      code: 'INTERNAL',
      detail: 'Something went wrong on our side; it has been logged.',
      requestId: expect.any(String),
    });
    const logged = lines.find(({ event }) => event === 'http.failed');
    expect(logged).toMatchObject({
      requestId: body['requestId'],
      error: { message: 'cannot reach postgres://[redacted]@db/x' },
    });
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  test('of the service’s own libraries are named by mapError', async () => {
    const { client } = await start(
      (app) => {
        app.get('/db', async () => {
          throw new Error('gone');
        });
      },
      { mapError: () => new UbotError('DATABASE_UNAVAILABLE') },
    );
    expect(await client.request({ method: 'GET', path: '/db' })).toMatchObject({
      failure: { code: 'DATABASE_UNAVAILABLE' },
    });
  });

  test('of the road are SERVICE_UNAVAILABLE: nobody there, too slow, not JSON, out of shape', async () => {
    const { client, clock } = await start((app) => {
      app.get('/slow', () => new Promise(() => {}));
      app.get('/text', async () => 'not json');
      app.get('/other', async () => ({ count: 'many' }));
    });
    const tokens = createInternalTokens({ secret: SECRET, nowMs: () => clock.nowMs });
    const nobody = createServiceClient({ baseUrl: 'http://127.0.0.1:1', tokens, as: 'gateway' });
    const answer = Type.Object({ count: Type.Integer() });
    const unavailable = { ok: false, failure: { code: 'SERVICE_UNAVAILABLE' } };
    expect(await nobody.request({ method: 'GET', path: '/' })).toMatchObject(unavailable);
    expect(await client.request({ method: 'GET', path: '/slow', timeoutMs: 50 })).toMatchObject(unavailable);
    expect(await client.request({ method: 'GET', path: '/text' })).toMatchObject(unavailable);
    expect(await client.request({ method: 'GET', path: '/other', answer })).toMatchObject(unavailable);
  });
});

describe('internal tokens', () => {
  const whoami = (app: HttpApp): void => {
    app.get('/whoami', async (request) => ({ identity: request.identity }));
    app.get('/for-users', async (request) => requireUser(request));
    app.get('/for-services', async (request) => ({ service: requireService(request) }));
    app.get('/open', { config: { open: true } }, async () => ({ open: true }));
  };

  test('say who calls: a user, or a service in its own name', async () => {
    const { client } = await start(whoami);
    const ask = (path: string, identity?: CallIdentity) =>
      client.request({ method: 'GET', path, ...(identity !== undefined && { identity }) });
    expect(await ask('/whoami', user)).toEqual({ ok: true, value: { identity: user } });
    expect(await ask('/whoami')).toEqual({ ok: true, value: { identity: { kind: 'service', service: 'gateway' } } });
    expect(await ask('/for-users')).toMatchObject({ failure: { code: 'FORBIDDEN' } });
    expect(await ask('/for-services', user)).toMatchObject({ failure: { code: 'FORBIDDEN' } });
    expect(await ask('/for-services')).toEqual({ ok: true, value: { service: 'gateway' } });
  });

  test('are needed wherever a route is not open', async () => {
    const { url } = await start(whoami);
    const statusOf = async (path: string, authorization?: string) =>
      (await fetch(`${url}${path}`, { headers: authorization === undefined ? {} : { authorization } })).status;
    expect(await statusOf('/open')).toBe(200);
    expect(await statusOf('/health')).toBe(200);
    expect(await statusOf('/whoami')).toBe(401);
    expect(await statusOf('/whoami', 'Bearer nonsense')).toBe(401);
    expect(await statusOf('/nosuch')).toBe(404);
  });

  test('end after a minute, and five seconds for clocks that differ', async () => {
    const clock = { nowMs: Date.UTC(2026, 0, 1) };
    const tokens = createInternalTokens({ secret: SECRET, nowMs: () => clock.nowMs });
    const token = await tokens.issue(user);
    clock.nowMs += 64_000;
    expect(await tokens.verify(token)).toEqual({ ok: true, value: user });
    clock.nowMs += 1_000;
    expect(await tokens.verify(token)).toMatchObject({ ok: false, failure: { code: 'UNAUTHENTICATED' } });
  });

  test('of another secret, another algorithm or another audience are refused', async () => {
    const nowMs = () => Date.UTC(2026, 0, 1);
    const tokens = createInternalTokens({ secret: SECRET, nowMs });
    const foreign = await createInternalTokens({ secret: 'another secret of enough length', nowMs }).issue(user);
    const own = await tokens.issue(user);
    const [, payload, signature] = own.split('.');
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    const raised = `${own.split('.')[0]}.${Buffer.from(
      Buffer.from(payload ?? '', 'base64url')
        .toString()
        .replace('"user"', '"service"'),
    ).toString('base64url')}.${signature}`;
    for (const token of [foreign, none, raised, '', 'a.b.c']) {
      expect(await tokens.verify(token)).toMatchObject({ ok: false, failure: { code: 'UNAUTHENTICATED' } });
    }
    expect(() => createInternalTokens({ secret: 'short', nowMs })).toThrow('UBOT_INTERNAL_SECRET');
  });
});

describe('health, metrics and closing', () => {
  test('health names what is waited for', async () => {
    const { url } = await start(() => {}, { isReady: () => ['database', 'bus'] });
    const answer = await fetch(`${url}/health`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'NOT_READY', errors: ['database', 'bus'] });
  });

  test('metrics count requests by route, not by address', async () => {
    const { url, client } = await start((app) => {
      app.get('/things/:id', async () => ({}));
    });
    await client.request({ method: 'GET', path: '/things/1' });
    await client.request({ method: 'GET', path: '/things/2' });
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toContain(
      'ubot_http_request_seconds_count{service="test",method="GET",route="/things/:id",status="200"} 2',
    );
  });

  test('closing does not wait for a connection that nobody uses', async () => {
    const { url } = await start(() => {});
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const startedAt = performance.now();
    await stops.pop()?.();
    expect(performance.now() - startedAt).toBeLessThan(4_500);
    socket.destroy();
  });
});

describe('listening', () => {
  const silent = createLogger({ service: 'test', level: 'silent' });
  const app = () => createHttpApp({ service: 'test', logger: silent, bodyLimitBytes: 1_000, isReady: () => true });

  test('on a port that is taken is refused with one sentence that names the variable', async () => {
    const first = app();
    const second = app();
    const at = { host: '127.0.0.1', portVariable: 'UBOT_PORT', hostVariable: 'UBOT_HOST' };
    const url = await listenOn(first, { ...at, port: 0 });
    const port = Number(new URL(url).port);
    await expect(listenOn(second, { ...at, port })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: `UBOT_PORT names port ${port}, which something else on 127.0.0.1 uses; set another.`,
    });
    await first.close();
    await second.close();
  });

  test('on an address of another machine is refused likewise', async () => {
    const at = { host: '192.0.2.77', port: 0, portVariable: 'UBOT_PORT', hostVariable: 'UBOT_HOST' };
    await expect(listenOn(app(), at)).rejects.toMatchObject({
      message: 'UBOT_HOST names 192.0.2.77, which is not an address of this machine.',
    });
  });
});
