import { ChallengeInputSchema, ChallengeSchema, ChannelSchema, Uuid, VerificationCheckSchema } from '@ubot/contracts';
import { requireService, requireUser, unwrap, type HttpApp } from '@ubot/service-kit';
import { Type } from 'typebox';
import type { ChannelVerification } from './verification.ts';

const ById = Type.Object({ id: Uuid }, { additionalProperties: false });

export function addVerificationRoutes(app: HttpApp, verification: ChannelVerification): void {
  // The code goes to whoever sends it, and to nobody else.
  app.post(
    '/verifications',
    { schema: { body: ChallengeInputSchema, response: { 200: ChallengeSchema } } },
    async (request) => {
      requireService(request);
      const { userId, channelId } = request.body;
      return unwrap(await verification.challenge({ userId, id: channelId }));
    },
  );
  app.post(
    '/channels/:id/verification/check',
    { schema: { params: ById, body: VerificationCheckSchema, response: { 200: ChannelSchema } } },
    async (request) => {
      const owned = { userId: requireUser(request).userId, id: request.params.id };
      return unwrap(await verification.check(owned, request.body.code));
    },
  );
}
