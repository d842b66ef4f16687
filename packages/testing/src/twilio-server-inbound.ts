import { randomBytes } from 'node:crypto';
import { twilioSignature } from './twilio-server-callbacks.ts';

/** A message that somebody writes to one of our numbers. */
export interface InboundMessage {
  /** Where our webhook is, as the provider knows it; the request goes to `at`, or there too. */
  readonly url: string;
  readonly at?: string;
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly whatsApp?: boolean;
  /** One of one's own replays an earlier message. */
  readonly sid?: string;
  /** One of one's own forges it. */
  readonly signature?: string;
  /** Set where the provider's Advanced Opt-Out has dealt with the word already. */
  readonly optOutType?: 'STOP' | 'START' | 'HELP';
}

export interface InboundAnswer {
  readonly sid: string;
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

/** The form of an inbound message, with the fields that real ones were seen to have. */
function inboundForm(message: InboundMessage, accountSid: string, sid: string): Record<string, string> {
  const { from, to, body, whatsApp = false, optOutType } = message;
  const address = (number: string): string => (whatsApp ? `whatsapp:${number}` : number);
  return {
    SmsMessageSid: sid,
    NumMedia: '0',
    SmsSid: sid,
    SmsStatus: 'received',
    Body: body,
    To: address(to),
    NumSegments: '1',
    MessageSid: sid,
    AccountSid: accountSid,
    From: address(from),
    ApiVersion: '2010-04-01',
    ...(whatsApp && { ProfileName: 'Ada', WaId: from.slice(1), ReferralNumMedia: '0' }),
    ...(optOutType !== undefined && { OptOutType: optOutType }),
  };
}

/** Posts an inbound message to our webhook, signed as the real one signs. */
export async function postInbound(
  message: InboundMessage,
  { accountSid, authToken }: { accountSid: string; authToken: string },
): Promise<InboundAnswer> {
  const sid = message.sid ?? `SM${randomBytes(16).toString('hex')}`;
  const form = inboundForm(message, accountSid, sid);
  const answer = await fetch(message.at ?? message.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'user-agent': 'TwilioProxy/1.1',
      'x-twilio-signature': message.signature ?? twilioSignature(authToken, message.url, form),
    },
    body: new URLSearchParams(form).toString(),
  });
  const contentType = answer.headers.get('content-type') ?? '';
  return { sid, status: answer.status, contentType, text: await answer.text() };
}
