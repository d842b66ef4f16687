import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { HttpApp } from '@ubot/service-kit';
import { matchesEtag } from './photoRoute.ts';

// From src as well as from dist.
const FOLDER = new URL('../public/', import.meta.url);

const FILES = [
  { path: '/', file: 'index.html', type: 'text/html; charset=utf-8' },
  { path: '/account.html', file: 'account.html', type: 'text/html; charset=utf-8' },
  { path: '/account.js', file: 'account.js', type: 'text/javascript; charset=utf-8' },
  { path: '/app.js', file: 'app.js', type: 'text/javascript; charset=utf-8' },
  { path: '/style.css', file: 'style.css', type: 'text/css; charset=utf-8' },
] as const;

/** The pages at `/` and `/account.html`: a few files, read once. */
export async function addPage(app: HttpApp): Promise<void> {
  for (const { path, file, type } of FILES) {
    const body = await readFile(fileURLToPath(new URL(file, FOLDER)));
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    app.get(path, { config: { open: true }, schema: { hide: true } }, async (request, reply) => {
      reply.headers({ etag, 'cache-control': 'no-cache' });
      if (matchesEtag(request.headers['if-none-match'], etag)) return reply.status(304).send();
      return reply.type(type).send(body);
    });
  }
}
