import { QuotaAnswerSchema, QuotaOverridesSchema, Uuid } from '@ubot/contracts';
import { requireOperator, requireUser, unwrap, type HttpApp } from '@ubot/service-kit';
import { Type } from 'typebox';
import type { QuotaBook } from './quotas.ts';

const ById = Type.Object({ id: Uuid }, { additionalProperties: false });

export function addQuotaRoutes(app: HttpApp, quotas: QuotaBook): void {
  app.get('/quotas', { schema: { response: { 200: QuotaAnswerSchema } } }, async (request) =>
    unwrap(await quotas.answer(requireUser(request).userId)),
  );
  app.get(
    '/admin/users/:id/quotas',
    { schema: { params: ById, response: { 200: QuotaAnswerSchema } } },
    async (request) => {
      requireOperator(request);
      return unwrap(await quotas.answer(request.params.id));
    },
  );
  app.put(
    '/admin/users/:id/quotas',
    { schema: { params: ById, body: QuotaOverridesSchema, response: { 200: QuotaAnswerSchema } } },
    async (request) => {
      const { userId: operatorId } = requireOperator(request);
      return unwrap(await quotas.save({ operatorId, userId: request.params.id, quotas: request.body }));
    },
  );
}
