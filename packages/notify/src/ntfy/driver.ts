import type { lookup as systemLookup } from 'node:dns';
import type { AddressRules } from '../shared/addresses.ts';
import { createUserHosts } from '../shared/userHosts.ts';
import { httpPost, judge } from '../shared/httpPost.ts';
import { fitText } from '../shared/limits.ts';
import { alertMessage, cannotBeAsked, sendCodeBy, withOrWithoutPicture, type Message } from '../shared/message.ts';
import type { ChannelDriver, SendOutcome } from '../types.ts';

/**
 * ntfy, the public server or one of the user's own, which may not be on a private address unless the operator allows it.
 * Published as JSON, so that titles need no encoding; the reader's app fetches the picture from its address.
 *
 * Source: docs.ntfy.sh/publish, docs.ntfy.sh/publish#attach-file-from-a-url
 */
export function createNtfyDriver(options: {
  addresses: AddressRules;
  timeoutMs?: number | undefined;
  lookup?: typeof systemLookup | undefined;
}): ChannelDriver {
  const hosts = createUserHosts(options);
  const post = async ({ target, title, text, end, link, picture, signal }: Message): Promise<SendOutcome> => {
    if (target.kind !== 'ntfy') throw new Error(`an ntfy driver given a target of kind ${target.kind}`);
    if (!hosts.mayReach(new URL(target.server))) {
      const detail = 'The ntfy server is on an address that may not be reached.';
      return { kind: 'refused', failure: { code: 'CHANNEL_REFUSED', detail } };
    }
    const message = {
      topic: target.topic,
      title,
      message: fitText('ntfy', text, end),
      priority: 4,
      ...(link !== null && { click: link }),
    };
    const answer = await withOrWithoutPicture(picture?.url == null ? null : picture, (shown) =>
      httpPost({
        url: target.server,
        headers: {
          'content-type': 'application/json',
          ...(target.token !== undefined && { authorization: `Bearer ${target.token}` }),
        },
        body: JSON.stringify({ ...message, ...(shown !== null && { attach: shown.url, filename: 'chart.png' }) }),
        signal,
        timeoutMs: options.timeoutMs,
        agents: hosts.agents,
      }),
    );
    const said = (answer.status === null ? null : answer.json) as { id?: string; error?: string } | null;
    if (answer.status === 200) {
      return { kind: 'accepted', providerMessageId: said?.id ?? null, providerStatus: 'sent' };
    }
    const secrets = target.token === undefined ? [] : [target.token];
    return judge(answer, { name: 'ntfy', said: said?.error, secrets });
  };

  return {
    kind: 'ntfy',
    name: 'ntfy',
    async send(request) {
      if (request.target.kind !== 'ntfy')
        throw new Error(`an ntfy driver given a target of kind ${request.target.kind}`);
      return hosts.inTurn(new URL(request.target.server), () => post(alertMessage(request)));
    },
    lookUp: async () => cannotBeAsked('ntfy'),
    sendCode: (request) => sendCodeBy(post, request),
    async close() {
      hosts.close();
    },
  };
}
