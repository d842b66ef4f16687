import {
  AdminUserInputSchema,
  AdminUserSchema,
  InvitationCreatedSchema,
  InvitationInputSchema,
  InvitationSchema,
  TokenCreatedSchema,
  TokenInputSchema,
  TokenSchema,
  UndeliveredLinkSchema,
  Uuid,
} from '@ubot/contracts';
import { requireOperator, requireUser, unwrap, type HttpApp } from '@ubot/service-kit';
import { Type } from 'typebox';
import type { Administration } from './administration.ts';
import type { PersonalTokens } from './personalTokens.ts';

const strict = { additionalProperties: false } as const;
const ById = Type.Object({ id: Uuid }, strict);

export function addTokenRoutes(app: HttpApp, tokens: PersonalTokens): void {
  app.get(
    '/tokens',
    { schema: { response: { 200: Type.Object({ tokens: Type.Array(TokenSchema) }) } } },
    async (request) => ({ tokens: await tokens.list(requireUser(request).userId) }),
  );
  app.post(
    '/tokens',
    { schema: { body: TokenInputSchema, response: { 201: TokenCreatedSchema } } },
    async (request, reply) =>
      reply.status(201).send(unwrap(await tokens.create(requireUser(request).userId, request.body))),
  );
  app.delete('/tokens/:id', { schema: { params: ById } }, async (request, reply) => {
    unwrap(await tokens.delete({ userId: requireUser(request).userId, id: request.params.id }));
    return reply.status(204).send();
  });
}

export function addAdministrationRoutes(app: HttpApp, administration: Administration): void {
  const Page = Type.Object(
    {
      search: Type.Optional(Type.String({ maxLength: 254 })),
      after: Type.Optional(Type.String({ maxLength: 254 })),
    },
    strict,
  );
  app.get(
    '/admin/users',
    { schema: { querystring: Page, response: { 200: Type.Object({ users: Type.Array(AdminUserSchema) }) } } },
    async (request) => {
      requireOperator(request);
      const { search = '', after = '' } = request.query;
      return { users: await administration.users({ search, after }) };
    },
  );
  app.put('/admin/users/:id', { schema: { params: ById, body: AdminUserInputSchema } }, async (request, reply) => {
    unwrap(await administration.changeUser(requireOperator(request).userId, request.params.id, request.body));
    return reply.status(204).send();
  });
  app.get(
    '/admin/invitations',
    { schema: { response: { 200: Type.Object({ invitations: Type.Array(InvitationSchema) }) } } },
    async (request) => {
      requireOperator(request);
      return { invitations: await administration.invitations() };
    },
  );
  app.post(
    '/admin/invitations',
    { schema: { body: InvitationInputSchema, response: { 201: InvitationCreatedSchema } } },
    async (request, reply) =>
      reply.status(201).send(unwrap(await administration.invite(requireOperator(request).userId, request.body))),
  );
  app.delete('/admin/invitations/:id', { schema: { params: ById } }, async (request, reply) => {
    unwrap(await administration.withdraw(requireOperator(request).userId, request.params.id));
    return reply.status(204).send();
  });
  app.get(
    '/admin/links',
    { schema: { response: { 200: Type.Object({ links: Type.Array(UndeliveredLinkSchema) }) } } },
    async (request) => {
      requireOperator(request);
      return { links: await administration.links() };
    },
  );
}
