import type { lookup as systemLookup } from 'node:dns';
import webPush from 'web-push';
import type { AddressRules } from '../shared/addresses.ts';
import { httpPost, judge } from '../shared/httpPost.ts';
import { fitText } from '../shared/limits.ts';
import { titleOf } from '../shared/message.ts';
import { shorten } from '../shared/smsText.ts';
import { createUserHosts } from '../shared/userHosts.ts';
import type { ChannelDriver, SendOutcome, SendRequest } from '../types.ts';

const TITLE_CHARS = 100;
const LINK_CHARS = 500;
/** Push services keep a message for four weeks at most. */
const LONGEST_TTL_S = 28 * 86_400;
/** Control signs grow sixfold in JSON, and show nothing. */
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f]/g;

export interface WebPushSettings {
  /** VAPID, base64url: what browsers subscribe with. */
  readonly publicKey: string;
  readonly privateKey: string;
  /** Whom a push service may ask about our messages: `mailto:` or `https:`. */
  readonly subject: string;
}

/** A new VAPID key pair. */
export function makeWebPushKeys(): { publicKey: string; privateKey: string } {
  return webPush.generateVAPIDKeys();
}

/** What a browser gets, as JSON: the service worker shows `title` and `body`, and opens `url`. */
export interface PushPayload {
  readonly title: string;
  readonly body: string;
  /** null without a public address: the worker opens its own start page. */
  readonly url: string | null;
  readonly alertId: string;
  /** Equal for repeats of one notification: the browser then shows one. */
  readonly tag: string;
}

/**
 * Push messages to browsers, encrypted for the one that subscribed (RFC 8291), signed for its push service (RFC 8292).
 *
 * Shape:  201 and other 2xx are accepted · 404 and 410 end the channel: the browser has unsubscribed · 429 waits as it says ·
 *         401 and 403 are our keys, the operator's to mend.
 * Edges:  the message waits for the browser no longer than the alert is worth reading. A repeat replaces its first message at
 *         the push service (topic) and in the browser (tag), so that one of unknown fate is sent again. Endpoints that users
 *         name are kept out of the operator's network as webhooks are.
 */
export function createWebPushDriver(options: {
  settings: WebPushSettings;
  addresses: AddressRules;
  timeoutMs?: number | undefined;
  lookup?: typeof systemLookup | undefined;
}): ChannelDriver {
  const { settings, timeoutMs } = options;
  const hosts = createUserHosts(options);

  const post = async (request: SendRequest, endpoint: URL): Promise<SendOutcome> => {
    if (request.target.kind !== 'web_push') throw new Error('a push driver given another target');
    const { keys } = request.target;
    let details: webPush.RequestDetails;
    try {
      details = webPush.generateRequestDetails({ endpoint: endpoint.href, keys }, JSON.stringify(payloadOf(request)), {
        vapidDetails: { ...settings },
        TTL: Math.min(LONGEST_TTL_S, Math.max(1, Math.ceil(request.validForMs / 1_000))),
        urgency: 'high',
        // 32 signs at most: an id without its dashes.
        topic: request.notificationId.replaceAll('-', ''),
      });
    } catch {
      // Not the error's own text, which may quote the keys.
      const detail = 'The keys of the browser are not those of a push subscription.';
      return { kind: 'refused', failure: { code: 'CHANNEL_REFUSED', detail }, lasting: 'unreachable' };
    }
    const answer = await httpPost({
      url: details.endpoint,
      headers: Object.fromEntries(Object.entries(details.headers).map(([name, value]) => [name, String(value)])),
      body: details.body ?? Buffer.alloc(0),
      signal: request.signal,
      timeoutMs,
      agents: hosts.agents,
    });
    if (answer.status !== null && answer.status >= 200 && answer.status < 300) {
      return { kind: 'accepted', providerMessageId: null, providerStatus: 'sent' };
    }
    if (answer.status === 404 || answer.status === 410) {
      const detail = 'The browser has unsubscribed: make the channel anew in that browser.';
      return { kind: 'refused', failure: { code: 'CHANNEL_REFUSED', detail }, lasting: 'unreachable' };
    }
    return judge(answer, { name: endpoint.host, operatorStatuses: [401, 403] });
  };

  return {
    kind: 'web_push',
    name: 'web-push',
    async send(request) {
      if (request.target.kind !== 'web_push')
        throw new Error(`a push driver given a target of kind ${request.target.kind}`);
      const { endpoint } = request.target;
      const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
      if (url === null || !hosts.mayReach(url)) {
        const detail = 'The push service is on an address that may not be reached.';
        return { kind: 'refused', failure: { code: 'CHANNEL_TARGET_INVALID', detail } };
      }
      return hosts.inTurn(url, () => post(request, url));
    },
    async close() {
      hosts.close();
    },
  };
}

function payloadOf({ alert, digest, text, reference, notificationId, link = null }: SendRequest): PushPayload {
  return {
    title: shorten(titleOf(alert, digest).replaceAll(CONTROLS, ' ').toWellFormed(), TITLE_CHARS),
    body: fitText('web_push', text.replaceAll(CONTROLS, ' '), reference),
    url: link !== null && link.length <= LINK_CHARS ? link : null,
    alertId: alert.id,
    tag: notificationId,
  };
}
