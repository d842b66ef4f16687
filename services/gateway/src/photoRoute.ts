import { PhotoSchema } from '@ubot/contracts';
import type { HttpApp } from '@ubot/service-kit';
import { ENCODINGS, type Encoding, type PhotoStore } from './photo.ts';
import { answers } from './problems.ts';
import { NO_QUERY } from './routes/route.ts';

/** GET /api/v1/photo: straight from the buffer, or 304. */
export function addPhotoRoute(app: HttpApp, photos: PhotoStore, nowMs: () => number): void {
  app.get(
    '/api/v1/photo',
    {
      schema: {
        summary: 'All coins at one instant: the latest snapshot',
        description: 'The `age` header says how many seconds old it is; `x-ubot-source` where the prices come from.',
        tags: ['market'],
        querystring: NO_QUERY,
        response: answers({ 200: PhotoSchema }),
      },
    },
    async (request, reply) => {
      const { photo, bodies } = photos.newest() ?? (await photos.current());
      const encoding = pickEncoding(request.headers['accept-encoding']);
      const { body, etag } = bodies[encoding];
      reply.headers({
        etag,
        vary: 'accept-encoding, authorization',
        'cache-control': 'private, no-cache',
        age: Math.max(0, Math.floor((nowMs() - photo.takenAtMs) / 1_000)),
        'x-ubot-source': sourceHeader(photo),
      });
      if (matchesEtag(request.headers['if-none-match'], etag)) return reply.status(304).send();
      if (encoding !== 'identity') reply.header('content-encoding', encoding);
      reply.type('application/json; charset=utf-8');
      return reply.send(body);
    },
  );
}

/** The label as a header can hold it; the word "demo" is always in that of a demo market. */
function sourceHeader(photo: { label: string; demo: boolean }): string {
  const label = photo.label.replace(/[^\x20-\x7e]/g, '?');
  return photo.demo && !/\bdemo\b/i.test(label) ? `demo: ${label}` : label;
}

/** The best encoding the client takes; `q=0` says that it does not. */
export function pickEncoding(acceptEncoding: string | string[] | undefined): Encoding {
  const weights = new Map<string, number>();
  for (const part of String(acceptEncoding ?? '')
    .toLowerCase()
    .split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    weights.set(name, weight === undefined ? 1 : Number(weight.slice(2)));
  }
  const takes = (name: string): boolean => (weights.get(name) ?? weights.get('*') ?? 0) > 0;
  return ENCODINGS.find((encoding) => encoding !== 'identity' && takes(encoding)) ?? 'identity';
}

/** Compared weakly, as RFC 9110 wants for GET. */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === etag || ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.split(',').some((part) => part.trim().replace(/^W\//, '') === etag);
}
