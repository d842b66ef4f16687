import { ChannelCreatedSchema, ChannelInputSchema, ChannelSchema } from '@ubot/contracts';
import { Type } from 'typebox';
import { type ApiRoute, byUuid } from './route.ts';

export const channelRoutes: readonly ApiRoute[] = [
  {
    method: 'GET',
    path: '/channels',
    service: 'user-manager',
    tag: 'channels',
    summary: 'Your channels, oldest first',
    answer: Type.Object({ channels: Type.Array(ChannelSchema) }),
  },
  {
    method: 'POST',
    path: '/channels',
    service: 'user-manager',
    tag: 'channels',
    summary: "Add a channel; a webhook's signing secret is shown this once",
    body: ChannelInputSchema,
    answer: ChannelCreatedSchema,
    status: 201,
  },
  {
    method: 'GET',
    path: '/channels/:id',
    service: 'user-manager',
    tag: 'channels',
    summary: 'One channel',
    params: byUuid,
    answer: ChannelSchema,
  },
  {
    method: 'PUT',
    path: '/channels/:id',
    service: 'user-manager',
    tag: 'channels',
    summary: 'Change a channel; its kind stays',
    params: byUuid,
    body: ChannelInputSchema,
    answer: ChannelSchema,
  },
  {
    method: 'DELETE',
    path: '/channels/:id',
    service: 'user-manager',
    tag: 'channels',
    summary: 'Delete a channel',
    params: byUuid,
    answer: null,
    status: 204,
  },
];
