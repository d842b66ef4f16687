import { httpPost, judge } from '../shared/httpPost.ts';
import { alertMessage, cannotBeAsked, sendCodeBy, type Message } from '../shared/message.ts';
import { fitText } from '../shared/limits.ts';
import type { ChannelDriver, SendOutcome } from '../types.ts';

/** The webhook was deleted, its channel archived, or its app is not in the workspace any more. */
const GONE = [403, 404, 410];
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * Slack's incoming webhooks: the text as it is, `mrkdwn` off, and the three signs escaped that Slack reads as control
 * characters (`<!channel>` would ping everybody).
 *
 * Source: api.slack.com/messaging/webhooks
 */
export function createSlackDriver(options: { baseUrl: string; timeoutMs?: number | undefined }): ChannelDriver {
  const post = async ({ target, text, end, signal }: Message): Promise<SendOutcome> => {
    if (target.kind !== 'slack') throw new Error(`a Slack driver given a target of kind ${target.kind}`);
    const shortened = fitText('slack', text, end);
    const answer = await httpPost({
      url: `${options.baseUrl}/services/${target.path}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: shortened.replaceAll(/[&<>]/g, (sign) => ESCAPES[sign]!), mrkdwn: false }),
      signal,
      timeoutMs: options.timeoutMs,
    });
    if (answer.status === 200) return { kind: 'accepted', providerMessageId: null, providerStatus: 'sent' };
    return judge(answer, { name: 'Slack', goneStatuses: GONE });
  };

  return {
    kind: 'slack',
    name: 'slack',
    send: (request) => post(alertMessage(request)),
    lookUp: async () => cannotBeAsked('Slack'),
    sendCode: (request) => sendCodeBy(post, request),
    async close() {},
  };
}
