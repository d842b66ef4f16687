import { ApplyAnswerSchema, ApplyInputSchema, LIMITS, StrategyFileSchema } from '@ubot/contracts';
import { requireUser, unwrap, type HttpApp } from '@ubot/service-kit';
import { Type } from 'typebox';
import type { Database } from '@ubot/db';
import type { Apply } from './apply.ts';
import { exportStrategies } from './exportStrategies.ts';

const ExportQuery = Type.Object({ set: StrategyFileSchema.properties.set }, { additionalProperties: false });

export function addApplyRoutes(app: HttpApp, { apply, db }: { apply: Apply; db: Database }): void {
  app.post(
    '/strategies/apply',
    { bodyLimit: LIMITS.applyBodyBytes, schema: { body: ApplyInputSchema, response: { 200: ApplyAnswerSchema } } },
    async (request) => unwrap(await apply(requireUser(request).userId, request.body)),
  );
  app.get(
    '/strategies/export',
    { schema: { querystring: ExportQuery, response: { 200: StrategyFileSchema } } },
    async (request) => exportStrategies(db, { userId: requireUser(request).userId, set: request.query.set ?? null }),
  );
}
