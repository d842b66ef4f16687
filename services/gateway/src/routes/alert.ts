import {
  AlertPageSchema,
  AlertWithNotificationsSchema,
  CoinId,
  DecisionAnswerSchema,
  LIMITS,
  Sequence,
  Uuid,
} from '@ubot/contracts';
import { Type } from 'typebox';
import { type ApiRoute, byUuid, limit, strict } from './route.ts';

export const alertRoutes: readonly ApiRoute[] = [
  {
    method: 'GET',
    path: '/alerts',
    service: 'notifier',
    tag: 'alerts',
    summary: 'Your alerts with their deliveries, newest first',
    query: Type.Object(
      {
        limit: limit(LIMITS.listPage),
        before: Type.Optional(Sequence),
        strategyId: Type.Optional(Uuid),
        coinId: Type.Optional(CoinId),
      },
      strict,
    ),
    answer: AlertPageSchema,
  },
  {
    method: 'GET',
    path: '/alerts/:id',
    service: 'notifier',
    tag: 'alerts',
    summary: 'One alert with its deliveries',
    params: byUuid,
    answer: AlertWithNotificationsSchema,
  },
  {
    method: 'GET',
    path: '/decisions',
    service: 'scanner',
    tag: 'alerts',
    summary: 'Why a strategy did, or did not, send an alert for a coin',
    query: Type.Object({ strategyId: Uuid, coinId: CoinId }, strict),
    answer: DecisionAnswerSchema,
  },
];
