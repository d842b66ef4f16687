import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGateway, type Harness } from './harness.testing.ts';
import { sendRaw } from './rawSocket.testing.ts';

/** What no honest client sends, byte by byte on a real connection. */
const CLIENT = { headersMs: 600, requestMs: 900 };
let gw: Harness;
beforeAll(async () => {
  gw = await startGateway({}, {}, { times: { client: CLIENT, answerLimitMs: 5_000 } });
});
afterAll(() => gw.close());
beforeEach(() => {
  gw.world.calls.length = 0;
});

const head = (line: string, ...fields: string[]) =>
  `${[`${line} HTTP/1.1`, 'host: ubot.test', 'authorization: Bearer my-token', ...fields].join('\r\n')}\r\n\r\n`;
const post = (...fields: string[]) => head('POST /api/v1/strategies', 'content-type: application/json', ...fields);
const problem = (status: number, code: string) => expect.objectContaining({ status, code });
/** The services that were reached with a body or a change. */
const changes = () => gw.world.calls.filter(({ method, url }) => method !== 'GET' && url !== '/auth/identify');

describe('a request that never ends', () => {
  test('in its head loses its connection when its time is over, and is told why', async () => {
    const startedAt = performance.now();
    const slow = ['GET /api/v1/me HTTP/1.1\r\n', ...Array.from({ length: 40 }, (_, i) => `x-${i}: y\r\n`)];
    const answer = await sendRaw(gw.url, slow, { pauseMs: 50 });
    expect(answer.body).toEqual(problem(408, 'REQUEST_TOO_SLOW'));
    expect(answer.headers['connection']).toBe('close');
    expect(performance.now() - startedAt).toBeLessThan(2_000 + CLIENT.headersMs);
  });

  test('in its body likewise, and nothing of it reaches a service', async () => {
    const drops = Array.from({ length: 60 }, () => ' ');
    const answer = await sendRaw(gw.url, [post('content-length: 5000'), ...drops], { pauseMs: 50 });
    expect(answer.body).toEqual(problem(408, 'REQUEST_TOO_SLOW'));
    expect(changes()).toEqual([]);
  });

  test('of many clients at once keeps nobody else waiting', async () => {
    const crowd = Array.from({ length: 200 }, () => sendRaw(gw.url, [post('content-length: 9'), '{'], { pauseMs: 20 }));
    const startedAt = performance.now();
    expect((await gw.call('/api/v1/me')).status).toBe(200);
    // Far less than the crowd takes one after the other, and more than a busy machine needs.
    expect(performance.now() - startedAt).toBeLessThan(10 * CLIENT.headersMs);
    const answers = await Promise.all(crowd);
    expect(answers.filter(({ status }) => status === 200)).toEqual([]);
  });
});

describe('a head', () => {
  test.each([
    ['of more bytes than we take', [`x-long: ${'a'.repeat(20_000)}`]],
    ['of one endless name', [`${'n'.repeat(20_000)}: 1`]],
    ['of more lines than any client sends', Array.from({ length: 150 }, (_, i) => `x-${i}: y`)],
    ['of more lines than Node counts', Array.from({ length: 2_100 }, () => 'a:b')],
    ['with an endless cookie', [`cookie: ${'c=1; '.repeat(4_000)}`]],
  ])('%s is 431', async (_name, fields) => {
    const answer = await sendRaw(gw.url, [head('GET /api/v1/me', 'connection: close', ...fields)]);
    expect(answer.body).toEqual(problem(431, 'HEADERS_TOO_LARGE'));
    expect(gw.world.calls).toEqual([]);
  });

  test('with an endless address is refused', async () => {
    const answer = await sendRaw(gw.url, [head(`GET /api/v1/coins?search=${'a'.repeat(20_000)}`)]);
    expect(answer.body).toEqual(problem(431, 'HEADERS_TOO_LARGE'));
  });
});

describe('a request that two parsers would read differently', () => {
  const hidden = 'DELETE /api/v1/strategies/01900000-0000-7000-8000-00000000000a HTTP/1.1\r\nhost: x\r\n\r\n';
  test.each([
    ['a length and chunks', post('content-length: 4', 'transfer-encoding: chunked'), `0\r\n\r\n${hidden}`],
    ['chunks and a length', post('transfer-encoding: chunked', 'content-length: 4'), `0\r\n\r\n${hidden}`],
    ['two lengths', post('content-length: 0', `content-length: ${hidden.length}`), hidden],
    ['a list of lengths', post('content-length: 0, 4'), hidden],
    ['a signed length', post('content-length: +4'), hidden],
    ['a length in hexadecimal', post('content-length: 0x4'), hidden],
    ['a space before the colon', post('transfer-encoding : chunked', 'content-length: 4'), `0\r\n\r\n${hidden}`],
    ['chunks that are not last', post('transfer-encoding: chunked, identity'), `0\r\n\r\n${hidden}`],
    ['an unknown encoding', post('transfer-encoding: xchunked'), `0\r\n\r\n${hidden}`],
    ['a folded line', post('x-a: b\r\n transfer-encoding: chunked', 'content-length: 4'), `0\r\n\r\n${hidden}`],
    ['a bare line feed', `POST /api/v1/strategies HTTP/1.1\nhost: x\ncontent-length: 0\n\n`, hidden],
    ['a broken chunk size', post('transfer-encoding: chunked'), `zz\r\n\r\n${hidden}`],
    ['an overflowing chunk size', post('transfer-encoding: chunked'), `ffffffffffffffffff\r\n\r\n${hidden}`],
  ])('by %s is refused once, and what it hides is not done', async (_name, start, rest) => {
    const answer = await sendRaw(gw.url, [start + rest]);
    expect({ status: answer.status, answers: answer.answers }).toEqual({ status: 400, answers: 1 });
    expect(changes()).toEqual([]);
  });

  test('by a null byte, a line break or another character in a header is refused', async () => {
    for (const value of ['a\u0000b', 'a\rb', 'a\u0007b']) {
      const answer = await sendRaw(gw.url, [head('GET /api/v1/me', `x-a: ${value}`)]);
      expect({ value, status: answer.status }).toEqual({ value, status: 400 });
    }
  });
});

describe('a target', () => {
  const get = (target: string) => sendRaw(gw.url, [head(`GET ${target}`, 'connection: close')]);

  test('that is a whole address is read as its path, and goes nowhere else', async () => {
    expect(await get('http://169.254.169.254/api/v1/me')).toMatchObject({ status: 200 });
    expect(gw.world.calls.at(-1)).toMatchObject({ service: 'user-manager', url: '/me' });
    expect(await get('http://127.0.0.1:5432?x=1')).toMatchObject({ status: 200 });
    const id = '01900000-0000-7000-8000-0000000000aa';
    const callback = head(
      `POST http://user@evil.test/callbacks/twilio/${id}?a=1`,
      'content-type: application/x-www-form-urlencoded',
      'x-twilio-signature: right',
      'content-length: 3',
      'connection: close',
    );
    expect(await sendRaw(gw.url, [`${callback}a=b`])).toMatchObject({ status: 204 });
    expect(gw.world.calls.at(-1)).toMatchObject({ service: 'notifier', url: `/callbacks/twilio/${id}?a=1` });
  });

  test.each([
    '//evil.test/api/v1/me',
    '/api/v1/../../etc/passwd',
    '/api/v1/coins/..%2f..%2fstrategies',
    '/api/v1/strategies/%2e%2e%2fme',
    '/api/v1/coins/1%00',
    '/%00',
    '/api/v1/me%0d%0aset-cookie:x',
    '/theme.js/../../package.json',
    '/..%5c..%5cpackage.json',
    '/API/V1/ME',
  ])('%s is not there', async (target) => {
    const answer = await get(target);
    expect({ target, isRefused: answer.status === 404 || answer.status === 400 }).toEqual({ target, isRefused: true });
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(gw.world.calls).toEqual([]);
  });

  test.each(['TRACE', 'OPTIONS', 'PROPFIND', 'PATCH', 'PURGE'])('with the method %s is not there', async (method) => {
    const answer = await sendRaw(gw.url, [head(`${method} /api/v1/me`, 'connection: close')]);
    expect(answer.body).toEqual(problem(404, 'ROUTE_NOT_FOUND'));
  });

  test('to connect through us, or to speak another protocol, gets no connection', async () => {
    expect((await sendRaw(gw.url, [head('CONNECT evil.test:443')])).status).not.toBe(200);
    const upgrade = ['connection: upgrade, close', 'upgrade: h2c', 'http2-settings: AAMAAABkAAQAoAAAAAIAAAAA'];
    expect((await sendRaw(gw.url, [head('GET /api/v1/nosuch', ...upgrade)], { silenceMs: 1_500 })).status).not.toBe(
      101,
    );
  });
});

describe('bodies of another kind', () => {
  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/json-patch+json',
    'application/jsonx',
    'json',
  ])('%s are 415', async (type) => {
    const answer = await gw.call('/api/v1/strategies', {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': type },
    });
    expect(answer.body).toEqual(problem(415, 'MEDIA_TYPE_UNSUPPORTED'));
    expect(changes()).toEqual([]);
  });

  test('too large are 413 whether they say so beforehand or not', async () => {
    const large = ' '.repeat(70_000);
    const known = await sendRaw(gw.url, [post(`content-length: ${large.length}`, 'connection: close') + large]);
    expect(known.body).toEqual(problem(413, 'BODY_TOO_LARGE'));
    const chunked = post('transfer-encoding: chunked', 'connection: close');
    const unknown = await sendRaw(gw.url, [`${chunked}${large.length.toString(16)}\r\n${large}\r\n0\r\n\r\n`]);
    expect(unknown.body).toEqual(problem(413, 'BODY_TOO_LARGE'));
    expect(changes()).toEqual([]);
  });

  test('that are compressed are not unpacked, so that no small body grows into a large one', async () => {
    const answer = await gw.call('/api/v1/strategies', {
      method: 'POST',
      body: Buffer.from('1f8b08000000000000030300000000000000000000', 'hex'),
      headers: { 'content-encoding': 'gzip' },
    });
    expect(answer.status).toBe(400);
  });
});
