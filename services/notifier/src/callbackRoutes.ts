import { UbotError, Uuid, type Failure } from '@ubot/contracts';
import { keyTwiml, readTwilioCallback, readTwilioInbound, readTwilioKey, type SignedRequest } from '@ubot/notify';
import { errorOf, type HttpApp } from '@ubot/service-kit';
import { Type } from 'typebox';
import type { Acknowledge } from './acknowledge.ts';
import { recordWord, type RecordOptions } from './callbacks.ts';
import { messageTwiml, recordInbound } from './inbound.ts';

const strict = { additionalProperties: false } as const;
const CALLBACK_BYTES = 16 * 1024;
const XML = 'text/xml; charset=utf-8';

export interface CallbackOptions extends RecordOptions {
  readonly acknowledge: Acknowledge;
  /** null: Twilio is not configured, so nothing can be signed by it. */
  readonly authToken: string | null;
  readonly publicUrl: string | null;
}

/**
 * Status callbacks and inbound messages. The signature is over the public address, whatever proxies stand between; it is checked before
 * anything else, so that a stranger learns nothing about which notifications exist.
 */
export async function addCallbackRoutes(app: HttpApp, options: CallbackOptions): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ['application/x-www-form-urlencoded', 'application/json'],
    { parseAs: 'string', bodyLimit: CALLBACK_BYTES },
    async (_request: unknown, body: string) => body,
  );
  app.post(
    '/callbacks/twilio/:notificationId',
    {
      bodyLimit: CALLBACK_BYTES,
      config: { open: true },
      schema: { params: Type.Object({ notificationId: Uuid }, strict) },
    },
    async (request, reply) => {
      const word = await readTwilioCallback(signedRequest(options, request));
      if (!word.ok) throw refused(options, word.failure);
      if (!(await recordWord(options, request.params.notificationId, word.value))) throw new UbotError('NOT_FOUND');
      return reply.status(204).send();
    },
  );
  app.post(
    '/callbacks/twilio/voice/:notificationId',
    {
      bodyLimit: CALLBACK_BYTES,
      config: { open: true },
      schema: { params: Type.Object({ notificationId: Uuid }, strict) },
    },
    async (request, reply) => {
      const key = await readTwilioKey(signedRequest(options, request));
      if (!key.ok) throw refused(options, key.failure);
      const { digits, language } = key.value;
      const isDone = digits === '1' && (await acknowledged(options, request.params.notificationId));
      return reply.type(XML).send(keyTwiml(language, isDone));
    },
  );
  app.post(
    '/callbacks/twilio/inbound',
    { bodyLimit: CALLBACK_BYTES, config: { open: true } },
    async (request, reply) => {
      const message = await readTwilioInbound(signedRequest(options, request));
      if (!message.ok) throw refused(options, message.failure);
      const answer = await recordInbound(options, message.value);
      return reply.type(XML).send(messageTwiml(answer));
    },
  );
}

/** Pressed twice it is acknowledged all the same. */
async function acknowledged({ acknowledge, log }: CallbackOptions, notificationId: string): Promise<boolean> {
  const done = await acknowledge.acknowledgeMessage(notificationId, 'call');
  log.info({ event: 'call.key_pressed', notificationId, acknowledged: done.ok, alerts: done.ok ? done.value : 0 });
  return done.ok;
}

/** Errors: throws CALLBACK_SIGNATURE_INVALID when there is nothing by which a signature could be judged. */
function signedRequest(
  { authToken, publicUrl }: CallbackOptions,
  request: { readonly url: string; readonly headers: Readonly<Record<string, unknown>>; readonly body: unknown },
): SignedRequest {
  if (authToken === null || publicUrl === null) throw new UbotError('CALLBACK_SIGNATURE_INVALID');
  const { 'x-twilio-signature': signature, 'content-type': contentType } = request.headers;
  return {
    authToken,
    signature: typeof signature === 'string' ? signature : null,
    url: `${publicUrl}${request.url}`,
    body: typeof request.body === 'string' ? request.body : '',
    contentType: typeof contentType === 'string' ? contentType : '',
  };
}

function refused({ log }: CallbackOptions, failure: Failure): UbotError {
  log.warn({ event: 'callback.refused', code: failure.code });
  return errorOf(failure);
}
