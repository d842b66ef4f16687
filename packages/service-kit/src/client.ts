import { ERRORS, OUTCOME_UNKNOWN_HEADER, UbotError, type ErrorCode, type Failure, type Result } from '@ubot/contracts';
import type { Static, TSchema } from 'typebox';
import { errorOf } from './problem.ts';
import { schemaIssues } from './schema.ts';
import type { CallIdentity, InternalTokens } from './tokens.ts';

/** A failure of a called service; `errors` is the list of its problem body (schema issues, diagnostics). */
export interface ServiceFailure extends Failure {
  readonly errors?: readonly unknown[];
}
export type ServiceResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: ServiceFailure };

export interface ServiceRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  /** Undefined values are left out. */
  query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON; a Buffer or text goes as it is (give its content-type in `headers`). */
  body?: unknown;
  /** On whose behalf; without it the service calls in its own name. */
  identity?: CallIdentity;
  headers?: Readonly<Record<string, string>>;
  timeoutMs?: number;
}

export interface RawAnswer {
  status: number;
  headers: Headers;
  body: Buffer;
}

export interface ServiceClient {
  /** The parsed answer, checked against `answer` when given; undefined for an empty one. */
  request<S extends TSchema>(request: ServiceRequest & { answer: S }): Promise<ServiceResult<Static<S>>>;
  request(request: ServiceRequest): Promise<ServiceResult<unknown>>;
  /** The answer as bytes with its status and headers, whatever the status. */
  requestRaw(request: ServiceRequest): Promise<ServiceResult<RawAnswer>>;
}

export interface ServiceClientOptions {
  baseUrl: string;
  tokens: InternalTokens;
  /** The name of the calling service. */
  as: string;
  timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;
/** 5,000 candles or a photo of 20,000 coins are a few megabytes. */
const ANSWER_BYTES = 32 * 1024 * 1024;

/**
 * Calls one other service. Failures it reports keep their code; not reachable, too slow or not understood is
 * SERVICE_UNAVAILABLE, with `outcomeUnknown` where a change may have been made all the same.
 */
export function createServiceClient(options: ServiceClientOptions): ServiceClient {
  const requestRaw = async (request: ServiceRequest): Promise<ServiceResult<RawAnswer>> => {
    const token = await options.tokens.issue(request.identity ?? { kind: 'service', service: options.as });
    const { body, contentType } = encodeBody(request.body);
    try {
      const answer = await fetch(urlOf(options.baseUrl, request), {
        method: request.method,
        headers: {
          ...(contentType !== null && { 'content-type': contentType }),
          ...request.headers,
          authorization: `Bearer ${token}`,
        },
        ...(body !== undefined && { body }),
        redirect: 'error',
        signal: AbortSignal.timeout(request.timeoutMs ?? options.timeoutMs ?? TIMEOUT_MS),
      });
      return { ok: true, value: { status: answer.status, headers: answer.headers, body: await readLimited(answer) } };
    } catch (error) {
      const isLate = error instanceof Error && error.name === 'TimeoutError';
      const reason = isLate ? 'did not answer in time' : 'is not reachable';
      return unavailable(`${new URL(options.baseUrl).host} ${reason}.`, mayHaveArrived(request, error));
    }
  };

  const request = async (given: ServiceRequest & { answer?: TSchema }): Promise<ServiceResult<unknown>> => {
    const raw = await requestRaw(given);
    if (!raw.ok) return raw;
    if (raw.value.status >= 400) return { ok: false, failure: failureOfAnswer(raw.value) };
    const parsed = parseAnswer(raw.value);
    if (parsed === UNREADABLE) return unavailable(`${given.path} did not answer with JSON.`, isChange(given));
    const issue = given.answer === undefined ? undefined : schemaIssues(given.answer, parsed)[0];
    if (issue !== undefined) {
      const detail = `${given.path} answered out of shape: ${issue.path} ${issue.message}.`;
      return unavailable(detail, isChange(given));
    }
    return { ok: true, value: parsed };
  };

  return { request, requestRaw };
}

/** The value of a result, or its failure thrown as the UbotError that a handler answers with. */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw errorOf(result.failure);
}

function urlOf(baseUrl: string, request: ServiceRequest): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) query.set(name, String(value));
  }
  return `${baseUrl}${request.path}${query.size === 0 ? '' : `?${query.toString()}`}`;
}

function encodeBody(body: unknown): { body: string | Uint8Array<ArrayBuffer> | undefined; contentType: string | null } {
  if (body === undefined) return { body: undefined, contentType: null };
  if (typeof body === 'string') return { body, contentType: null };
  if (Buffer.isBuffer(body)) return { body: new Uint8Array(body), contentType: null };
  return { body: JSON.stringify(body), contentType: 'application/json' };
}

async function readLimited(answer: Response): Promise<Buffer> {
  if (answer.body === null) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES) throw new Error(`an answer of more than ${ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}

const UNREADABLE = Symbol('not JSON');

function parseAnswer(answer: RawAnswer): unknown {
  if (answer.body.length === 0) return undefined;
  try {
    return JSON.parse(answer.body.toString('utf8'));
  } catch {
    return UNREADABLE;
  }
}

/** What an answer of 400 or above says: the called service's own code, or SERVICE_UNAVAILABLE when it has none. */
export function failureOfAnswer(answer: RawAnswer): ServiceFailure {
  const parsed = parseAnswer(answer);
  const problem = typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  const { code, detail, errors } = problem;
  if (!isErrorCode(code)) {
    // Something that stands between has answered; what it knows of the service's part is its own affair.
    const between = answer.status >= 500 && { outcomeUnknown: true as const };
    return { code: 'SERVICE_UNAVAILABLE', detail: `A service answered ${answer.status}.`, ...between };
  }
  const retryAfterS = Number(answer.headers.get('retry-after') ?? Number.NaN);
  return {
    code,
    detail: typeof detail === 'string' ? detail : ERRORS[code].sentence,
    ...(Number.isFinite(retryAfterS) && { retryAfterMs: retryAfterS * 1_000 }),
    ...(Array.isArray(errors) && { errors }),
    ...(answer.headers.has(OUTCOME_UNKNOWN_HEADER) && { outcomeUnknown: true }),
  };
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERRORS, code);
}

function unavailable(detail: string, outcomeUnknown: boolean): { ok: false; failure: ServiceFailure } {
  return { ok: false, failure: new UbotError('SERVICE_UNAVAILABLE', detail, { outcomeUnknown }).toFailure() };
}

const isChange = ({ method }: ServiceRequest): boolean => method !== 'GET';

/** There was no connection, so that nothing can have gone over it. */
const NEVER_CONNECTED: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Whether a service can have got a change that it did not answer. What else breaks breaks a connection in use. */
function mayHaveArrived(request: ServiceRequest, error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return isChange(request) && !NEVER_CONNECTED.has(code);
}
