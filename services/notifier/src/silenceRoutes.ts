import { SilenceInputSchema, SilencePageSchema, SilenceQuerySchema, SilenceSchema, Uuid } from '@ubot/contracts';
import { requireUser, unwrap, type HttpApp } from '@ubot/service-kit';
import { Type } from 'typebox';
import type { Silences } from './silences.ts';

const PAGE = 50;
const ById = Type.Object({ id: Uuid }, { additionalProperties: false });

/** A user's own silences. */
export function addSilenceRoutes(app: HttpApp, silences: Silences): void {
  app.get(
    '/silences',
    { schema: { querystring: SilenceQuerySchema, response: { 200: SilencePageSchema } } },
    async (request) => {
      const { userId } = requireUser(request);
      const { state = null, before = null, limit = PAGE } = request.query;
      const page = await silences.list(userId, { state, before, limit });
      const last = page.length === limit ? page.at(-1) : undefined;
      return { silences: page, nextBefore: last?.id ?? null };
    },
  );
  app.post(
    '/silences',
    { schema: { body: SilenceInputSchema, response: { 201: SilenceSchema } } },
    async (request, reply) => {
      const created = unwrap(await silences.create(requireUser(request).userId, request.body));
      return reply.status(201).send(created);
    },
  );
  app.get('/silences/:id', { schema: { params: ById, response: { 200: SilenceSchema } } }, async (request) =>
    unwrap(await silences.get({ userId: requireUser(request).userId, id: request.params.id })),
  );
  app.delete('/silences/:id', { schema: { params: ById } }, async (request, reply) => {
    unwrap(await silences.end({ userId: requireUser(request).userId, id: request.params.id }));
    return reply.status(204).send();
  });
}
