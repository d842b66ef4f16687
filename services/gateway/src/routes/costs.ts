import { AdminCostsAnswerSchema, CostsAnswerSchema, CostsQuerySchema } from '@ubot/contracts';
import type { ApiRoute } from './route.ts';

export const costRoutes: readonly ApiRoute[] = [
  {
    method: 'GET',
    path: '/costs',
    service: 'notifier',
    tag: 'account',
    summary: 'What your messages of a month cost, by channel, and how much of your caps is used',
    csv: true,
    query: CostsQuerySchema,
    answer: CostsAnswerSchema,
  },
  {
    method: 'GET',
    path: '/admin/costs',
    service: 'notifier',
    tag: 'operator',
    summary: 'What the messages of a month cost, by user; operators only',
    csv: true,
    query: CostsQuerySchema,
    answer: AdminCostsAnswerSchema,
  },
];
