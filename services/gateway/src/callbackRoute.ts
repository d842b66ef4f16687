import { UbotError, Uuid } from '@ubot/contracts';
import { failureOfAnswer, type HttpApp } from '@ubot/service-kit';
import { Type } from 'typebox';
import { answers, NO_BODY } from './problems.ts';
import { relayed, type Services } from './services.ts';

const CALLBACK_BYTES = 16 * 1024;
const FORM = 'application/x-www-form-urlencoded';
const TYPES = [FORM, 'application/json'];

/**
 * A provider's word about a message. The signature is over the exact bytes, so they go on to the notifier as they came;
 * it knows the secret and decides.
 */
export async function addCallbackRoutes(app: HttpApp, services: Services): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    TYPES,
    { parseAs: 'buffer', bodyLimit: CALLBACK_BYTES },
    async (_request: unknown, body: Buffer) => body,
  );
  app.post(
    '/callbacks/twilio/:notificationId',
    {
      bodyLimit: CALLBACK_BYTES,
      config: { open: true },
      schema: {
        summary: "Twilio's status callback; believed only with a valid X-Twilio-Signature",
        tags: ['callbacks'],
        security: [],
        consumes: TYPES,
        params: Type.Object({ notificationId: Uuid }, { additionalProperties: false }),
        response: answers({ 204: NO_BODY }),
      },
    },
    async (request, reply) => {
      if (!Buffer.isBuffer(request.body)) throw new UbotError('MEDIA_TYPE_UNSUPPORTED');
      const signature = request.headers['x-twilio-signature'];
      const answer = await services.notifier.requestRaw({
        method: 'POST',
        // With its query, which is signed too (a JSON body's hash stands there).
        path: request.url,
        body: request.body,
        headers: {
          'content-type': request.headers['content-type'] ?? FORM,
          'x-request-id': request.id,
          ...(typeof signature === 'string' && { 'x-twilio-signature': signature }),
        },
      });
      if (!answer.ok) throw relayed(answer.failure);
      if (answer.value.status >= 400) throw relayed(failureOfAnswer(answer.value));
      return reply.status(204).send();
    },
  );
}
