import {
  AlertPageSchema,
  AlertQuerySchema,
  NotificationPageSchema,
  NotificationQuerySchema,
  AlertWithNotificationsSchema,
  DecisionAnswerSchema,
  DecisionQuerySchema,
} from '@ubot/contracts';
import { type ApiRoute, byUuid } from './route.ts';

export const alertRoutes: readonly ApiRoute[] = [
  {
    method: 'GET',
    path: '/alerts',
    service: 'notifier',
    tag: 'alerts',
    summary: 'Your alerts with their deliveries, newest first',
    query: AlertQuerySchema,
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
    path: '/notifications',
    service: 'notifier',
    tag: 'alerts',
    summary: 'What became of each message to each channel, newest first',
    query: NotificationQuerySchema,
    answer: NotificationPageSchema,
  },
  {
    method: 'GET',
    path: '/decisions',
    service: 'scanner',
    tag: 'alerts',
    summary: 'Why a strategy did, or did not, send an alert for a coin, now or at a past time',
    query: DecisionQuerySchema,
    answer: DecisionAnswerSchema,
  },
];
