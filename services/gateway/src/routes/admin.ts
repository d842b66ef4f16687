import {
  AdminUserInputSchema,
  AdminUserSchema,
  InvitationCreatedSchema,
  InvitationInputSchema,
  InvitationSchema,
  UndeliveredLinkSchema,
} from '@ubot/contracts';
import { Type } from 'typebox';
import { byUuid, strict, type ApiRoute } from './route.ts';

const common = { service: 'user-manager', tag: 'operator' } as const;

/** For operators; anybody else gets FORBIDDEN. */
export const adminRoutes: readonly ApiRoute[] = [
  {
    ...common,
    method: 'GET',
    path: '/admin/users',
    summary: 'Users by address, a hundred after `after`',
    query: Type.Object(
      {
        search: Type.Optional(Type.String({ maxLength: 254 })),
        after: Type.Optional(Type.String({ maxLength: 254 })),
      },
      strict,
    ),
    answer: Type.Object({ users: Type.Array(AdminUserSchema) }),
  },
  {
    ...common,
    method: 'PUT',
    path: '/admin/users/:id',
    summary: "Change a user's role, or switch the account off (which ends its sessions at once)",
    params: byUuid,
    body: AdminUserInputSchema,
    answer: null,
    status: 204,
  },
  {
    ...common,
    method: 'GET',
    path: '/admin/invitations',
    summary: 'Invitations, newest first',
    answer: Type.Object({ invitations: Type.Array(InvitationSchema) }),
  },
  {
    ...common,
    method: 'POST',
    path: '/admin/invitations',
    summary: 'Invite somebody; the link is shown this once, and mailed where mail is set up',
    body: InvitationInputSchema,
    answer: InvitationCreatedSchema,
    status: 201,
  },
  {
    ...common,
    method: 'DELETE',
    path: '/admin/invitations/:id',
    summary: 'Withdraw an invitation',
    params: byUuid,
    answer: null,
    status: 204,
  },
  {
    ...common,
    method: 'GET',
    path: '/admin/links',
    summary: 'Links that no mail could carry, to pass on by hand',
    answer: Type.Object({ links: Type.Array(UndeliveredLinkSchema) }),
  },
];
