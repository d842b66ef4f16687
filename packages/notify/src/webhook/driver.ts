import { createHmac, randomUUID } from 'node:crypto';
import type { lookup as systemLookup } from 'node:dns';
import type { Readable } from 'node:stream';
import type { ErrorCode } from '@ubot/contracts';
import axios, { isAxiosError, type AxiosResponse } from 'axios';
import type { ChannelDriver, CodeOutcome, CodeRequest, SendOutcome, SendRequest } from '../types.ts';
import { ADDRESS_REFUSED, type AddressRules } from '../shared/addresses.ts';
import { retryAfterMs } from '../shared/retryAfter.ts';
import { createUserHosts } from '../shared/userHosts.ts';
import { readEcho } from './challenge.ts';

export interface WebhookOptions {
  readonly addresses: AddressRules;
  readonly nowMs: () => number;
  readonly timeoutMs?: number;
  /** Requests to one address at a time: a slow receiver holds up nobody else's alerts. */
  readonly perHostLimit?: number;
  /** Resolves names; tests hand in their own. */
  readonly lookup?: typeof systemLookup;
}

type Unsent = Exclude<SendOutcome, { kind: 'accepted' }>;

interface Posted {
  readonly url: URL;
  readonly id: string;
  readonly body: object;
  readonly signingSecret: string | null;
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 10_000;

/**
 * Posts the alert as signed JSON. The notification id stays the same in every repeat (`id` and X-Ubot-Id), so a receiver
 * that remembers ids sees each alert once.
 *
 * Shape:  2xx is accepted; 408, 425, 429, 5xx, a timeout or a lost connection is tried again; all else, redirects too,
 *         is refused for good. The answer's body is not read.
 * Edges:  private, loopback and link-local addresses are refused unless the rules allow them, at the connection itself.
 */
export function createWebhookDriver(options: WebhookOptions): ChannelDriver {
  const hosts = createUserHosts(options);

  /** Posts signed JSON; `read` gets the answer, whose body ends with it. */
  const post = async <T>(given: Posted, read: (answer: AxiosResponse<Readable>) => T | Promise<T>): Promise<T> => {
    const sentAtMs = options.nowMs();
    const body = JSON.stringify({ id: given.id, ...given.body, sentAtMs });
    const timestamp = String(sentAtMs);
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), options.timeoutMs ?? TIMEOUT_MS);
    try {
      const answer = await axios.post<Readable>(given.url.href, body, {
        ...hosts.agents,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'uBot-webhook/1',
          'x-ubot-id': given.id,
          'x-ubot-timestamp': timestamp,
          'x-ubot-signature': webhookSignature({ secret: given.signingSecret ?? '', timestamp, body }),
        },
        // Bytes and status only: none is unpacked.
        responseType: 'stream',
        decompress: false,
        maxRedirects: 0,
        proxy: false,
        validateStatus: () => true,
        signal: AbortSignal.any([controller.signal, given.signal]),
      });
      answer.data.on('error', () => {});
      try {
        return await read(answer);
      } finally {
        answer.data.destroy();
      }
    } finally {
      clearTimeout(timer);
    }
  };

  const postAlert = async (request: SendRequest, url: URL): Promise<SendOutcome> => {
    const { notificationId: id, alert, digest, text, isTest = false, signingSecret, signal } = request;
    const type = isTest ? 'test' : 'alert';
    const body = digest === undefined ? { type, alert, text } : { type: 'digest', alerts: digest, text };
    try {
      return await post({ url, id, body, signingSecret, signal }, ({ status, headers }) =>
        outcomeOf(status, retryAfterMs(headers, options.nowMs()), url),
      );
    } catch (error) {
      return outcomeOfError(error, url);
    }
  };

  const postChallenge = async (request: CodeRequest, url: URL): Promise<CodeOutcome> => {
    const { code, signingSecret, signal } = request;
    const body = { type: 'verification', challenge: code };
    try {
      return await post({ url, id: randomUUID(), body, signingSecret, signal }, async (answer) => {
        const echo = answer.status >= 200 && answer.status < 300 ? await readEcho(answer.data) : null;
        if (echo !== null) return { kind: 'echoed', echo };
        const detail = `${url.host} answered ${answer.status} and did not send the challenge back.`;
        return { kind: 'failed', failure: { code: 'VERIFICATION_NOT_ECHOED', detail } };
      });
    } catch (error) {
      return { kind: 'failed', failure: outcomeOfError(error, url).failure };
    }
  };

  /** The address, or why it cannot be called. */
  const checkedUrl = (text: string): URL | Unsent => {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (url === null || !/^https?:$/.test(url.protocol)) return refused('The webhook has no usable address.');
    return hosts.mayReach(url) ? url : addressRefused(url);
  };

  return {
    kind: 'webhook',
    name: 'webhook',

    async send(request) {
      if (request.target.kind !== 'webhook') throw new Error(`a webhook given a target of kind ${request.target.kind}`);
      const url = checkedUrl(request.target.url);
      if (!(url instanceof URL)) return url;
      return hosts.inTurn(url, () => postAlert(request, url));
    },

    async sendCode(request) {
      if (request.target.kind !== 'webhook') throw new Error(`a webhook given a target of kind ${request.target.kind}`);
      const url = checkedUrl(request.target.url);
      return url instanceof URL ? postChallenge(request, url) : { kind: 'failed', failure: url.failure };
    },

    async close() {
      hosts.close();
    },
  };
}

/** `v1=` and the hexadecimal HMAC-SHA256 over `timestamp.body`. */
export function webhookSignature(options: { secret: string; timestamp: string; body: string }): string {
  const { secret, timestamp, body } = options;
  return `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}

function outcomeOf(status: number, waitMs: number | null, url: URL): SendOutcome {
  if (status >= 200 && status < 300) {
    return { kind: 'accepted', providerMessageId: null, providerStatus: String(status) };
  }
  const detail = `${url.host} answered ${status}.`;
  if (status === 429 || status === 408 || status === 425 || status >= 500) {
    const code: ErrorCode = status === 429 ? 'CHANNEL_RATE_LIMITED' : 'CHANNEL_UNREACHABLE';
    return { kind: 'retry', failure: { code, detail, ...(waitMs !== null && { retryAfterMs: waitMs }) } };
  }
  return refused(status >= 300 && status < 400 ? `${detail} Redirects are not followed.` : detail);
}

function outcomeOfError(error: unknown, url: URL): Unsent {
  // Not the error's own text: it may quote the address, and with it a token in its query.
  const code = isAxiosError(error) ? (error.code ?? '') : '';
  if (code === ADDRESS_REFUSED) return addressRefused(url);
  const detail =
    code === 'ERR_CANCELED' ? `${url.host} did not answer in time.` : `${url.host} could not be reached (${code}).`;
  return { kind: 'retry', failure: { code: 'CHANNEL_UNREACHABLE', detail } };
}

function addressRefused(url: URL): Unsent {
  const detail = `${url.hostname} is a private address; the operator has not allowed it.`;
  return { kind: 'refused', failure: { code: 'CHANNEL_TARGET_INVALID', detail } };
}

function refused(detail: string): Unsent {
  return { kind: 'refused', failure: { code: 'CHANNEL_REFUSED', detail } };
}
