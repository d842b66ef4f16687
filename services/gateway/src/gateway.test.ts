import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { request } from 'node:http';
import { connect } from 'node:net';
import { waitFor } from '@ubot/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGateway, type Harness } from './harness.testing.ts';
import { photoOf, TAKEN_MS, USER_ID } from './services.testing.ts';

let gw: Harness;
beforeAll(async () => {
  gw = await startGateway();
});
afterAll(() => gw.close());
beforeEach(() => {
  gw.world.calls.length = 0;
});

const problem = (status: number, code: string) =>
  expect.objectContaining({ status, code, requestId: expect.any(String) });

describe('signing in', () => {
  test.each(['/api/v1/me', '/api/v1/photo', '/api/v1/alerts', '/api/v1/strategies', '/api/v1/sources', '/metrics'])(
    'is needed for %s, with a token that exists',
    async (path) => {
      for (const token of [null, 'no-such-token', 'x'.repeat(5_000)]) {
        const answer = await gw.call(path, { token });
        expect(answer.body).toEqual(problem(401, 'UNAUTHENTICATED'));
        expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
      }
    },
  );

  test.each(['/health', '/api/v1/openapi.json', '/', '/account', '/account.html', '/theme.js'])(
    'is not needed for %s',
    async (path) => {
      expect((await gw.call(path, { token: null })).status).toBe(200);
    },
  );

  test('passes on where it comes from, and gives the token', async () => {
    const body = { email: 'me@example.org', password: 'secret' };
    const answer = await gw.call('/api/v1/auth/sign-in', { method: 'POST', body, token: null });
    expect(answer.body).toEqual({ token: 'a-new-token', expiresAtMs: TAKEN_MS });
    expect(gw.world.calls.at(-1)).toMatchObject({
      body,
      as: 'service gateway',
      headers: { 'x-client-address': '127.0.0.1' },
    });
  });

  test('out ends the session of the very token', async () => {
    expect((await gw.call('/api/v1/auth/sign-out', { method: 'POST' })).status).toBe(204);
    expect(gw.world.calls.at(-1)).toMatchObject({
      url: '/auth/sign-out',
      headers: { 'x-session-token': 'my-token' },
      as: USER_ID,
    });
  });

  test('is looked up once in five seconds, and at once again when it is revoked', async () => {
    const lookUps = () => gw.world.calls.filter(({ url }) => url === '/auth/identify').length;
    gw.world.users.set('fresh', USER_ID);
    for (let index = 0; index < 3; index += 1) await gw.call('/api/v1/me', { token: 'fresh' });
    expect(lookUps()).toBe(1);
    gw.clock.aheadMs += 5_000;
    await gw.call('/api/v1/me', { token: 'fresh' });
    expect(lookUps()).toBe(2);
    gw.world.users.delete('fresh');
    expect((await gw.call('/api/v1/me', { token: 'fresh' })).status).toBe(200);
    await gw.bus.announce('identity', USER_ID);
    await waitFor(async () => (await gw.call('/api/v1/me', { token: 'fresh' })).status === 401, { deadlineMs: 1_000 });
    gw.clock.aheadMs = 0;
  });
});

describe('a request', () => {
  test('is passed on as its user, under its own id, with its query', async () => {
    const answer = await gw.call('/api/v1/alerts?limit=5&coinId=1');
    expect(answer.status).toBe(200);
    expect(gw.world.calls.at(-1)).toMatchObject({ service: 'notifier', url: '/alerts?limit=5&coinId=1', as: USER_ID });
  });

  test.each([
    ['an unknown query', '/api/v1/alerts?nosuch=1', 400, 'VALIDATION_FAILED'],
    ['a limit above the largest', '/api/v1/alerts?limit=201', 400, 'VALIDATION_FAILED'],
    ['a limit that is not plain', '/api/v1/alerts?limit=0x10', 400, 'VALIDATION_FAILED'],
    ['a limit given twice', '/api/v1/alerts?limit=1&limit=2', 400, 'VALIDATION_FAILED'],
    ['an id that is none', '/api/v1/strategies/abc', 400, 'VALIDATION_FAILED'],
    ['a zero character', '/api/v1/coins?search=%00', 400, 'VALIDATION_FAILED'],
    ['broken percent signs', '/api/v1/coins/%zz', 400, 'VALIDATION_FAILED'],
    ['a path that is not there', '/api/v1/nosuch', 404, 'ROUTE_NOT_FOUND'],
    ['a coin that is not there', '/api/v1/coins/2', 404, 'NOT_FOUND'],
  ])('with %s is refused with a code', async (_name, path, status, code) => {
    expect((await gw.call(path)).body).toEqual(problem(status, code));
  });

  test.each([
    ['not JSON', '{', {}, 400, 'BODY_NOT_JSON'],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), {}, 400, 'BODY_NOT_JSON'],
    ['nothing', '', {}, 400, 'VALIDATION_FAILED'],
    ['of another type', 'a=b', { 'content-type': 'text/plain' }, 415, 'MEDIA_TYPE_UNSUPPORTED'],
    ['too large', JSON.stringify('x'.repeat(64 * 1024)), {}, 413, 'BODY_TOO_LARGE'],
    ['a prototype', '{"__proto__":{}}', {}, 400, 'VALIDATION_FAILED'],
  ])('whose body is %s is refused with a code', async (_name, body, headers, status, code) => {
    const answer = await gw.call('/api/v1/strategies', { method: 'POST', body, headers });
    expect(answer.body).toEqual(problem(status, code));
  });

  test('that a service refuses brings back its code and every mistake', async () => {
    const body = { name: 'x', universe: { kind: 'all' }, timeframe: '1h', condition: '?' };
    const answer = await gw.call('/api/v1/strategies', { method: 'POST', body });
    expect(answer.body).toEqual({
      type: 'urn:ubot:error:STRATEGY_INVALID',
      title: 'The strategy has mistakes; each is listed.',
      status: 422,
      code: 'STRATEGY_INVALID',
      detail: 'condition: No.',
      requestId: expect.any(String),
      errors: [{ field: 'condition', code: 'CONDITION_SYNTAX', from: 0, to: 1, message: 'No.', hint: null }],
    });
  });

  test('of bytes that are not HTTP is answered with a problem', async () => {
    const socket = connect(Number(new URL(gw.url).port), '127.0.0.1');
    socket.write('NOT HTTP AT ALL\r\n\r\n');
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n.*"code":"VALIDATION_FAILED"/s);
  });

  test('gets strict security headers, and the page is nobody’s frame', async () => {
    const { headers } = await gw.call('/', { token: null });
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none';script-src 'self';style-src 'self';img-src 'self' data:;font-src 'self';" +
        "manifest-src 'self';worker-src 'self';connect-src 'self' ws://ubot.test;base-uri 'none';form-action 'self';frame-ancestors 'none'",
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('strict-transport-security')).toBeNull();
  });
});

describe('the photo', () => {
  const raw = (headers: Record<string, string>) =>
    new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
      request(
        `${gw.url}/api/v1/photo`,
        { headers: { authorization: 'Bearer my-token', ...headers } },
        async (answer) => {
          const chunks: Buffer[] = [];
          for await (const chunk of answer) chunks.push(chunk as Buffer);
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) });
        },
      )
        .on('error', reject)
        .end();
    });

  test.each([
    ['br', 'br, gzip', brotliDecompressSync],
    ['gzip', 'br;q=0, gzip', gunzipSync],
    [undefined, 'deflate', (body: Buffer) => body],
  ])('comes in the best encoding the client takes: %s', async (encoding, accepted, decode) => {
    const answer = await raw({ 'accept-encoding': accepted });
    expect(answer.headers['content-encoding']).toBe(encoding);
    expect(JSON.parse(decode(answer.body).toString())).toEqual(gw.world.photo);
    expect(answer.headers).toMatchObject({
      'x-ubot-source': 'demo market',
      age: String(Math.floor((Date.now() - TAKEN_MS) / 1_000)),
      'cache-control': 'private, no-cache',
    });
    const again = await raw({ 'accept-encoding': accepted, 'if-none-match': String(answer.headers['etag']) });
    expect({ status: again.status, bytes: again.body.length }).toEqual({ status: 304, bytes: 0 });
  });

  test('is served from memory, and renewed when a snapshot is announced', async () => {
    await gw.call('/api/v1/photo');
    gw.world.calls.length = 0;
    for (let index = 0; index < 20; index += 1) await gw.call('/api/v1/photo');
    expect(gw.world.calls.filter(({ url }) => url === '/photo')).toEqual([]);
    gw.world.photo = photoOf('8', 200);
    await gw.bus.announce('snapshot', '8');
    await waitFor(async () => ((await gw.call('/api/v1/photo')).body as { snapshotId: string }).snapshotId === '8', {
      deadlineMs: 2_000,
    });
  });

  test('that is not there yet is a problem that says so', async () => {
    const empty = await startGateway({}, { photo: null });
    expect((await empty.call('/api/v1/photo')).body).toEqual(problem(503, 'NO_SNAPSHOT_YET'));
    empty.world.photo = photoOf('1', 1);
    expect((await empty.call('/api/v1/photo')).status).toBe(200);
    const other = await startGateway({ MOTHER_APP_URL: 'http://127.0.0.1:1' });
    expect((await other.call('/api/v1/photo')).body).toEqual(problem(503, 'SERVICE_UNAVAILABLE'));
    await other.close();
    await empty.close();
  });
});

describe('a callback', () => {
  const id = '01900000-0000-7000-8000-0000000000aa';
  const post = (body: string, signature: string, path = `/callbacks/twilio/${id}`) =>
    gw.call(path, {
      method: 'POST',
      token: null,
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature },
    });

  test('goes on byte for byte with its signature', async () => {
    const body = 'MessageSid=SM1&MessageStatus=delivered&Odd=%F0%9F%98%80+%2B';
    expect((await post(body, 'right')).status).toBe(204);
    expect(gw.world.calls.at(-1)).toMatchObject({ url: `/callbacks/twilio/${id}`, body, as: 'service gateway' });
    expect((await post(body, 'right', `/callbacks/twilio/${id}?bodySHA256=a%2Fb`)).status).toBe(204);
    expect(gw.world.calls.at(-1)).toMatchObject({ url: `/callbacks/twilio/${id}?bodySHA256=a%2Fb` });
  });

  test('of a message that somebody wrote is answered as the notifier answers', async () => {
    const answer = await post('MessageSid=SM1&Body=HELP', 'right', '/callbacks/twilio/inbound?a=%2Fb');
    expect(answer).toMatchObject({ status: 200, body: '<Response><Message>Ünïcödé</Message></Response>' });
    expect(answer.headers.get('content-type')).toBe('text/xml; charset=utf-8');
    expect(gw.world.calls.at(-1)).toMatchObject({ url: '/callbacks/twilio/inbound?a=%2Fb', as: 'service gateway' });
    expect((await post('a=b', 'wrong', '/callbacks/twilio/inbound')).body).toEqual(
      problem(403, 'CALLBACK_SIGNATURE_INVALID'),
    );
  });

  test('with a wrong signature, too many bytes or no id is refused', async () => {
    expect((await post('a=b', 'wrong')).body).toEqual(problem(403, 'CALLBACK_SIGNATURE_INVALID'));
    expect((await post('x'.repeat(16 * 1024 + 1), 'right')).body).toEqual(problem(413, 'BODY_TOO_LARGE'));
    expect((await post('a=b', 'right', '/callbacks/twilio/1')).body).toEqual(problem(400, 'VALIDATION_FAILED'));
  });
});

describe('health', () => {
  test('is 200 only when every service is ready, and names those that are not', async () => {
    const clean = await startGateway();
    expect((await clean.call('/health', { token: null })).body).toEqual({ status: 'ready', service: 'gateway' });
    clean.world.notReady.add('scanner').add('notifier');
    clean.clock.aheadMs += 1_000;
    const answer = await clean.call('/health', { token: null });
    expect(answer.body).toEqual(
      expect.objectContaining({ status: 503, code: 'NOT_READY', errors: ['scanner', 'notifier'] }),
    );
    await clean.close();
  });
});

describe('the rate limit', () => {
  test('counts a user apart from an address, and says when to come back', async () => {
    const tight = await startGateway({ UBOT_REQUESTS_PER_MINUTE: 3 });
    const statuses = async (token: string | null, count: number) => {
      const seen: number[] = [];
      for (let index = 0; index < count; index += 1) seen.push((await tight.call('/api/v1/me', { token })).status);
      return seen;
    };
    // The first request of a token is counted by address, until it is known whose it is.
    expect(await statuses('my-token', 5)).toEqual([200, 200, 200, 200, 429]);
    expect(await statuses(null, 3)).toEqual([401, 401, 429]);
    const limited = await tight.call('/api/v1/me');
    expect(limited.body).toEqual(problem(429, 'RATE_LIMITED'));
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    await tight.close();
  });

  test('counts dear requests of each user by themselves', async () => {
    const open = await startGateway({ UBOT_REQUESTS_PER_MINUTE: 1_200 });
    const preview = () => open.call('/api/v1/strategies/preview', { method: 'POST', body: {} });
    const seen: number[] = [];
    for (let index = 0; index < 61; index += 1) seen.push((await preview()).status);
    // Counted before the body is looked at.
    expect(seen).toEqual([...Array.from({ length: 60 }, () => 400), 429]);
    expect(Number((await preview()).headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await open.call('/api/v1/me')).status).toBe(200);
    await open.close();
  });
});
