import {
  AccountExportSchema,
  DeletionInputSchema,
  SettingsInputSchema,
  SettingsSchema,
  UserSchema,
} from '@ubot/contracts';
import { type ApiRoute } from './route.ts';

export const accountRoutes: readonly ApiRoute[] = [
  { method: 'GET', path: '/me', service: 'user-manager', tag: 'account', summary: 'Your account', answer: UserSchema },
  {
    method: 'DELETE',
    path: '/me',
    service: 'user-manager',
    tag: 'account',
    summary: 'Delete your account and all that is yours; with your password, or right after signing in at your issuer',
    session: true,
    body: DeletionInputSchema,
    answer: null,
    status: 204,
  },
  {
    method: 'GET',
    path: '/me/export',
    service: 'user-manager',
    tag: 'account',
    summary: 'Everything that is yours',
    answer: AccountExportSchema,
  },
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
