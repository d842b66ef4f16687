import { httpPost, judge, type HttpAnswer } from '../shared/httpPost.ts';
import { alertMessage, cannotBeAsked, sendCodeBy, withOrWithoutPicture, type Message } from '../shared/message.ts';
import { pictureForm } from '../shared/multipart.ts';
import { fitText } from '../shared/limits.ts';
import { shorten } from '../shared/smsText.ts';
import type { ChannelDriver, Picture, SendOutcome } from '../types.ts';

const TITLE_CHARS = 250;
const URL_CHARS = 512;

export interface PushoverSettings {
  readonly appToken: string;
  readonly baseUrl: string;
}

/**
 * Pushover: the operator's application, the user's key.
 *
 * Edges: a wrong key or token is 400 with a sentence; which of them it is decides who has to mend it.
 * Source: pushover.net/api, pushover.net/api#attachments
 */
export function createPushoverDriver({
  settings,
  timeoutMs,
}: {
  settings: PushoverSettings;
  timeoutMs?: number | undefined;
}): ChannelDriver {
  const call = async (
    fields: Readonly<Record<string, string>>,
    { picture, signal }: { picture: Picture | null; signal: AbortSignal },
  ): Promise<HttpAnswer> => {
    const { contentType, body } =
      picture === null
        ? { contentType: 'application/x-www-form-urlencoded', body: new URLSearchParams(fields).toString() }
        : await pictureForm(fields, { field: 'attachment', picture });
    const url = `${settings.baseUrl}/1/messages.json`;
    return httpPost({ url, headers: { 'content-type': contentType }, body, signal, timeoutMs });
  };

  const post = async ({ target, title, text, end, sentAtMs, link, picture, signal }: Message): Promise<SendOutcome> => {
    if (target.kind !== 'pushover') throw new Error(`a Pushover driver given a target of kind ${target.kind}`);
    const fields = {
      token: settings.appToken,
      user: target.userKey,
      title: shorten(title, TITLE_CHARS),
      message: fitText('pushover', text, end),
      ...(link !== null && link.length <= URL_CHARS && { url: link, url_title: 'Open in uBot' }),
      ...(sentAtMs !== null && { timestamp: String(Math.floor(sentAtMs / 1_000)) }),
    };
    const answer = await withOrWithoutPicture(picture, (shown) => call(fields, { picture: shown, signal }));
    const said = (answer.status === null ? null : answer.json) as Answer | null;
    if (answer.status === 200 && said?.status === 1) {
      return { kind: 'accepted', providerMessageId: said.request ?? null, providerStatus: 'sent' };
    }
    const isOperators = said?.token === 'invalid';
    return judge(answer, {
      name: 'Pushover',
      said: said?.errors?.join(' '),
      secrets: [settings.appToken, target.userKey],
      ...(isOperators && { operatorStatuses: [400] }),
      // There is no such user, or nobody's device is behind the key any more.
      ...(said?.user === 'invalid' && { goneStatuses: [400] }),
    });
  };

  return {
    kind: 'pushover',
    name: 'pushover',
    send: (request) => post(alertMessage(request)),
    lookUp: async () => cannotBeAsked('Pushover'),
    sendCode: (request) => sendCodeBy(post, request),
    async close() {},
  };
}

interface Answer {
  readonly status?: number;
  readonly request?: string;
  readonly token?: string;
  readonly user?: string;
  readonly errors?: readonly string[];
}
