import { UbotError, Uuid } from '@ubot/contracts';
import { failureOfAnswer, type HttpApp } from '@ubot/service-kit';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { answers, NO_BODY } from './problems.ts';
import { relayed, type Services } from './services.ts';

const CALLBACK_BYTES = 16 * 1024;
const FORM = 'application/x-www-form-urlencoded';
const TYPES = [FORM, 'application/json'];
const XML = 'text/xml; charset=utf-8';
const TWIML = { description: 'TwiML', content: { 'text/xml': { schema: Type.String() } } };

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
      await handOn(services, request);
      return reply.status(204).send();
    },
  );
  app.post(
    '/callbacks/twilio/voice/:notificationId',
    {
      bodyLimit: CALLBACK_BYTES,
      config: { open: true },
      schema: {
        summary: 'The key that somebody pressed in a call; believed only with a valid X-Twilio-Signature',
        tags: ['callbacks'],
        security: [],
        consumes: TYPES,
        params: Type.Object({ notificationId: Uuid }, { additionalProperties: false }),
        querystring: Type.Object({ language: Type.Optional(Type.String({ maxLength: 10 })) }),
        response: answers({ 200: TWIML }),
      },
    },
    async (request, reply) => reply.type(XML).send(await handOn(services, request)),
  );
  app.post(
    '/callbacks/twilio/inbound',
    {
      bodyLimit: CALLBACK_BYTES,
      config: { open: true },
      schema: {
        summary: "What somebody wrote to the operator's number; believed only with a valid X-Twilio-Signature",
        tags: ['callbacks'],
        security: [],
        consumes: TYPES,
        response: answers({ 200: TWIML }),
      },
    },
    async (request, reply) => reply.type(XML).send(await handOn(services, request)),
  );
}

/** The bytes with their signature, and with the query, which is signed too (a JSON body's hash stands there). */
async function handOn(
  services: Services,
  { url, id, headers, body }: Pick<FastifyRequest, 'url' | 'id' | 'headers' | 'body'>,
): Promise<string> {
  if (!Buffer.isBuffer(body)) throw new UbotError('MEDIA_TYPE_UNSUPPORTED');
  const signature = headers['x-twilio-signature'];
  const answer = await services.notifier.requestRaw({
    method: 'POST',
    path: url,
    body,
    headers: {
      'content-type': headers['content-type'] ?? FORM,
      'x-request-id': id,
      ...(typeof signature === 'string' && { 'x-twilio-signature': signature }),
    },
  });
  if (!answer.ok) throw relayed(answer.failure);
  if (answer.value.status >= 400) throw relayed(failureOfAnswer(answer.value));
  return answer.value.body.toString('utf8');
}
