import { QuotaAnswerSchema, QuotaOverridesSchema } from '@ubot/contracts';
import { type ApiRoute, byUuid } from './route.ts';

export const quotaRoutes: readonly ApiRoute[] = [
  {
    method: 'GET',
    path: '/quotas',
    service: 'user-manager',
    tag: 'account',
    summary: 'How much your account allows, and how much of it is used',
    answer: QuotaAnswerSchema,
  },
  {
    method: 'GET',
    path: '/admin/users/:id/quotas',
    service: 'user-manager',
    tag: 'operator',
    summary: "A user's quotas; operators only",
    params: byUuid,
    answer: QuotaAnswerSchema,
  },
  {
    method: 'PUT',
    path: '/admin/users/:id/quotas',
    service: 'user-manager',
    tag: 'operator',
    summary: "Set a user's quotas; what is left out is the configured default. Operators only",
    params: byUuid,
    body: QuotaOverridesSchema,
    answer: QuotaAnswerSchema,
  },
];
