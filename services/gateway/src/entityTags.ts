import { createHash } from 'node:crypto';
import type { HttpApp } from '@ubot/service-kit';
import { matchesEtag } from './photoRoute.ts';

/** A larger answer costs more to hash than a client saves. */
const TAGGED_BYTES = 8 * 1024 * 1024;
const TAG_CHARS = 22;

/**
 * Every GET that is answered whole carries a weak ETag of its body, and is 304 to who has that body already. What a
 * route has tagged itself (the photo, the page) stays as it is. What carries no tag is not for keeping, unless its route
 * says otherwise: no answer goes out without a word about caches.
 */
export function addEntityTags(app: HttpApp): void {
  app.addHook('onSend', async (_request, reply, payload) => {
    if (reply.statusCode !== 200 && !reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    return payload;
  });
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.method !== 'GET' || reply.statusCode !== 200 || reply.hasHeader('etag')) return payload;
    if ((typeof payload !== 'string' && !Buffer.isBuffer(payload)) || payload.length > TAGGED_BYTES) return payload;
    const etag = `"${createHash('sha256').update(payload).digest('base64url').slice(0, TAG_CHARS)}"`;
    // Weak, because the same answer goes out compressed as well.
    reply.header('etag', `W/${etag}`);
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'private, no-cache');
    if (!matchesEtag(request.headers['if-none-match'], etag)) return payload;
    void reply.status(304).removeHeader('content-length').removeHeader('content-type');
    return null;
  });
}
