import { callbackUrl } from '../shared/callbackUrl.ts';
import { SMS_TEXT_CHARS, shortenKeepingEnd } from '../shared/smsText.ts';
import type { TwilioClient, TwilioSettings } from '../shared/twilioClient.ts';
import { sendFailure } from '../shared/twilioFailures.ts';
import { lookUpMessage } from '../shared/twilioLookUp.ts';
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

    async send({ target, text, reference, notificationId }) {
      if (target.kind !== 'sms') throw new Error(`an SMS driver given a target of kind ${target.kind}`);
      const answer = await client.create({
        to: target.to,
        from: settings.messagingServiceSid === null ? settings.from : null,
        messagingServiceSid: settings.messagingServiceSid,
        body: shortenKeepingEnd(text, SMS_TEXT_CHARS, reference),
        contentSid: null,
        contentVariables: null,
        statusCallback: callbackUrl(publicUrl, notificationId),
      });
      if (!answer.ok) return sendFailure(answer.error);
      return { kind: 'accepted', providerMessageId: answer.value.sid, providerStatus: answer.value.status };
    },

    async sendCode({ target, text }) {
      if (target.kind !== 'sms') throw new Error(`an SMS driver given a target of kind ${target.kind}`);
      const answer = await client.create({
        to: target.to,
        from: settings.messagingServiceSid === null ? settings.from : null,
        messagingServiceSid: settings.messagingServiceSid,
        body: text,
        contentSid: null,
        contentVariables: null,
        statusCallback: null,
      });
      return answer.ok ? { kind: 'sent' } : { kind: 'failed', failure: sendFailure(answer.error).failure };
    },

    async lookUp(request) {
      if (request.target.kind !== 'sms') throw new Error(`an SMS driver given a target of kind ${request.target.kind}`);
      return lookUpMessage(client, { ...request, to: request.target.to });
    },

    async close() {},
  };
}
