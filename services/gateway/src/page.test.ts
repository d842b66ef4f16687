import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { request } from 'node:http';
import { createHttpApp } from '@ubot/service-kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addPage } from './page.ts';
import { logger } from './services.testing.ts';

const INDEX = `<!doctype html><title>uBot</title>${' '.repeat(2_000)}`;
let folder: string;
let url: string;
let close: () => Promise<void>;

async function serve(build: string): Promise<void> {
  const app = createHttpApp({
    service: 'gateway',
    logger,
    bodyLimitBytes: 1_024,
    isReady: () => true,
    metricsRoute: false,
  } as never);
  await addPage(app, { folder: build, logger });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
  close = () => app.close();
}
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ubot-page-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'paths.json'), JSON.stringify(['/', '/coins/:id', '/account.html']));
  await writeFile(join(folder, 'index.html'), INDEX);
  await writeFile(join(folder, 'index.html.br'), brotliCompressSync(INDEX));
  await writeFile(join(folder, 'assets/app-1a2b3c4d.js'), 'export {};');
  await writeFile(join(folder, 'secret.txt'), 'not a page');
});
afterEach(async () => {
  await close();
  await rm(folder, { recursive: true, force: true });
});

const get = (path: string, headers: Record<string, string> = {}) =>
  new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    request(`${url}${path}`, { headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
      );
    })
      .on('error', reject)
      .end();
  });

describe('the dashboard', () => {
  beforeEach(() => serve(folder));

  test.each(['/', '/coins/1', '/account.html'])('is at its own address %s, asked for anew each time', async (path) => {
    const { status, headers, body } = await get(path);
    expect({ status, type: headers['content-type'], cache: headers['cache-control'] }).toEqual({
      status: 200,
      type: 'text/html; charset=utf-8',
      cache: 'no-cache',
    });
    expect(body.toString()).toBe(INDEX);
  });

  test.each(['/nosuch', '/coins', '/coins/1/x', '/index.html.br', '/paths.json', '/secret.txt', '/assets/none.js'])(
    'is not at %s',
    async (path) => expect((await get(path)).status).toBe(404),
  );

  test('goes out as it was compressed when it was built, to who takes that', async () => {
    const packed = await get('/', { 'accept-encoding': 'gzip, br' });
    expect({ encoding: packed.headers['content-encoding'], vary: packed.headers['vary'] }).toEqual({
      encoding: 'br',
      vary: 'accept-encoding',
    });
    expect(brotliDecompressSync(packed.body).toString()).toBe(INDEX);
    for (const taken of ['br;q=0', 'gzip', 'identity']) {
      const plain = await get('/', { 'accept-encoding': taken });
      expect({ taken, encoding: plain.headers['content-encoding'] }).toEqual({ taken, encoding: undefined });
      expect(plain.body.toString()).toBe(INDEX);
    }
  });

  test('an asset, whose name holds its hash, is kept for ever; unchanged files are 304', async () => {
    const asset = await get('/assets/app-1a2b3c4d.js');
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(asset.headers['content-type']).toBe('text/javascript; charset=utf-8');
    const etag = String(asset.headers['etag']);
    expect(etag).toMatch(/^W\/"[\w-]{22}"$/);
    const again = await get('/assets/app-1a2b3c4d.js', { 'if-none-match': etag });
    expect({ status: again.status, bytes: again.body.length }).toEqual({ status: 304, bytes: 0 });
  });
});

test('without a build its address says how to make one', async () => {
  await serve(join(folder, 'nosuch'));
  const { status, body } = await get('/');
  expect(status).toBe(503);
  expect(body.toString()).toContain('npm run build');
});
