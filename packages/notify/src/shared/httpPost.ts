import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import axios, { isAxiosError } from 'axios';
import type { SendOutcome } from '../types.ts';
import { ADDRESS_REFUSED } from './addresses.ts';
import { LONGEST_WAIT_MS, retryAfterMs } from './retryAfter.ts';

const TIMEOUT_MS = 10_000;
const ANSWER_BYTES = 64 * 1024;
/** Of the provider's own words so much is told. */
const WORDS_CHARS = 200;
/** Wrong credentials are mended by the operator, not by asking again at once. */
const OPERATOR_RETRY_MS = 5 * 60_000;
/** Nothing can have arrived when a connection ended so. */
const BEFORE_SENDING = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

export interface HttpPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  readonly signal: AbortSignal;
  readonly timeoutMs?: number | undefined;
  readonly agents?: { readonly httpAgent: HttpAgent; readonly httpsAgent: HttpsAgent };
}

export type HttpAnswer =
  /** `retryAfterMs` null: the answer does not say. */
  | { readonly status: number; readonly json: unknown; readonly retryAfterMs: number | null }
  /** No answer; the error's code, never its text, which may quote an address with a secret in it. */
  | { readonly status: null; readonly code: string };

/** One POST, no redirects followed, at most 64 KB of answer read as JSON where it is. Never throws for the outside. */
export async function httpPost({ url, headers, body, signal, timeoutMs, agents }: HttpPost): Promise<HttpAnswer> {
  // A controller and a timer of our own: under Node 20 AbortSignal.timeout inside AbortSignal.any may be collected before
  // it fires, and the request then waits for ever.
  const ended = new AbortController();
  const end = (): void => ended.abort();
  const timer = setTimeout(end, timeoutMs ?? TIMEOUT_MS);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    const answer = await axios.post<string>(url, body, {
      headers: { 'user-agent': 'uBot/1', ...headers },
      ...agents,
      responseType: 'text',
      transformResponse: (text: string) => text,
      maxContentLength: ANSWER_BYTES,
      maxRedirects: 0,
      proxy: false,
      validateStatus: () => true,
      signal: ended.signal,
    });
    const { status, data, headers: answered } = answer;
    return { status, json: parsed(data), retryAfterMs: retryAfterMs(answered, Date.now()) };
  } catch (error) {
    return { status: null, code: isAxiosError(error) ? (error.code ?? '') : '' };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export interface Judgement {
  /** As the user knows it: "Telegram". */
  readonly name: string;
  /** What the provider says of the matter. */
  readonly said?: string | undefined;
  /** What of the request must not be told, should the provider's words quote it. */
  readonly secrets?: readonly string[];
  /** As the answer itself puts it, where a provider does not use the header. */
  readonly retryAfterMs?: number | undefined;
  /** Statuses that mean that the operator's credentials are wrong rather than the user's target. */
  readonly operatorStatuses?: readonly number[];
  /** Statuses that mean that the target is gone, so that nothing will ever get there. */
  readonly goneStatuses?: readonly number[];
}

/**
 * How a send ended that was not accepted.
 *
 * Shape:  429 → retry when it says · the operator's credentials → retry, slowly · other 4xx, 3xx → refused · no connection →
 *         retry · cut off, timed out, 408, 5xx → unknown, since these providers take no idempotency key.
 */
export function judge(answer: HttpAnswer, judgement: Judgement): SendOutcome {
  const { name } = judgement;
  if (answer.status === null) {
    if (answer.code === ADDRESS_REFUSED) return refused(`${name} is on an address that may not be reached.`);
    if (!BEFORE_SENDING.has(answer.code)) return unknown(`${name} did not answer in time, or was cut off.`);
    return { kind: 'retry', failure: { code: 'CHANNEL_UNREACHABLE', detail: `${name} could not be reached.` } };
  }
  const { status } = answer;
  const said = judgement.said === undefined ? '' : `: ${wordsOf(judgement.said, judgement.secrets ?? [])}`;
  const detail = `${name} answered ${status}${said}.`;
  if (status === 429) {
    const waitMs = judgement.retryAfterMs ?? answer.retryAfterMs;
    const limited = waitMs === null ? {} : { retryAfterMs: Math.min(waitMs, LONGEST_WAIT_MS) };
    return { kind: 'retry', failure: { code: 'CHANNEL_RATE_LIMITED', detail, ...limited } };
  }
  if (judgement.operatorStatuses?.includes(status) === true) {
    return { kind: 'retry', failure: { code: 'CHANNEL_NOT_CONFIGURED', detail, retryAfterMs: OPERATOR_RETRY_MS } };
  }
  if (judgement.goneStatuses?.includes(status) === true) {
    return { kind: 'refused', lasting: 'unreachable', failure: { code: 'CHANNEL_REFUSED', detail } };
  }
  return status === 408 || status >= 500 ? unknown(detail) : refused(detail);
}

/** Blotted before it is cut: half a secret is one too. */
const wordsOf = (said: string, secrets: readonly string[]): string =>
  secrets.reduce((words, secret) => words.replaceAll(secret, '[redacted]'), said).slice(0, WORDS_CHARS);

const refused = (detail: string): SendOutcome => ({ kind: 'refused', failure: { code: 'CHANNEL_REFUSED', detail } });
const unknown = (detail: string): SendOutcome => ({
  kind: 'unknown',
  failure: { code: 'CHANNEL_OUTCOME_UNKNOWN', detail },
});
