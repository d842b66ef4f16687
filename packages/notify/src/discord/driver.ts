import { httpPost, judge, type HttpAnswer } from '../shared/httpPost.ts';
import { alertMessage, cannotBeAsked, sendCodeBy, withOrWithoutPicture, type Message } from '../shared/message.ts';
import { pictureForm } from '../shared/multipart.ts';
import { escapeAround } from '../shared/escape.ts';
import { fitText } from '../shared/limits.ts';
import { shorten } from '../shared/smsText.ts';
import type { ChannelDriver, Picture, SendOutcome } from '../types.ts';

const MARKUP = /[\\*_~`|>#[\]()<-]/g;

/** Discord's limit for what describes a file. */
const ALT_CHARS = 1_024;

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
  const call = async (
    given: { url: string; content: string; signal: AbortSignal },
    picture: Picture | null,
  ): Promise<HttpAnswer> => {
    const { url, content, signal } = given;
    const { timeoutMs } = options;
    const message = { content, allowed_mentions: { parse: [] } };
    if (picture === null) {
      const headers = { 'content-type': 'application/json' };
      return httpPost({ url, headers, body: JSON.stringify(message), signal, timeoutMs });
    }
    const attachments = [{ id: 0, filename: 'chart.png', description: shorten(picture.alt, ALT_CHARS) }];
    const fields = { payload_json: JSON.stringify({ ...message, attachments }) };
    const { contentType, body } = await pictureForm(fields, { field: 'files[0]', picture });
    return httpPost({ url, headers: { 'content-type': contentType }, body, signal, timeoutMs });
  };

  const post = async ({ target, text, end, picture, signal }: Message): Promise<SendOutcome> => {
    if (target.kind !== 'discord') throw new Error(`a Discord driver given a target of kind ${target.kind}`);
    const escaped = escapeAround(text, (part) => part.replaceAll(MARKUP, (sign) => `\\${sign}`));
    const url = `${options.baseUrl}/api/webhooks/${target.webhookId}/${target.webhookToken}?wait=true`;
    const given = { url, content: fitText('discord', escaped, end), signal };
    const answer = await withOrWithoutPicture(picture, (shown) => call(given, shown));
    const said = (answer.status === null ? null : answer.json) as Answer | null;
    if (answer.status === 200 || answer.status === 204) {
      return { kind: 'accepted', providerMessageId: said?.id ?? null, providerStatus: 'sent' };
    }
    const seconds = said?.retry_after;
    return judge(answer, {
      name: 'Discord',
      said: said?.message,
      secrets: [target.webhookToken],
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
