import { WatchlistInputSchema, WatchlistsAnswerSchema, WatchlistSchema } from '@ubot/contracts';
import { type ApiRoute, byUuid } from './route.ts';

export const watchlistRoutes: readonly ApiRoute[] = [
  {
    method: 'GET',
    path: '/watchlists',
    service: 'user-manager',
    tag: 'watchlists',
    summary: 'Your watchlists, oldest first',
    answer: WatchlistsAnswerSchema,
  },
  {
    method: 'POST',
    path: '/watchlists',
    service: 'user-manager',
    tag: 'watchlists',
    summary: 'Add a watchlist: a name and coins in your order',
    body: WatchlistInputSchema,
    answer: WatchlistSchema,
    status: 201,
  },
  {
    method: 'GET',
    path: '/watchlists/:id',
    service: 'user-manager',
    tag: 'watchlists',
    summary: 'One watchlist',
    params: byUuid,
    answer: WatchlistSchema,
  },
  {
    method: 'PUT',
    path: '/watchlists/:id',
    service: 'user-manager',
    tag: 'watchlists',
    summary: 'Change a watchlist: its name and all of its coins',
    params: byUuid,
    body: WatchlistInputSchema,
    answer: WatchlistSchema,
  },
  {
    method: 'DELETE',
    path: '/watchlists/:id',
    service: 'user-manager',
    tag: 'watchlists',
    summary: 'Delete a watchlist',
    params: byUuid,
    answer: null,
    status: 204,
  },
];
