import { randomUUID } from 'node:crypto';
import { createTransport } from 'nodemailer';
import { alertMessage, cannotBeAsked, sendCodeBy, type Message } from '../shared/message.ts';
import type { ChannelDriver, SendOutcome } from '../types.ts';
import { letterOf } from './letter.ts';

const TIMEOUT_MS = 15_000;
const OPERATOR_RETRY_MS = 5 * 60_000;

export interface EmailSettings {
  /** `smtp://user:password@host:587` */
  readonly smtpUrl: string;
  readonly from: string;
  /** Links in the mail lead there; null: none. */
  readonly publicUrl: string | null;
}

/** An error of the library, as far as its fields can be read. */
interface SmtpError {
  readonly code?: string;
  readonly responseCode?: number;
  /** What the server answered to. */
  readonly command?: string;
  /** The system call that failed, when it was one. */
  readonly syscall?: string;
}

/**
 * Mail by SMTP, as text and as HTML that says the same, the picture inside.
 *
 * Shape: 5xx → refused · 4xx → retry · the operator's credentials → retry, slowly · no connection → retry · silence after
 *        the text was handed over → unknown.
 * Edges: the Message-ID is the notification's, so that a mail that did come twice is recognised as one by most readers.
 */
export function createEmailDriver({
  settings,
  timeoutMs,
}: {
  settings: EmailSettings;
  timeoutMs?: number | undefined;
}): ChannelDriver {
  const limit = timeoutMs ?? TIMEOUT_MS;
  const transport = createTransport({
    url: settings.smtpUrl,
    pool: true,
    connectionTimeout: limit,
    greetingTimeout: limit,
    socketTimeout: limit,
  });
  const host = /@([^>\s]+)/.exec(settings.from)?.[1] ?? 'localhost';

  const post = async (message: Message, messageId: string): Promise<SendOutcome> => {
    const { target } = message;
    if (target.kind !== 'email') throw new Error(`an e-mail driver given a target of kind ${target.kind}`);
    const letter = letterOf(message, settings.publicUrl);
    try {
      const sent = await transport.sendMail({
        from: settings.from,
        to: { name: '', address: target.to },
        messageId: `<${messageId}@${host}>`,
        ...letter,
        signal: message.signal,
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All', ...letter.headers },
      });
      return { kind: 'accepted', providerMessageId: sent.messageId, providerStatus: 'sent' };
    } catch (error) {
      return outcomeOf(error as SmtpError);
    }
  };

  return {
    kind: 'email',
    name: 'smtp',
    send: (request) => post(alertMessage(request), request.notificationId),
    lookUp: async () => cannotBeAsked('The mail server'),
    sendCode: (request) => sendCodeBy((message) => post(message, randomUUID()), request),
    async close() {
      transport.close();
    },
  };
}

/** Nothing can have been handed over when it ended so. */
const BEFORE_SENDING = new Set(['EDNS', 'ENOTFOUND', 'ECONNREFUSED', 'ETLS']);

/** No such mailbox, moved without an address, a name that cannot be. */
const NO_MAILBOX = new Set([550, 551, 553]);

function outcomeOf({ code, responseCode, syscall, command }: SmtpError): SendOutcome {
  const detail = `The mail server answered ${responseCode ?? code ?? 'nothing'}.`;
  if (code === 'EAUTH') {
    return { kind: 'retry', failure: { code: 'CHANNEL_NOT_CONFIGURED', detail, retryAfterMs: OPERATOR_RETRY_MS } };
  }
  if (responseCode !== undefined && responseCode >= 500) {
    const isGone = command === 'RCPT TO' && NO_MAILBOX.has(responseCode);
    return { kind: 'refused', ...(isGone && { lasting: 'unreachable' }), failure: { code: 'CHANNEL_REFUSED', detail } };
  }
  const isBefore = BEFORE_SENDING.has(code ?? '') || syscall === 'connect';
  if (responseCode === undefined && !isBefore) {
    return { kind: 'unknown', failure: { code: 'CHANNEL_OUTCOME_UNKNOWN', detail } };
  }
  return { kind: 'retry', failure: { code: 'CHANNEL_UNREACHABLE', detail } };
}
