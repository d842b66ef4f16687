import { httpPost, judge } from '../shared/httpPost.ts';
import { alertMessage, cannotBeAsked, sendCodeBy, type Message } from '../shared/message.ts';
import { escapeAround } from '../shared/escape.ts';
import { fitText } from '../shared/limits.ts';
import type { ChannelDriver, SendOutcome } from '../types.ts';

const MARKUP = /[\\*_~`|>#[\]()<-]/g;

/** The webhook was deleted, or its token is not its own. */
const GONE = [401, 404, 410];

interface Answer {
  readonly id?: string;
  readonly message?: string;
  readonly retry_after?: number;
}

/**
 * A Discord channel's own webhook. `wait=true` makes Discord answer with the message, and mentions are off: an alert pings
 * nobody, whatever a strategy is called.
 *
 * Source: discord.com/developers/docs/resources/webhook#execute-webhook
 */
export function createDiscordDriver(options: { baseUrl: string; timeoutMs?: number | undefined }): ChannelDriver {
  const post = async ({ target, text, end, signal }: Message): Promise<SendOutcome> => {
    if (target.kind !== 'discord') throw new Error(`a Discord driver given a target of kind ${target.kind}`);
    const escaped = escapeAround(text, (part) => part.replaceAll(MARKUP, (sign) => `\\${sign}`));
    const answer = await httpPost({
      url: `${options.baseUrl}/api/webhooks/${target.webhookId}/${target.webhookToken}?wait=true`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        content: fitText('discord', escaped, end),
        allowed_mentions: { parse: [] },
      }),
      signal,
      timeoutMs: options.timeoutMs,
    });
    const said = (answer.status === null ? null : answer.json) as Answer | null;
    if (answer.status === 200 || answer.status === 204) {
      return { kind: 'accepted', providerMessageId: said?.id ?? null, providerStatus: 'sent' };
    }
    const seconds = said?.retry_after;
    return judge(answer, {
      name: 'Discord',
      said: said?.message,
      retryAfterMs: seconds === undefined ? undefined : Math.ceil(seconds * 1_000),
      goneStatuses: GONE,
    });
  };

  return {
    kind: 'discord',
    name: 'discord',
    send: (request) => post(alertMessage(request)),
    lookUp: async () => cannotBeAsked('Discord'),
    sendCode: (request) => sendCodeBy(post, request),
    async close() {},
  };
}
