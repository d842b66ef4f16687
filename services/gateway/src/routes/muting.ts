import { SilenceInputSchema, SilencePageSchema, SilenceQuerySchema, SilenceSchema } from '@ubot/contracts';
import { type ApiRoute, byUuid } from './route.ts';

/** What keeps alerts from being sent. */
export const mutingRoutes: readonly ApiRoute[] = [
  {
    method: 'GET',
    path: '/silences',
    service: 'notifier',
    tag: 'muting',
    summary: 'Your silences, newest first; those that have ended are kept for 90 days',
    query: SilenceQuerySchema,
    answer: SilencePageSchema,
  },
  {
    method: 'POST',
    path: '/silences',
    service: 'notifier',
    tag: 'muting',
    summary: 'Silence a strategy, a coin, a tag, any combination of them, or everything, for a time',
    body: SilenceInputSchema,
    answer: SilenceSchema,
    status: 201,
  },
  {
    method: 'GET',
    path: '/silences/:id',
    service: 'notifier',
    tag: 'muting',
    summary: 'One silence, with the number of alerts that it muted',
    params: byUuid,
    answer: SilenceSchema,
  },
  {
    method: 'DELETE',
    path: '/silences/:id',
    service: 'notifier',
    tag: 'muting',
    summary: 'End a silence now',
    params: byUuid,
    answer: null,
    status: 204,
  },
];
