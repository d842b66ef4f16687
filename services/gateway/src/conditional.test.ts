import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGateway, type Harness } from './harness.testing.ts';
import { alertOf } from './services.testing.ts';

let gw: Harness;
beforeAll(async () => {
  gw = await startGateway({}, { alerts: Array.from({ length: 20 }, (_, i) => alertOf(i + 1)) });
});
afterAll(() => gw.close());

/** `fetch` unpacks answers by itself; this shows them as they went over the wire. */
function get(path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    request(`${gw.url}${path}`, { headers: { authorization: 'Bearer my-token', ...headers } }, async (answer) => {
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk as Buffer);
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) });
    })
      .on('error', reject)
      .end();
  });
}

describe('a GET that was answered before', () => {
  test.each([
    '/api/v1/alerts',
    '/api/v1/strategies',
    '/api/v1/me',
    '/api/v1/openapi.json',
    '/api/v1/photo',
    '/theme.js',
  ])('of %s is 304 and empty while nothing has changed', async (path) => {
    const first = await get(path);
    expect(first.status).toBe(200);
    const etag = String(first.headers['etag']);
    expect(etag).toMatch(/^(W\/)?"[\w-]+"$/);
    expect(first.headers['cache-control']).not.toContain('no-store');
    for (const tag of [etag, `"other", ${etag}`, '*']) {
      const again = await get(path, { 'if-none-match': tag });
      expect({ path, status: again.status, bytes: again.body.length }).toEqual({ path, status: 304, bytes: 0 });
      expect(again.headers['etag']).toBe(etag);
    }
    expect((await get(path, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  test('is 200 with another tag once something has', async () => {
    const before = await get('/api/v1/alerts');
    gw.world.alerts.push(alertOf(21));
    const after = await get('/api/v1/alerts', { 'if-none-match': String(before.headers['etag']) });
    expect(after.status).toBe(200);
    expect(after.headers['etag']).not.toBe(before.headers['etag']);
  });

  test('has the same tag however it is packed, and none when it is a refusal', async () => {
    const tags = await Promise.all(
      ['br', 'gzip', 'identity'].map(async (coding) => {
        const answer = await get('/api/v1/alerts', { 'accept-encoding': coding });
        return answer.headers['etag'];
      }),
    );
    expect(new Set(tags).size).toBe(1);
    expect((await get('/api/v1/nosuch')).headers['etag']).toBeUndefined();
  });
});

describe('an answer', () => {
  test.each([
    ['br', 'gzip, deflate, br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    [undefined, 'identity', (body: Buffer) => body],
    [undefined, '', (body: Buffer) => body],
  ])('of more than a kilobyte goes out as %s to who takes it', async (coding, accepted, unpack) => {
    const plain = await get('/api/v1/alerts');
    const answer = await get('/api/v1/alerts', { 'accept-encoding': accepted });
    expect(answer.headers['content-encoding']).toBe(coding);
    expect(unpack(answer.body).toString()).toBe(plain.body.toString());
    expect(String(answer.headers['vary'])).toMatch(/accept-encoding/i);
    expect(answer.body.length < plain.body.length / 2).toBe(coding !== undefined);
  });

  test('that is small goes out as it is, and the photo is packed only once', async () => {
    expect((await get('/api/v1/me', { 'accept-encoding': 'br' })).headers['content-encoding']).toBeUndefined();
    const photo = await get('/api/v1/photo', { 'accept-encoding': 'br' });
    expect(JSON.parse(brotliDecompressSync(photo.body).toString())).toEqual(gw.world.photo);
  });
});
