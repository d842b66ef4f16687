import { LIMITS, SignInAnswerSchema, SignInInputSchema } from '@ubot/contracts';
import { bearerToken, requireUser, type HttpApp } from '@ubot/service-kit';
import { answers, NO_BODY } from './problems.ts';
import { API_BASE } from './relay.ts';
import { relayed, type Services } from './services.ts';

export function addAuthRoutes(app: HttpApp, services: Services): void {
  const userManager = services['user-manager'];
  app.post(
    `${API_BASE}/auth/sign-in`,
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
    `${API_BASE}/auth/sign-out`,
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
