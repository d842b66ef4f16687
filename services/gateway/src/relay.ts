import { LIMITS } from '@ubot/contracts';
import { failureOfAnswer, requireUser, type HttpApp, type ServiceRequest } from '@ubot/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answers, NO_BODY } from './problems.ts';
import { API_ROUTES } from './routes/index.ts';
import { NO_QUERY, type ApiRoute } from './routes/route.ts';
import { relayed, type Services } from './services.ts';

export const API_BASE = '/api/v1';

/** The routes that a service answers. Its body goes through as it came: the services write what the schemas say. */
export function addApiRoutes(app: HttpApp, services: Services): void {
  for (const route of API_ROUTES) {
    app.route({
      method: route.method,
      url: `${API_BASE}${route.path}`,
      bodyLimit: LIMITS.bodyBytes,
      schema: {
        summary: route.summary,
        tags: [route.tag],
        ...(route.params !== undefined && { params: route.params }),
        querystring: route.query ?? NO_QUERY,
        ...(route.body !== undefined && { body: route.body }),
        response: answers({ [route.status ?? 200]: route.answer ?? NO_BODY }),
      },
      handler: (request, reply) => relay(services, route, { request, reply }),
    });
  }
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
  // What is read may be kept by its reader, who then asks whether it still holds; what was done may not.
  const caching = route.method === 'GET' ? 'private, no-cache' : 'private, no-store';
  reply.status(status).headers({ 'cache-control': caching, vary: 'accept-encoding, authorization, cookie' });
  if (body.length === 0) return reply.send();
  return reply.type(headers.get('content-type') ?? 'application/json; charset=utf-8').send(body);
}
