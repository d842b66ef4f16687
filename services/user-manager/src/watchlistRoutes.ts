import { Uuid, WatchlistInputSchema, WatchlistsAnswerSchema, WatchlistSchema } from '@ubot/contracts';
import { requireUser, unwrap, type HttpApp } from '@ubot/service-kit';
import { Type } from 'typebox';
import type { Watchlists } from './watchlists.ts';

const ById = Type.Object({ id: Uuid }, { additionalProperties: false });

export function addWatchlistRoutes(app: HttpApp, watchlists: Watchlists): void {
  app.get('/watchlists', { schema: { response: { 200: WatchlistsAnswerSchema } } }, async (request) => ({
    watchlists: await watchlists.list(requireUser(request).userId),
  }));
  app.post(
    '/watchlists',
    { schema: { body: WatchlistInputSchema, response: { 201: WatchlistSchema } } },
    async (request, reply) => {
      const created = unwrap(await watchlists.create(requireUser(request).userId, request.body));
      return reply.status(201).send(created);
    },
  );
  app.get('/watchlists/:id', { schema: { params: ById, response: { 200: WatchlistSchema } } }, async (request) =>
    unwrap(await watchlists.get({ userId: requireUser(request).userId, id: request.params.id })),
  );
  app.put(
    '/watchlists/:id',
    { schema: { params: ById, body: WatchlistInputSchema, response: { 200: WatchlistSchema } } },
    async (request) =>
      unwrap(await watchlists.change({ userId: requireUser(request).userId, id: request.params.id }, request.body)),
  );
  app.delete('/watchlists/:id', { schema: { params: ById } }, async (request, reply) => {
    unwrap(await watchlists.delete({ userId: requireUser(request).userId, id: request.params.id }));
    return reply.status(204).send();
  });
}
