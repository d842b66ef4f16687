import { AcknowledgementSchema, AlertLinkStateSchema, SilenceSchema, SnoozeInputSchema, Uuid } from '@ubot/contracts';
import { requireService, requireUser, unwrap, type HttpApp } from '@ubot/service-kit';
import { Type } from 'typebox';
import type { Acknowledge } from './acknowledge.ts';

const strict = { additionalProperties: false } as const;
const ById = Type.Object({ id: Uuid }, strict);
const ByToken = Type.Object({ token: Type.String({ minLength: 1, maxLength: 100 }) }, strict);

/** Acknowledging and snoozing: the user's own alerts, and those that the gateway shows a link for. */
export function addAcknowledgeRoutes(app: HttpApp, acknowledge: Acknowledge): void {
  app.post(
    '/alerts/:id/acknowledge',
    { schema: { params: ById, response: { 200: AcknowledgementSchema } } },
    async (request) => {
      const { userId } = requireUser(request);
      return unwrap(await acknowledge.acknowledge({ alertId: request.params.id, userId, by: 'api' }));
    },
  );
  app.post(
    '/alerts/:id/snooze',
    { schema: { params: ById, body: SnoozeInputSchema, response: { 201: SilenceSchema } } },
    async (request, reply) => {
      const { userId } = requireUser(request);
      const { durationMs } = request.body;
      const made = unwrap(await acknowledge.snooze({ alertId: request.params.id, userId, durationMs }));
      return reply.status(201).send(made);
    },
  );
  const link = { schema: { params: ByToken, response: { 200: AlertLinkStateSchema } } };
  app.get('/links/:token', link, async (request) => {
    requireService(request);
    return unwrap(await acknowledge.linkState(request.params.token));
  });
  app.post('/links/:token/acknowledge', link, async (request) => {
    requireService(request);
    return unwrap(await acknowledge.acknowledgeByLink(request.params.token));
  });
  app.post('/links/:token/snooze', { schema: { ...link.schema, body: SnoozeInputSchema } }, async (request) => {
    requireService(request);
    return unwrap(await acknowledge.snoozeByLink(request.params.token, request.body.durationMs));
  });
}
