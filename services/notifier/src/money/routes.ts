import { CostsQuerySchema, type AdminCostLine, type CostLine } from '@ubot/contracts';
import {
  CSV_TYPE,
  csvHeaders,
  csvTable,
  requireOperator,
  requireUser,
  wantsCsv,
  type HttpApp,
} from '@ubot/service-kit';
import type { Costs } from './costs.ts';

const SUMS = ['kind', 'messages', 'segments', 'currency', 'amount', 'estimatedAmount'] as const;
const COLUMNS: readonly (keyof CostLine)[] = ['channelId', 'channelName', ...SUMS];
const ADMIN_COLUMNS: readonly (keyof AdminCostLine)[] = ['userId', 'email', ...SUMS];

/** What messages cost: a user's own, and everybody's for the operator. */
export function addCostRoutes(app: HttpApp, costs: Costs): void {
  app.get('/costs', { schema: { querystring: CostsQuerySchema } }, async (request, reply) => {
    const { month, format } = request.query;
    const answer = await costs.ofUser(requireUser(request).userId, month);
    if (!wantsCsv(request.headers.accept, format)) return reply.send(answer);
    return reply
      .headers(csvHeaders(`costs-${answer.month}`))
      .type(CSV_TYPE)
      .send(csvTable(COLUMNS, answer.lines));
  });

  app.get('/admin/costs', { schema: { querystring: CostsQuerySchema } }, async (request, reply) => {
    requireOperator(request);
    const { month, format } = request.query;
    const answer = await costs.ofAll(month);
    if (!wantsCsv(request.headers.accept, format)) return reply.send(answer);
    return reply
      .headers(csvHeaders(`costs-of-all-${answer.month}`))
      .type(CSV_TYPE)
      .send(csvTable(ADMIN_COLUMNS, answer.lines));
  });
}
