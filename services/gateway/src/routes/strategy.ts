import { CheckAnswerSchema, CheckInputSchema, StrategyInputSchema, StrategySchema } from '@ubot/contracts';
import { Type } from 'typebox';
import { type ApiRoute, byUuid } from './route.ts';

export const strategyRoutes: readonly ApiRoute[] = [
  {
    method: 'GET',
    path: '/strategies',
    service: 'user-manager',
    tag: 'strategies',
    summary: 'Your strategies, oldest first',
    answer: Type.Object({ strategies: Type.Array(StrategySchema) }),
  },
  {
    method: 'POST',
    path: '/strategies',
    service: 'user-manager',
    tag: 'strategies',
    summary: 'Add a strategy',
    body: StrategyInputSchema,
    answer: StrategySchema,
    status: 201,
  },
  {
    method: 'POST',
    path: '/strategies/check',
    service: 'scanner',
    inner: '/checks',
    tag: 'strategies',
    summary: 'Check a condition without saving it: every mistake and warning, with its place in the text',
    body: CheckInputSchema,
    answer: CheckAnswerSchema,
    readOnly: true,
  },
  {
    method: 'GET',
    path: '/strategies/:id',
    service: 'user-manager',
    tag: 'strategies',
    summary: 'One strategy',
    params: byUuid,
    answer: StrategySchema,
  },
  {
    method: 'PUT',
    path: '/strategies/:id',
    service: 'user-manager',
    tag: 'strategies',
    summary: 'Change a strategy: a new version, unless it is only switched on or off',
    params: byUuid,
    body: StrategyInputSchema,
    answer: StrategySchema,
  },
  {
    method: 'DELETE',
    path: '/strategies/:id',
    service: 'user-manager',
    tag: 'strategies',
    summary: 'Delete a strategy',
    params: byUuid,
    answer: null,
    status: 204,
  },
];
