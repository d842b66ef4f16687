import { LIMITS, type SignInAnswer } from '@ubot/contracts';
import { failureOfAnswer, requireUser, type HttpApp, type RawAnswer, type ServiceRequest } from '@ubot/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Identities } from './identities.ts';
import { answers, NO_BODY } from './problems.ts';
import { API_ROUTES } from './routes/index.ts';
import { NO_QUERY, type ApiRoute } from './routes/route.ts';
import { relayed, type Services } from './services.ts';
import { tokenOf, type SessionCookies } from './sessionCookie.ts';

export const API_BASE = '/api/v1';

/** The routes that a service answers. Its body goes through as it came: the services write what the schemas say. */
export function addApiRoutes(
  app: HttpApp,
  { services, cookies, identities }: { services: Services; cookies: SessionCookies; identities: Identities },
): void {
  for (const route of API_ROUTES) {
    app.route({
      config: {
        ...(route.open === true && { open: true }),
        ...(route.readOnly === true && { readOnly: true }),
        ...(route.weight !== undefined && { weight: route.weight }),
      },
      method: route.method,
      url: `${API_BASE}${route.path}`,
      bodyLimit: route.bodyBytes ?? LIMITS.bodyBytes,
      schema: {
        summary: route.summary,
        tags: [route.tag],
        ...(route.open === true && { security: [] }),
        ...(route.params !== undefined && { params: route.params }),
        querystring: route.query ?? NO_QUERY,
        ...(route.body !== undefined && { body: route.body }),
        response: answers({ [route.status ?? 200]: described(route) }),
      },
      handler: async (request, reply) => {
        const answer = await relay(services, route, request);
        // A sign-in that has ended has ended at once, also before the bus says so.
        if (route.tag === 'sign-in' && request.identity?.kind === 'user') identities.forget(request.identity.userId);
        return answerWith(reply, route, { answer, request, cookies });
      },
    });
  }
}

/** The good answer as the OpenAPI document shows it. */
function described({ answer, csv }: ApiRoute): object {
  if (answer === null) return NO_BODY;
  if (csv !== true) return answer;
  const content = { 'application/json': { schema: answer }, 'text/csv': { schema: { type: 'string' } } };
  return { description: 'OK', content };
}

async function relay(services: Services, route: ApiRoute, request: FastifyRequest): Promise<RawAnswer> {
  const params = (request.params ?? {}) as Readonly<Record<string, string | number>>;
  const path = (route.inner ?? route.path).replace(/:(\w+)/g, (_match, name: string) =>
    encodeURIComponent(String(params[name])),
  );
  const sent: ServiceRequest = {
    method: route.method,
    path,
    query: (request.query ?? {}) as NonNullable<ServiceRequest['query']>,
    ...(route.body !== undefined && { body: request.body }),
    ...(route.open !== true && { identity: requireUser(request) }),
    headers: {
      'x-request-id': request.id,
      ...(route.csv === true && { accept: request.headers.accept ?? '' }),
      ...((route.open === true || route.session === true) && clientHeaders(request)),
      ...(route.session === true && { 'x-session-token': tokenOf(request)?.token ?? '' }),
    },
  };
  const answer = await services[route.service].requestRaw(sent);
  if (!answer.ok) throw relayed(answer.failure);
  if (answer.value.status >= 400) throw relayed(failureOfAnswer(answer.value));
  return answer.value;
}

/** Where the caller is, for the list of sessions and for slowing down who guesses. */
export function clientHeaders(request: FastifyRequest): Record<string, string> {
  const agent = (request.headers['user-agent'] ?? '').replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 300);
  return { 'x-client-address': request.ip, 'x-client-agent': agent };
}

function answerWith(
  reply: FastifyReply,
  route: ApiRoute,
  given: { answer: RawAnswer; request: FastifyRequest; cookies: SessionCookies },
): FastifyReply {
  const { answer, request, cookies } = given;
  const { status, body, headers } = answer;
  // What is read may be kept by its reader, who then asks whether it still holds; what was done may not.
  const caching = route.method === 'GET' ? 'private, no-cache' : 'private, no-store';
  reply.status(status).headers({ 'cache-control': caching, vary: 'accept, accept-encoding, authorization, cookie' });
  const disposition = headers.get('content-disposition');
  if (disposition !== null) reply.header('content-disposition', disposition);
  if (body.length === 0) return reply.send();
  const type = headers.get('content-type') ?? 'application/json; charset=utf-8';
  if (route.startsSession !== true) return reply.type(type).send(body);
  const session: unknown = JSON.parse(body.toString('utf8'));
  return reply.type(type).send(JSON.stringify(asCookie(session as SignInAnswer, { reply, request, cookies })));
}

/** The token goes into the cookie of whoever asked for one, or came with one, and not into the answer as well. */
function asCookie(
  answer: SignInAnswer,
  { reply, request, cookies }: { reply: FastifyReply; request: FastifyRequest; cookies: SessionCookies },
): SignInAnswer {
  const wanted = (request.body as { cookie?: boolean } | undefined)?.cookie === true;
  if (!('token' in answer) || answer.token === null) return answer;
  if (!wanted && tokenOf(request)?.from !== 'cookie') return answer;
  cookies.set(reply, { token: answer.token, expiresAtMs: answer.expiresAtMs });
  return { ...answer, token: null };
}
