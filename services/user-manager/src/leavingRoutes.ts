import {
  AccountExportSchema,
  DeletionInputSchema,
  ErasuresSchema,
  UbotError,
  Uuid,
  type AccountExport,
  type Result,
} from '@ubot/contracts';
import { requireService, requireUser, unwrap, type HttpApp } from '@ubot/service-kit';
import { Type } from 'typebox';
import type { Deletion } from './deletion.ts';

const ById = Type.Object({ id: Uuid }, { additionalProperties: false });

/** Taking one's things along, and leaving. */
export function addLeavingRoutes(
  app: HttpApp,
  given: { deletion: Deletion; exportOf: (userId: string) => Promise<Result<AccountExport>> },
): void {
  const { deletion, exportOf } = given;
  app.get('/me/export', { schema: { response: { 200: AccountExportSchema } } }, async (request) =>
    unwrap(await exportOf(requireUser(request).userId)),
  );
  app.delete('/me', { schema: { body: DeletionInputSchema } }, async (request, reply) => {
    const { userId } = requireUser(request);
    const token = request.headers['x-session-token'];
    const address = request.headers['x-client-address'];
    if (typeof token !== 'string' || token === '') throw new UbotError('SESSION_REQUIRED');
    const who = { userId, token: token.slice(0, 512), address: typeof address === 'string' ? address : 'unknown' };
    unwrap(await deletion.deleteAccount(who, request.body));
    return reply.status(204).send();
  });
  // What the other services ask, to forget too.
  app.get('/erasures', { schema: { response: { 200: ErasuresSchema } } }, async (request) => {
    requireService(request);
    return deletion.pending();
  });
  app.post('/erasures/:id/done', { schema: { params: ById } }, async (request, reply) => {
    requireService(request);
    await deletion.done(request.params.id);
    return reply.status(204).send();
  });
}
