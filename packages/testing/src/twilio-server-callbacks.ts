import { createHmac } from 'node:crypto';
import type { AcceptedMessage } from './twilio-server-store.ts';

/** A status that the server reports, how long after the one before it, and how often. */
export interface CallbackStep {
  readonly status: 'queued' | 'sending' | 'sent' | 'delivered' | 'read' | 'undelivered' | 'failed';
  readonly afterMs: number;
  readonly errorCode?: number;
  /** Default 1; 2 reports it twice. */
  readonly times?: number;
}

/** A callback that was posted, and what it was answered; status 0: nobody answered. */
export interface PostedCallback {
  readonly sid: string;
  readonly url: string;
  readonly form: Readonly<Record<string, string>>;
  readonly status: number;
}

const POST_LIMIT_MS = 5_000;

/** X-Twilio-Signature of a form: base64 HMAC-SHA1 over the URL and the sorted parameters. */
export function twilioSignature(authToken: string, url: string, form: Readonly<Record<string, string>>): string {
  const text = Object.keys(form)
    .toSorted()
    .reduce((joined, name) => joined + name + (form[name] ?? ''), url);
  return createHmac('sha1', authToken).update(text, 'utf8').digest('base64');
}

/** The form of a status callback, with the fields that real ones were seen to have. */
export function callbackForm(
  message: AcceptedMessage,
  { status, errorCode }: { status: string; errorCode?: number | undefined },
): Record<string, string> {
  const isWhatsApp = message.to.startsWith('whatsapp:');
  return {
    ApiVersion: '2010-04-01',
    MessageStatus: status,
    SmsSid: message.sid,
    SmsStatus: status,
    To: message.to,
    ...(message.from !== '' && { From: message.from }),
    ...(message.messagingServiceSid !== null && { MessagingServiceSid: message.messagingServiceSid }),
    MessageSid: message.sid,
    AccountSid: message.accountSid,
    ...(status === 'delivered' && !isWhatsApp && { RawDlrDoneDate: '2611210400' }),
    ...(isWhatsApp && { ChannelPrefix: 'whatsapp', ChannelToAddress: message.to.slice('whatsapp:'.length) }),
    ...(errorCode !== undefined && { ErrorCode: String(errorCode) }),
  };
}

/** Posts a form to a message's StatusCallback; resolves with what happened and never rejects. */
export async function postCallback(
  message: AcceptedMessage,
  options: { authToken: string; form: Readonly<Record<string, string>>; signature?: string },
): Promise<PostedCallback> {
  const { form, authToken } = options;
  const url = message.statusCallback ?? '';
  let status = 0;
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        'user-agent': 'TwilioProxy/1.1',
        'x-twilio-signature': options.signature ?? twilioSignature(authToken, url, form),
      },
      body: new URLSearchParams(form).toString(),
      signal: AbortSignal.timeout(POST_LIMIT_MS),
    });
    await answer.body?.cancel();
    status = answer.status;
  } catch {
    // Nobody there: as with the real one, the callback is lost.
  }
  return { sid: message.sid, url, form, status };
}
