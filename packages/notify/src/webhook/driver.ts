import { createHmac } from 'node:crypto';
import type { lookup as systemLookup } from 'node:dns';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP } from 'node:net';
import type { Readable } from 'node:stream';
import type { ErrorCode } from '@ubot/contracts';
import axios, { isAxiosError } from 'axios';
import type { ChannelDriver, SendOutcome, SendRequest } from '../types.ts';
import { ADDRESS_REFUSED, createAddressCheck, createGuardedLookup, type AddressRules } from './addresses.ts';

export interface WebhookOptions {
  readonly addresses: AddressRules;
  readonly nowMs: () => number;
  readonly timeoutMs?: number;
  /** Requests to one address at a time: a slow receiver holds up nobody else's alerts. */
  readonly perHostLimit?: number;
  /** Resolves names; tests hand in their own. */
  readonly lookup?: typeof systemLookup;
}

const TIMEOUT_MS = 10_000;
const PER_HOST = 4;
const BUSY_WAIT_MS = 1_000;
const RETRY_AFTER_LIMIT_S = 3_600;

/**
 * Posts the alert as signed JSON. The notification id stays the same in every repeat (`id` and X-Ubot-Id), so a receiver
 * that remembers ids sees each alert once.
 *
 * Shape:  2xx is accepted; 408, 425, 429, 5xx, a timeout or a lost connection is tried again; all else, redirects too,
 *         is refused for good. The answer's body is not read.
 * Edges:  private, loopback and link-local addresses are refused unless the rules allow them, at the connection itself.
 */
export function createWebhookDriver(options: WebhookOptions): ChannelDriver {
  const isAllowed = createAddressCheck(options.addresses);
  const lookup = createGuardedLookup(isAllowed, options.lookup);
  const agents = { httpAgent: new HttpAgent({ lookup }), httpsAgent: new HttpsAgent({ lookup }) };
  const running = new Map<string, number>();

  const post = async (request: SendRequest, url: URL): Promise<SendOutcome> => {
    const sentAtMs = options.nowMs();
    const { notificationId, alert, text, signingSecret } = request;
    const body = JSON.stringify({ id: notificationId, type: 'alert', alert, text, sentAtMs });
    const timestamp = String(sentAtMs);
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), options.timeoutMs ?? TIMEOUT_MS);
    try {
      const answer = await axios.post<Readable>(url.href, body, {
        ...agents,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'uBot-webhook/1',
          'x-ubot-id': notificationId,
          'x-ubot-timestamp': timestamp,
          'x-ubot-signature': webhookSignature({ secret: signingSecret ?? '', timestamp, body }),
        },
        // Bytes and status only: no body is read, none is unpacked.
        responseType: 'stream',
        decompress: false,
        maxRedirects: 0,
        proxy: false,
        validateStatus: () => true,
        signal: AbortSignal.any([controller.signal, request.signal]),
      });
      answer.data.on('error', () => {});
      answer.data.destroy();
      return outcomeOf(answer.status, String(answer.headers['retry-after'] ?? ''), url);
    } catch (error) {
      return outcomeOfError(error, url);
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    kind: 'webhook',
    name: 'webhook',

    async send(request) {
      if (request.target.kind !== 'webhook') throw new Error(`a webhook given a target of kind ${request.target.kind}`);
      const url = URL.canParse(request.target.url) ? new URL(request.target.url) : null;
      const literal = url?.hostname.replace(/^\[|\]$/g, '') ?? '';
      if (url === null || !/^https?:$/.test(url.protocol)) return refused('The webhook has no usable address.');
      if (isIP(literal) !== 0 && !isAllowed(literal)) return addressRefused(url);
      const busy = running.get(url.host) ?? 0;
      if (busy >= (options.perHostLimit ?? PER_HOST)) {
        const detail = `${url.host} is still answering ${busy} requests.`;
        return { kind: 'deferred', failure: { code: 'CHANNEL_RATE_LIMITED', detail, retryAfterMs: BUSY_WAIT_MS } };
      }
      running.set(url.host, busy + 1);
      try {
        return await post(request, url);
      } finally {
        const left = (running.get(url.host) ?? 1) - 1;
        if (left === 0) running.delete(url.host);
        else running.set(url.host, left);
      }
    },

    async close() {
      agents.httpAgent.destroy();
      agents.httpsAgent.destroy();
    },
  };
}

/** `v1=` and the hexadecimal HMAC-SHA256 over `timestamp.body`. */
export function webhookSignature(options: { secret: string; timestamp: string; body: string }): string {
  const { secret, timestamp, body } = options;
  return `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}

function outcomeOf(status: number, retryAfter: string, url: URL): SendOutcome {
  if (status >= 200 && status < 300) {
    return { kind: 'accepted', providerMessageId: null, providerStatus: String(status) };
  }
  const detail = `${url.host} answered ${status}.`;
  if (status === 429 || status === 408 || status === 425 || status >= 500) {
    const seconds = /^\d{1,6}$/.test(retryAfter) ? Math.min(Number(retryAfter), RETRY_AFTER_LIMIT_S) : null;
    const code: ErrorCode = status === 429 ? 'CHANNEL_RATE_LIMITED' : 'CHANNEL_UNREACHABLE';
    return { kind: 'retry', failure: { code, detail, ...(seconds !== null && { retryAfterMs: seconds * 1_000 }) } };
  }
  return refused(status >= 300 && status < 400 ? `${detail} Redirects are not followed.` : detail);
}

function outcomeOfError(error: unknown, url: URL): SendOutcome {
  // Not the error's own text: it may quote the address, and with it a token in its query.
  const code = isAxiosError(error) ? (error.code ?? '') : '';
  if (code === ADDRESS_REFUSED) return addressRefused(url);
  const detail =
    code === 'ERR_CANCELED' ? `${url.host} did not answer in time.` : `${url.host} could not be reached (${code}).`;
  return { kind: 'retry', failure: { code: 'CHANNEL_UNREACHABLE', detail } };
}

function addressRefused(url: URL): SendOutcome {
  const detail = `${url.hostname} is a private address; the operator has not allowed it.`;
  return { kind: 'refused', failure: { code: 'CHANNEL_TARGET_INVALID', detail } };
}

function refused(detail: string): SendOutcome {
  return { kind: 'refused', failure: { code: 'CHANNEL_REFUSED', detail } };
}
