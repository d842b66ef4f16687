import { SettingsInputSchema, SettingsSchema, UserSchema } from '@ubot/contracts';
import { type ApiRoute } from './route.ts';

export const accountRoutes: readonly ApiRoute[] = [
  { method: 'GET', path: '/me', service: 'user-manager', tag: 'account', summary: 'Your account', answer: UserSchema },
  {
    method: 'GET',
    path: '/settings',
    service: 'user-manager',
    tag: 'account',
    summary: 'Your settings',
    answer: SettingsSchema,
  },
  {
    method: 'PUT',
    path: '/settings',
    service: 'user-manager',
    tag: 'account',
    summary: 'Change your settings',
    body: SettingsInputSchema,
    answer: SettingsSchema,
  },
];
