import { createLogger } from '@ubot/service-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPERATOR_TOKEN, startWithRealAccounts, type RealAccounts } from './realAccounts.testing.ts';
import { sendRaw } from './rawSocket.testing.ts';

/** Everything that the gateway and user-manager log, at their most talkative. */
let real: RealAccounts;
let log = '';
beforeAll(async () => {
  const logger = createLogger({
    service: 'test',
    level: 'trace',
    destination: { write: (line: string) => void (log += line) },
  });
  real = await startWithRealAccounts({ logger });
});
afterAll(() => real.close());

interface Operation {
  requestBody?: { content: Record<string, { schema: { properties?: Record<string, { type?: string }> } }> };
}

describe('logs', () => {
  test('hold nothing of what people send: bodies, tokens, cookies, keys, queries', async () => {
    const { gw } = real;
    const secret = (what: string) => `s3cret-${what}-0123456789abcdef`;
    const { body } = await gw.call('/api/v1/openapi.json', { token: null });
    const { paths } = body as { paths: Record<string, Record<string, Operation>> };
    const headers = {
      cookie: `session=${secret('cookie')}; ubot=${secret('cookie')}`,
      'x-api-key': secret('header'),
      'idempotency-key': secret('key'),
    };
    let sent = 0;
    for (const [path, operations] of Object.entries(paths)) {
      const filled = path.replace(/\{\w+\}/g, '01900000-0000-7000-8000-00000000000a');
      for (const [name, { requestBody }] of Object.entries(operations)) {
        const properties = requestBody?.content['application/json']?.schema.properties ?? {};
        const values = Object.entries(properties).map(([field, { type }]) => [
          field,
          field === 'email' ? `${secret('email')}@example.org` : type === 'string' ? secret('body') : 1,
        ]);
        const bodies = [JSON.stringify(Object.fromEntries(values)), `{"password":"${secret('broken')}"`];
        for (const token of [null, secret('token'), OPERATOR_TOKEN]) {
          for (const given of requestBody === undefined ? [undefined] : bodies) {
            const method = name.toUpperCase();
            await gw.call(`${filled}?token=${secret('query')}`, { method, token, body: given, headers });
            await gw.call(filled, { method, token, body: given, headers });
            sent += 2;
          }
        }
      }
    }
    expect(sent).toBeGreaterThan(150);
    const address = `http://u:${secret('userinfo')}@8.8.8.8/${secret('path')}?k=${secret('hook')}`;
    const hook = { name: 'Hook', target: { kind: 'webhook', url: address } };
    const made = await gw.call('/api/v1/channels', { method: 'POST', token: OPERATOR_TOKEN, body: hook });
    expect(made.status).toBe(201);
    const { signingSecret } = made.body as { signingSecret: string };
    await sendRaw(gw.url, [`GET / HTTP/1.1\r\nauthorization : Bearer ${secret('raw')}\r\n\r\n`]);
    await sendRaw(gw.url, [
      `POST http://u:${secret('absolute')}@x/api/v1/me HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
    ]);

    // Much was logged, and none of it.
    expect(log.split('\n').length).toBeGreaterThan(sent / 2);
    const told = log.match(/.{0,200}s3cret-.{0,100}/g) ?? [];
    expect(told).toEqual([]);
    expect(log.includes(signingSecret)).toBe(false);
    expect(log.includes(OPERATOR_TOKEN)).toBe(false);
  }, 60_000);
});

describe('security headers', () => {
  const HEADERS = {
    'content-security-policy': /default-src 'none'.*frame-ancestors 'none'/,
    'x-content-type-options': /^nosniff$/,
    'x-frame-options': /^DENY$/,
    'referrer-policy': /^no-referrer$/,
    'cache-control': /no-store|no-cache/,
  };
  const request = (line: string, ...fields: string[]) =>
    `${[`${line} HTTP/1.1`, 'host: x', 'connection: close', ...fields].join('\r\n')}\r\n\r\n`;
  const auth = `authorization: Bearer ${OPERATOR_TOKEN}`;
  const json = 'content-type: application/json';

  test.each([
    ['an answer', 200, request('GET /api/v1/me', auth)],
    ['a list of strategies', 200, request('GET /api/v1/strategies', auth)],
    ['the page', 200, request('GET /')],
    ['a script', 200, request('GET /theme.js')],
    ['a head', 200, request('HEAD /', auth)],
    ['the OpenAPI document', 200, request('GET /api/v1/openapi.json')],
    ['health', 200, request('GET /health')],
    ['metrics', 200, request('GET /metrics', auth)],
    ['what has not changed', 304, request('GET /api/v1/strategies', auth, 'if-none-match: *')],
    ['a stranger', 401, request('GET /api/v1/me')],
    ['a path that is not there', 404, request('GET /nosuch')],
    ['a target that cannot be read', 400, request('GET /%zz')],
    ['a query that is not known', 400, request('GET /api/v1/me?a=1', auth)],
    ['a body that is not JSON', 400, `${request('POST /api/v1/strategies', auth, json, 'content-length: 1')}{`],
    ['a body of another kind', 415, `${request('POST /api/v1/strategies', auth, 'content-length: 1')}a`],
    ['a body too large', 413, request('POST /api/v1/strategies', auth, json, 'content-length: 99999999')],
    ['too many headers', 431, request('GET /', ...Array.from({ length: 120 }, (_, i) => `x-${i}: y`))],
    ['too large a header', 431, request('GET /', `x: ${'y'.repeat(20_000)}`)],
    [
      'a callback without a signature',
      403,
      request(
        'POST /callbacks/twilio/01900000-0000-7000-8000-00000000000a',
        'content-type: application/x-www-form-urlencoded',
        'content-length: 0',
      ),
    ],
    ['bytes that are no request', 400, 'nonsense\r\n\r\n'],
  ])('are on %s', async (_name, status, bytes) => {
    const answer = await sendRaw(real.gw.url, [bytes]);
    expect(answer.status).toBe(status);
    const missing = Object.entries(HEADERS).filter(([name, form]) => !form.test(answer.headers[name] ?? ''));
    expect(missing.map(([name]) => `${name}: ${answer.headers[name]}`)).toEqual([]);
    expect(answer.headers['server'] ?? answer.headers['x-powered-by']).toBeUndefined();
  });
});
