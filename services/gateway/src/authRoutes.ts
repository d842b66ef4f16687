import { LIMITS, UbotError } from '@ubot/contracts';
import { requireUser, type HttpApp, type ServiceRequest } from '@ubot/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type, type Static, type TSchema } from 'typebox';
import type { Identities } from './identities.ts';
import { answers, NO_BODY } from './problems.ts';
import { API_BASE, clientHeaders } from './relay.ts';
import { relayed, type Services } from './services.ts';
import { tokenOf, type SessionCookies } from './sessionCookie.ts';

/** Carries the state of a sign-in at an issuer from the first request to the browser's return. */
const ISSUER_COOKIE = 'ubot_issuer';
const StartSchema = Type.Object({ url: Type.String(), state: Type.String() });
const ReturnSchema = Type.Object({ token: Type.Union([Type.String(), Type.Null()]), expiresAtMs: Type.Integer() });
const ReturnQuery = Type.Record(Type.String({ maxLength: 100 }), Type.String({ maxLength: 4_096 }));

export interface AuthRoutesOptions {
  services: Services;
  cookies: SessionCookies;
  identities: Identities;
  publicUrl: string;
}

/** What a browser does that is more than one question and its answer: signing out, and the way to an issuer and back. */
export function addAuthRoutes(app: HttpApp, { services, cookies, identities, publicUrl }: AuthRoutesOptions): void {
  const ask = async <Answer extends TSchema>(
    request: FastifyRequest,
    asked: Omit<ServiceRequest, 'method'> & { answer: Answer; method?: ServiceRequest['method'] },
  ): Promise<Static<Answer>> => {
    const headers = { 'x-request-id': request.id, ...clientHeaders(request), ...asked.headers };
    const answer = await services['user-manager'].request({ method: 'POST', ...asked, headers });
    if (!answer.ok) throw relayed(answer.failure);
    return answer.value as Static<Answer>;
  };
  const toIssuer = (reply: FastifyReply, { url, state }: Static<typeof StartSchema>) => {
    cookies.carry(reply, ISSUER_COOKIE, state);
    return reply.header('cache-control', 'no-store').redirect(url, 302);
  };

  app.post(
    `${API_BASE}/auth/sign-out`,
    {
      bodyLimit: LIMITS.bodyBytes,
      schema: { summary: 'End this session', tags: ['sign-in'], response: answers({ 204: NO_BODY }) },
    },
    async (request, reply) => {
      const headers = { 'x-session-token': tokenOf(request)?.token ?? '' };
      const answer = await services['user-manager'].request({
        method: 'POST',
        path: '/auth/sign-out',
        identity: requireUser(request),
        headers,
      });
      if (!answer.ok) throw relayed(answer.failure);
      identities.forget(requireUser(request).userId);
      cookies.clear(reply);
      return reply.status(204).send();
    },
  );

  app.get(
    `${API_BASE}/auth/issuer/start`,
    {
      config: { open: true },
      schema: {
        summary: 'Go and sign in at the issuer (for a browser)',
        querystring: Type.Object({}, { additionalProperties: false }),
        tags: ['sign-in'],
        security: [],
        response: answers({ 302: NO_BODY }),
      },
    },
    async (request, reply) => toIssuer(reply, await ask(request, { path: '/auth/issuer/start', answer: StartSchema })),
  );

  app.post(
    `${API_BASE}/auth/issuer/link`,
    {
      schema: {
        summary: 'Link your account to one at the issuer: open the address in the answer',
        tags: ['sign-in'],
        response: answers({ 200: Type.Object({ url: Type.String() }) }),
      },
    },
    async (request, reply) => {
      const asked = await ask(request, {
        path: '/auth/issuer/link',
        identity: requireUser(request),
        headers: { 'x-session-token': tokenOf(request)?.token ?? '' },
        answer: StartSchema,
      });
      cookies.carry(reply, ISSUER_COOKIE, asked.state);
      return reply.header('cache-control', 'no-store').send({ url: asked.url });
    },
  );

  app.get(
    `${API_BASE}/auth/oauth2/callback/oidc`,
    { config: { open: true }, schema: { hide: true, querystring: ReturnQuery } },
    async (request, reply) => {
      const state = request.cookies[ISSUER_COOKIE] ?? '';
      cookies.carry(reply, ISSUER_COOKIE, null);
      try {
        const body = { query: request.query, state: state.slice(0, 4_096) };
        const done = await ask(request, { path: '/auth/issuer/finish', body, answer: ReturnSchema });
        if (done.token !== null) cookies.set(reply, { token: done.token, expiresAtMs: done.expiresAtMs });
        return await reply.header('cache-control', 'no-store').redirect(`${publicUrl}/`, 302);
      } catch (error) {
        if (!(error instanceof UbotError)) throw error;
        const said = new URLSearchParams({ sign_in_error: error.code, detail: error.message });
        return reply.header('cache-control', 'no-store').redirect(`${publicUrl}/?${said.toString()}`, 302);
      }
    },
  );
}
