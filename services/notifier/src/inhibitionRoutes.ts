import { InhibitionInputSchema, InhibitionsAnswerSchema, InhibitionSchema, Uuid } from '@ubot/contracts';
import { requireUser, unwrap, type HttpApp } from '@ubot/service-kit';
import { Type } from 'typebox';
import type { Inhibitions } from './inhibitions.ts';

const ById = Type.Object({ id: Uuid }, { additionalProperties: false });

/** A user's own rules that mute. */
export function addInhibitionRoutes(app: HttpApp, inhibitions: Inhibitions): void {
  app.get('/inhibitions', { schema: { response: { 200: InhibitionsAnswerSchema } } }, async (request) => ({
    inhibitions: await inhibitions.list(requireUser(request).userId),
  }));
  app.post(
    '/inhibitions',
    { schema: { body: InhibitionInputSchema, response: { 201: InhibitionSchema } } },
    async (request, reply) => {
      const created = unwrap(await inhibitions.create(requireUser(request).userId, request.body));
      return reply.status(201).send(created);
    },
  );
  app.put(
    '/inhibitions/:id',
    { schema: { params: ById, body: InhibitionInputSchema, response: { 200: InhibitionSchema } } },
    async (request) => {
      const owned = { userId: requireUser(request).userId, id: request.params.id };
      return unwrap(await inhibitions.replace(owned, request.body));
    },
  );
  app.delete('/inhibitions/:id', { schema: { params: ById } }, async (request, reply) => {
    unwrap(await inhibitions.remove({ userId: requireUser(request).userId, id: request.params.id }));
    return reply.status(204).send();
  });
}
