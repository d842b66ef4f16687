import { AxiosError, create, type AxiosResponse } from 'axios';
import type { Failure } from '@ubot/contracts';
import { failureOf } from './failures.ts';
import { bareError, envelope } from './schemas.ts';

/** 5,000 coins are about 8 MB of JSON. */
const RESPONSE_BYTES_MAX = 32 * 1024 * 1024;
const REQUEST_TIMEOUT_MS = 15_000;
/** One call is tried at most so often, only for failures that pass by themselves. */
const ATTEMPTS_MAX = 3;
const RETRY_BASE_MS = 1_000;
const RETRY_MAX_MS = 8_000;
const RETRIED_AT_ONCE: ReadonlySet<Failure['code']> = new Set([
  'SOURCE_FAILED',
  'SOURCE_UNREACHABLE',
  'SOURCE_ANSWER_INVALID',
]);

export interface ClientOptions {
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly timeoutMs?: number;
  readonly responseBytesMax?: number;
  readonly retryBaseMs?: number;
}

export interface Answer {
  readonly data: unknown;
  readonly creditCount: number;
}

export interface CallError {
  readonly failure: Failure;
  /** The provider's own code; 0 when the answer names none or there was no answer. */
  readonly errorCode: number;
}

export interface CallRequest {
  readonly path: string;
  readonly query: Readonly<Record<string, string | number>>;
  readonly signal: AbortSignal;
  readonly resetAtMs: number | null;
}

export type CallResult = { readonly ok: true; readonly answer: Answer } | ({ readonly ok: false } & CallError);

export interface Client {
  call(request: CallRequest): Promise<CallResult>;
}

/** The waits between attempts: doubling, each cut to a random half to whole so that many clients do not march in step. */
export function backoffMs(options: { attempt: number; baseMs: number; maxMs: number; random: () => number }): number {
  return Math.min(options.maxMs, options.baseMs * 2 ** options.attempt) * (0.5 + options.random() / 2);
}

/** Talks to CoinMarketCap. The API key goes into one request header and nowhere else: no failure, no URL, no log. */
export function createClient(options: ClientOptions): Client {
  const http = create({
    baseURL: options.baseUrl.replace(/\/+$/, ''),
    maxContentLength: options.responseBytesMax ?? RESPONSE_BYTES_MAX,
    // A redirect could carry the key to another host.
    maxRedirects: 0,
    responseType: 'text',
    transformResponse: (body: unknown) => body,
    validateStatus: () => true,
    headers: { accept: 'application/json', 'user-agent': 'uBot' },
  });
  const timeoutMs = options.timeoutMs ?? REQUEST_TIMEOUT_MS;

  const withoutKey = (text: string) =>
    options.apiKey === null || options.apiKey === '' ? text : text.replaceAll(options.apiKey, '[key]');

  async function attempt(request: CallRequest): Promise<CallResult> {
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const response = await http.get<unknown>(request.path, {
        params: request.query,
        signal: AbortSignal.any([request.signal, deadline]),
        headers: options.apiKey === null ? {} : { 'X-CMC_PRO_API_KEY': options.apiKey },
      });
      return read(response, request);
    } catch (error) {
      // An axios error holds the request with its key: only its code may leave this function.
      return refused(transportFailure(error, { deadline, timeoutMs, outer: request.signal }));
    }
  }

  function read(response: AxiosResponse<unknown>, request: CallRequest): CallResult {
    const problem = (errorCode: number, message: string): CallResult => ({
      ok: false,
      errorCode,
      failure: failureOf({
        httpStatus: response.status,
        errorCode,
        message: withoutKey(message),
        headers: headersOf(response),
        nowMs: options.nowMs(),
        resetAtMs: request.resetAtMs,
      }),
    });
    const body = parse(response.data);
    if (envelope.Check(body)) {
      const errorCode = Number(body.status.error_code);
      if (errorCode !== 0) return problem(Number.isInteger(errorCode) ? errorCode : 0, body.status.error_message ?? '');
      if (response.status === 200 && body.data !== undefined) {
        return { ok: true, answer: { data: body.data, creditCount: Math.max(0, body.status.credit_count ?? 0) } };
      }
    }
    if (response.status !== 200) return problem(0, bareError.Check(body) ? (body.message ?? '') : '');
    return refused({
      code: 'SOURCE_ANSWER_INVALID',
      detail: 'CoinMarketCap answered what is not its documented JSON.',
    });
  }

  return {
    async call(request) {
      for (let n = 0; ; n += 1) {
        const result = await attempt(request);
        if (result.ok || n + 1 >= ATTEMPTS_MAX || !RETRIED_AT_ONCE.has(result.failure.code)) return result;
        const baseMs = options.retryBaseMs ?? RETRY_BASE_MS;
        const backoff = backoffMs({ attempt: n, baseMs, maxMs: RETRY_MAX_MS, random: options.random });
        const waitMs = Math.max(backoff, asked(result));
        if (waitMs > RETRY_MAX_MS || !(await waited(waitMs, request.signal))) return result;
      }
    },
  };
}

const asked = (result: CallError) => result.failure.retryAfterMs ?? 0;
const refused = (failure: Failure): CallResult => ({ ok: false, errorCode: 0, failure });

function parse(body: unknown): unknown {
  if (typeof body !== 'string') return undefined;
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

function headersOf(response: AxiosResponse<unknown>): Record<string, string> {
  const entries = Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return Object.fromEntries(entries) as Record<string, string>;
}

function transportFailure(
  error: unknown,
  about: { deadline: AbortSignal; timeoutMs: number; outer: AbortSignal },
): Failure {
  if (about.outer.aborted) return { code: 'SOURCE_TIMEOUT', detail: 'The request to CoinMarketCap was withdrawn.' };
  if (about.deadline.aborted) {
    return { code: 'SOURCE_TIMEOUT', detail: `CoinMarketCap did not answer within ${about.timeoutMs} ms.` };
  }
  const code = error instanceof AxiosError ? (error.code ?? 'unknown') : 'unknown';
  if (code === AxiosError.ERR_BAD_RESPONSE) {
    return {
      code: 'SOURCE_ANSWER_INVALID',
      detail: 'The answer of CoinMarketCap broke off or is larger than allowed.',
    };
  }
  return { code: 'SOURCE_UNREACHABLE', detail: `CoinMarketCap could not be reached (${code}).` };
}

/** false: withdrawn meanwhile. */
function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve(false);
      return;
    }
    const end = (value: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', withdraw);
      resolve(value);
    };
    const withdraw = () => end(false);
    const timer = setTimeout(() => end(true), ms);
    signal.addEventListener('abort', withdraw, { once: true });
  });
}
