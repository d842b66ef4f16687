import { httpPost, judge } from '../shared/httpPost.ts';
import { alertMessage, cannotBeAsked, sendCodeBy, withOrWithoutPicture, type Message } from '../shared/message.ts';
import { fitText } from '../shared/limits.ts';
import { shorten } from '../shared/smsText.ts';
import type { ChannelDriver, Picture, SendOutcome } from '../types.ts';

/** The webhook was deleted, its channel archived, or its app is not in the workspace any more. */
const GONE = [403, 404, 410];
/** Slack's limit for what stands for a picture. */
const ALT_CHARS = 2_000;
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * Slack's incoming webhooks: the text as it is, `mrkdwn` off, and the three signs escaped that Slack reads as control
 * characters (`<!channel>` would ping everybody). Slack fetches the picture from its address, which stands in a block below.
 *
 * Source: api.slack.com/messaging/webhooks
 */
export function createSlackDriver(options: { baseUrl: string; timeoutMs?: number | undefined }): ChannelDriver {
  const post = async ({ target, text, end, picture, signal }: Message): Promise<SendOutcome> => {
    if (target.kind !== 'slack') throw new Error(`a Slack driver given a target of kind ${target.kind}`);
    const shortened = fitText('slack', text, end);
    const said = { text: shortened.replaceAll(/[&<>]/g, (sign) => ESCAPES[sign]!), mrkdwn: false };
    const answer = await withOrWithoutPicture(picture?.url == null ? null : picture, (shown) =>
      httpPost({
        url: `${options.baseUrl}/services/${target.path}`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...said, ...attached(shown) }),
        signal,
        timeoutMs: options.timeoutMs,
      }),
    );
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

/** Beside the text rather than in blocks of its own, in which the text would be marked up. */
function attached(picture: Picture | null): object {
  if (picture === null) return {};
  const alt_text = shorten(picture.alt, ALT_CHARS);
  return { attachments: [{ fallback: alt_text, blocks: [{ type: 'image', image_url: picture.url, alt_text }] }] };
}
