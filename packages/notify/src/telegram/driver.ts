import { httpPost, judge, type HttpAnswer } from '../shared/httpPost.ts';
import { alertMessage, cannotBeAsked, sendCodeBy, withOrWithoutPicture, type Message } from '../shared/message.ts';
import { pictureForm } from '../shared/multipart.ts';
import { fitText } from '../shared/limits.ts';
import type { ChannelDriver, Picture, SendOutcome } from '../types.ts';

/** What stands under a picture is at most so long; a longer text goes without one. */
const CAPTION_CHARS = 1_024;

export interface TelegramSettings {
  readonly botToken: string;
  readonly baseUrl: string;
}

interface Answer {
  readonly ok?: boolean;
  readonly result?: { readonly message_id?: number };
  readonly description?: string;
  readonly parameters?: { readonly retry_after?: number };
}

/**
 * Telegram's bot API: plain text, so that nothing in an alert can be read as markup, under its picture where it has one
 * and is not too long for that.
 *
 * Edges: 403 (the user has not started the bot, or has blocked it) and 400 (no such chat) are for good; 401 and 404 mean the
 *        operator's token.
 * Source: core.telegram.org/bots/api
 */
export function createTelegramDriver({
  settings,
  timeoutMs,
}: {
  settings: TelegramSettings;
  timeoutMs?: number | undefined;
}): ChannelDriver {
  const call = async (
    { text, end, signal }: Message,
    { chatId, picture }: { chatId: string; picture: Picture | null },
  ): Promise<HttpAnswer> => {
    const url = `${settings.baseUrl}/bot${settings.botToken}`;
    if (picture !== null) {
      const { contentType, body } = await pictureForm({ chat_id: chatId, caption: text }, { field: 'photo', picture });
      return httpPost({ url: `${url}/sendPhoto`, headers: { 'content-type': contentType }, body, signal, timeoutMs });
    }
    return httpPost({
      url: `${url}/sendMessage`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        chat_id: chatId,
        text: fitText('telegram', text, end),
        link_preview_options: { is_disabled: true },
      }),
      signal,
      timeoutMs,
    });
  };

  const post = async (message: Message): Promise<SendOutcome> => {
    const { target } = message;
    if (target.kind !== 'telegram') throw new Error(`a Telegram driver given a target of kind ${target.kind}`);
    const { chatId } = target;
    const shown = message.text.length > CAPTION_CHARS ? null : message.picture;
    const answer = await withOrWithoutPicture(shown, (picture) => call(message, { chatId, picture }));
    const said = (answer.status === null ? null : answer.json) as Answer | null;
    if (answer.status === 200 && said?.ok === true) {
      const id = said.result?.message_id;
      return { kind: 'accepted', providerMessageId: id === undefined ? null : String(id), providerStatus: 'sent' };
    }
    const seconds = said?.parameters?.retry_after;
    return judge(answer, {
      name: 'Telegram',
      said: said?.description,
      secrets: [settings.botToken],
      retryAfterMs: seconds === undefined ? undefined : seconds * 1_000,
      operatorStatuses: [401, 404],
      // A user who has blocked the bot, and a chat that is not there; any other 400 is about this message.
      goneStatuses: said?.description?.includes('chat not found') === true ? [400, 403] : [403],
    });
  };

  return {
    kind: 'telegram',
    name: 'telegram',
    send: (request) => post(alertMessage(request)),
    lookUp: async () => cannotBeAsked('Telegram'),
    sendCode: (request) => sendCodeBy(post, request),
    async close() {},
  };
}
