import { callbackUrl } from '../shared/callbackUrl.ts';
import { fitSms, SMS_LIMITS, smsSegments } from '../shared/smsText.ts';
import { CODE_VALID_MS, type TwilioClient, type TwilioSettings } from '../shared/twilioClient.ts';
import { sendFailure } from '../shared/twilioFailures.ts';
import { chargeOfMessage, lookUpMessage } from '../shared/twilioLookUp.ts';
import type { ChannelDriver } from '../types.ts';

/** SMS over Twilio. The settings name a sender: a number or a messaging service. */
export function createTwilioSmsDriver(options: {
  client: TwilioClient;
  settings: TwilioSettings;
  publicUrl: string | null;
}): ChannelDriver {
  const { client, settings, publicUrl } = options;
  return {
    kind: 'sms',
    name: 'twilio-sms',

    async send(request) {
      const { target, text, reference, validForMs, signal } = request;
      if (target.kind !== 'sms') throw new Error(`an SMS driver given a target of kind ${target.kind}`);
      const body = fitSms(text, reference, settings.smsLimits ?? SMS_LIMITS);
      const answer = await client.create({
        to: target.to,
        from: settings.messagingServiceSid === null ? settings.from : null,
        messagingServiceSid: settings.messagingServiceSid,
        body,
        contentSid: null,
        contentVariables: null,
        statusCallback: callbackUrl(publicUrl, request),
        validForMs,
        signal,
      });
      if (!answer.ok) return sendFailure(answer.error);
      const { sid, status, segments } = answer.value;
      return {
        kind: 'accepted',
        providerMessageId: sid,
        providerStatus: status,
        segments: segments ?? smsSegments(body).segments,
      };
    },

    async sendCode({ target, text, signal }) {
      if (target.kind !== 'sms') throw new Error(`an SMS driver given a target of kind ${target.kind}`);
      const answer = await client.create({
        to: target.to,
        from: settings.messagingServiceSid === null ? settings.from : null,
        messagingServiceSid: settings.messagingServiceSid,
        body: text,
        contentSid: null,
        contentVariables: null,
        statusCallback: null,
        validForMs: CODE_VALID_MS,
        signal,
      });
      return answer.ok ? { kind: 'sent' } : { kind: 'failed', failure: sendFailure(answer.error).failure };
    },

    async lookUp(request) {
      if (request.target.kind !== 'sms') throw new Error(`an SMS driver given a target of kind ${request.target.kind}`);
      return lookUpMessage(client, { ...request, to: request.target.to });
    },

    chargeOf: (sid) => chargeOfMessage(client, sid),

    async close() {},
  };
}
