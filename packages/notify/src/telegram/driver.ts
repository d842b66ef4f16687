import { httpPost, judge } from '../shared/httpPost.ts';
import { alertMessage, cannotBeAsked, sendCodeBy, type Message } from '../shared/message.ts';
import { fitText } from '../shared/limits.ts';
import type { ChannelDriver, SendOutcome } from '../types.ts';

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
 * Telegram's bot API: `sendMessage` of plain text, so that nothing in an alert can be read as markup.
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
  const post = async ({ target, text, end, signal }: Message): Promise<SendOutcome> => {
    if (target.kind !== 'telegram') throw new Error(`a Telegram driver given a target of kind ${target.kind}`);
    const answer = await httpPost({
      url: `${settings.baseUrl}/bot${settings.botToken}/sendMessage`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        chat_id: target.chatId,
        text: fitText('telegram', text, end),
        link_preview_options: { is_disabled: true },
      }),
      signal,
      timeoutMs,
    });
    const said = (answer.status === null ? null : answer.json) as Answer | null;
    if (answer.status === 200 && said?.ok === true) {
      const id = said.result?.message_id;
      return { kind: 'accepted', providerMessageId: id === undefined ? null : String(id), providerStatus: 'sent' };
    }
    const seconds = said?.parameters?.retry_after;
    return judge(answer, {
      name: 'Telegram',
      said: said?.description,
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
