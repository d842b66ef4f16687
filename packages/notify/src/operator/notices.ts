import { createTransport } from 'nodemailer';
import { httpPost } from '../shared/httpPost.ts';
import { shorten } from '../shared/smsText.ts';

/** What an operator is told of uBot itself. */
export interface OperatorNotice {
  /** The same whenever it is told again. */
  readonly id: string;
  readonly incidentId: string;
  readonly what: 'opened' | 'ended';
  readonly kind: string;
  readonly subject: string;
  readonly sinceMs: number;
  readonly text: string;
}

export type OperatorWay = 'webhook' | 'email';

export interface OperatorNotices {
  readonly ways: readonly OperatorWay[];
  /** Whether it has been taken. Never throws for what the outside does. */
  tell(way: string, notice: OperatorNotice): Promise<boolean>;
  close(): void;
}

export interface OperatorSettings {
  readonly webhookUrl: string | null;
  readonly email: { readonly smtpUrl: string; readonly from: string; readonly to: string } | null;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;

/**
 * The operator's own ways, apart from all channels: they have to work when those do not.
 *
 * Shape: the webhook gets JSON with the sentence as `text` and as `content`, so that a webhook of Slack, Mattermost or
 *        Discord shows it as it is.
 */
export function createOperatorNotices({
  webhookUrl,
  email,
  timeoutMs = TIMEOUT_MS,
}: OperatorSettings): OperatorNotices {
  const times = { connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs };
  const transport = email === null ? null : createTransport({ url: email.smtpUrl, ...times });

  const post = async (url: string, notice: OperatorNotice): Promise<boolean> => {
    const answer = await httpPost({
      url,
      headers: { 'content-type': 'application/json', 'x-ubot-id': notice.id },
      body: JSON.stringify({ type: 'incident', ...notice, content: notice.text }),
      signal: new AbortController().signal,
      timeoutMs,
    });
    return answer.status !== null && answer.status >= 200 && answer.status < 300;
  };

  const mail = async (notice: OperatorNotice): Promise<boolean> => {
    if (transport === null || email === null) return false;
    const subject = `uBot: ${shorten(notice.text.split('\n')[0] ?? notice.kind, 150)}`;
    const host = /@([^>\s]+)/.exec(email.from)?.[1] ?? 'localhost';
    const letter = { from: email.from, to: email.to, subject, text: notice.text, messageId: `<${notice.id}@${host}>` };
    return transport.sendMail({ ...letter, headers: { 'Auto-Submitted': 'auto-generated' } }).then(
      () => true,
      () => false,
    );
  };

  return {
    ways: [...(webhookUrl === null ? [] : (['webhook'] as const)), ...(email === null ? [] : (['email'] as const))],
    async tell(way, notice) {
      if (way === 'webhook' && webhookUrl !== null) return post(webhookUrl, notice);
      return way === 'email' ? mail(notice) : false;
    },
    close: () => transport?.close(),
  };
}
