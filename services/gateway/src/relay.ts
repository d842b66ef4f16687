import { LIMITS, SignInAnswerSchema, SignInInputSchema } from '@ubot/contracts';
import { bearerToken, failureOfAnswer, requireUser, type HttpApp, type ServiceRequest } from '@ubot/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { API_ROUTES, type ApiRoute } from './apiRoutes.ts';
import { answers, NO_BODY } from './problems.ts';
import { relayed, type Services } from './services.ts';

const BASE = '/api/v1';

/** The routes that a service answers. Its body goes through as it came: the services write what the schemas say. */
export function addApiRoutes(app: HttpApp, services: Services): void {
  for (const route of API_ROUTES) {
    app.route({
      method: route.method,
      url: `${BASE}${route.path}`,
      bodyLimit: LIMITS.bodyBytes,
      schema: {
        summary: route.summary,
        tags: [route.tag],
        ...(route.params !== undefined && { params: route.params }),
        ...(route.query !== undefined && { querystring: route.query }),
        ...(route.body !== undefined && { body: route.body }),
        response: answers({ [route.status ?? 200]: route.answer ?? NO_BODY }),
      },
      handler: (request, reply) => relay(services, route, { request, reply }),
    });
  }
  addAuthRoutes(app, services);
}

async function relay(
  services: Services,
  route: ApiRoute,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<FastifyReply> {
  const params = (request.params ?? {}) as Readonly<Record<string, string | number>>;
  const path = (route.inner ?? route.path).replace(/:(\w+)/g, (_match, name: string) =>
    encodeURIComponent(String(params[name])),
  );
  const sent: ServiceRequest = {
    method: route.method,
    path,
    query: (request.query ?? {}) as NonNullable<ServiceRequest['query']>,
    ...(route.body !== undefined && { body: request.body }),
    identity: requireUser(request),
    headers: { 'x-request-id': request.id },
  };
  const answer = await services[route.service].requestRaw(sent);
  if (!answer.ok) throw relayed(answer.failure);
  const { status, body, headers } = answer.value;
  if (status >= 400) throw relayed(failureOfAnswer(answer.value));
  reply.status(status).header('cache-control', 'private, no-store');
  if (body.length === 0) return reply.send();
  return reply.type(headers.get('content-type') ?? 'application/json; charset=utf-8').send(body);
}

function addAuthRoutes(app: HttpApp, services: Services): void {
  const userManager = services['user-manager'];
  app.post(
    `${BASE}/auth/sign-in`,
    {
      bodyLimit: LIMITS.bodyBytes,
      config: { open: true },
      schema: {
        summary: 'A bearer token for 30 days; a one-time password needs a newPassword beside it',
        tags: ['account'],
        security: [],
        body: SignInInputSchema,
        response: answers({ 200: SignInAnswerSchema }),
      },
    },
    async (request, reply) => {
      const answer = await userManager.request({
        method: 'POST',
        path: '/auth/sign-in',
        body: request.body,
        headers: { 'x-client-address': request.ip, 'x-request-id': request.id },
        answer: SignInAnswerSchema,
      });
      if (!answer.ok) throw relayed(answer.failure);
      reply.header('cache-control', 'no-store');
      return answer.value;
    },
  );
  app.post(
    `${BASE}/auth/sign-out`,
    {
      bodyLimit: LIMITS.bodyBytes,
      schema: {
        summary: 'End this session',
        tags: ['account'],
        response: answers({ 204: NO_BODY }),
      },
    },
    async (request, reply) => {
      const answer = await userManager.request({
        method: 'POST',
        path: '/auth/sign-out',
        body: { token: bearerToken(request.headers) },
        identity: requireUser(request),
      });
      if (!answer.ok) throw relayed(answer.failure);
      return reply.status(204).send();
    },
  );
}
