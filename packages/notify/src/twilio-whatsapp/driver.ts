import { callbackUrl } from '../shared/callbackUrl.ts';
import { SMS_TEXT_CHARS, shortenKeepingEnd } from '../shared/smsText.ts';
import { CODE_VALID_MS, type TwilioClient, type TwilioSettings } from '../shared/twilioClient.ts';
import { OUTSIDE_WINDOW, twilioErrorMeaning } from '../shared/twilioErrors.ts';
import { sendFailure } from '../shared/twilioFailures.ts';
import { chargeOfMessage, lookUpMessage } from '../shared/twilioLookUp.ts';
import type { ChannelDriver, SendRequest } from '../types.ts';

/** What stands under a picture in WhatsApp is at most so long; a longer text goes without one. */
const CAPTION_CHARS = 1_024;
/** A template's variable holds at most this many characters. */
const VARIABLE_CHARS = 1_024;

/**
 * WhatsApp over Twilio. Free text reaches only those who wrote within 24 hours; all others get the template, whose
 * variable 1 is the text. Without a template the free text is tried all the same.
 *
 * Edges: free text that is refused with 63016 is sent as the template, once; one whose picture is refused goes without.
 *        A template has no picture but its own.
 */
export function createTwilioWhatsAppDriver(options: {
  client: TwilioClient;
  settings: TwilioSettings & { readonly whatsAppFrom: string };
  publicUrl: string | null;
}): ChannelDriver {
  const { client, settings, publicUrl } = options;

  const create = (request: SendRequest, contentSid: string | null, mediaUrl: string | null = null) =>
    client.create({
      mediaUrl,
      to: address(numberOf(request)),
      from: address(settings.whatsAppFrom),
      messagingServiceSid: null,
      body: contentSid === null ? shortenKeepingEnd(request.text, SMS_TEXT_CHARS, request.reference) : null,
      contentSid,
      contentVariables: contentSid === null ? null : { 1: variableOf(request) },
      statusCallback: callbackUrl(publicUrl, request),
      validForMs: request.validForMs,
      signal: request.signal,
    });

  return {
    kind: 'whatsapp',
    name: 'twilio-whatsapp',

    async send(request) {
      const template = settings.whatsAppContentSid;
      const freeText = template === null || request.sessionOpen === true;
      const pictureUrl = freeText && request.text.length <= CAPTION_CHARS ? (request.picture?.url ?? null) : null;
      let answer = await create(request, freeText ? null : template, pictureUrl);
      if (pictureUrl !== null && !answer.ok && twilioErrorMeaning(answer.error.code)?.class === 'picture') {
        answer = await create(request, null);
      }
      if (freeText && template !== null && !answer.ok && answer.error.code === OUTSIDE_WINDOW) {
        answer = await create(request, template);
      }
      if (!answer.ok) return sendFailure(answer.error);
      return { kind: 'accepted', providerMessageId: answer.value.sid, providerStatus: answer.value.status };
    },

    async sendCode({ target, text, signal }) {
      const template = settings.whatsAppContentSid;
      const answer = await client.create({
        to: address(numberOf({ target })),
        from: address(settings.whatsAppFrom),
        messagingServiceSid: null,
        body: template === null ? text : null,
        contentSid: template,
        contentVariables: template === null ? null : { 1: text },
        statusCallback: null,
        validForMs: CODE_VALID_MS,
        signal,
      });
      return answer.ok ? { kind: 'sent' } : { kind: 'failed', failure: sendFailure(answer.error).failure };
    },

    lookUp: async (request) => lookUpMessage(client, { ...request, to: address(numberOf(request)) }),

    chargeOf: (sid) => chargeOfMessage(client, sid),

    async close() {},
  };
}

function address(number: string): string {
  return number.startsWith('whatsapp:') ? number : `whatsapp:${number}`;
}

function numberOf({ target }: Pick<SendRequest, 'target'>): string {
  if (target.kind !== 'whatsapp') throw new Error(`a WhatsApp driver given a target of kind ${target.kind}`);
  return target.to;
}

/** Variables take no line breaks, no tabs and no run of more than four spaces. */
function variableOf({ text, reference }: SendRequest): string {
  return shortenKeepingEnd(text.replace(/\s+/g, ' ').trim(), VARIABLE_CHARS, reference);
}
