import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HttpApp, Logger } from '@ubot/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { matchesEtag, pickEncoding } from './photoRoute.ts';

/** What `npm run build` makes of web/; from src as well as from dist. */
export const BUILT_PAGE = fileURLToPath(new URL('../../../web/dist/', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};
const ENCODINGS = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
] as const;
const ETAG_CHARS = 22;
/** The name of an asset holds a hash of what is in it: it never changes. */
const HASHED = '/assets/';

interface PageFile {
  readonly type: string;
  readonly etag: string;
  readonly body: Buffer;
  /** By encoding, made when the page was built. */
  readonly compressed: ReadonlyMap<string, Buffer>;
}

/**
 * The dashboard: the app at its own addresses (of `paths.json`) and its files, all read once, so that no request reaches
 * the file system. Every other address stays unknown. Without a build its addresses say what is missing.
 */
export async function addPage(app: HttpApp, { folder, logger }: { folder: string; logger: Logger }): Promise<void> {
  const open = { config: { open: true }, schema: { hide: true } } as const;
  const page = await readBuild(folder);
  if (page === null) {
    logger.warn({ event: 'gateway.page_missing', folder });
    app.get('/', open, (_request, reply) =>
      reply
        .status(503)
        .type('text/plain; charset=utf-8')
        .send(
          'The dashboard is not built here: run `npm run build`, then start uBot again. The API works without it.\n',
        ),
    );
    return;
  }
  for (const path of page.paths) app.get(path, open, (request, reply) => sendFile(request, reply, page.index));
  for (const [path, file] of page.files) {
    const isHashed = path.startsWith(HASHED);
    app.get(path, open, (request, reply) => sendFile(request, reply, file, isHashed));
  }
}

async function readBuild(
  folder: string,
): Promise<{ paths: string[]; index: PageFile; files: Map<string, PageFile> } | null> {
  let names: string[];
  let paths: string[];
  try {
    names = (await readdir(folder, { recursive: true })).map((name) => name.replaceAll('\\', '/'));
    paths = JSON.parse(await readFile(join(folder, 'paths.json'), 'utf8')) as string[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const index = await readFileOf(folder, 'index.html', names);
  const served = names.filter((name) => TYPES[extname(name)] !== undefined && name !== 'index.html');
  const files = new Map<string, PageFile>();
  for (const name of served) files.set(`/${name}`, await readFileOf(folder, name, names));
  return { paths, index, files };
}

async function readFileOf(folder: string, name: string, names: readonly string[]): Promise<PageFile> {
  const body = await readFile(join(folder, name));
  const compressed = new Map<string, Buffer>();
  for (const encoding of ENCODINGS) {
    const file = `${name}${encoding.suffix}`;
    if (names.includes(file)) compressed.set(encoding.name, await readFile(join(folder, file)));
  }
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, ETAG_CHARS)}"`;
  return { type: TYPES[extname(name)] ?? 'application/octet-stream', etag, body, compressed };
}

function sendFile(request: FastifyRequest, reply: FastifyReply, file: PageFile, isHashed = false): FastifyReply {
  reply.headers({
    // Weak, because the same file goes out compressed as well.
    etag: `W/${file.etag}`,
    'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: 'accept-encoding',
  });
  if (matchesEtag(request.headers['if-none-match'], file.etag)) return reply.status(304).send();
  reply.type(file.type);
  const encoding = pickEncoding(request.headers['accept-encoding']);
  const packed = file.compressed.get(encoding);
  if (packed === undefined) return reply.send(file.body);
  return reply.header('content-encoding', encoding).send(packed);
}
