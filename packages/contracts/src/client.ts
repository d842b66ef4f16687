import { ERRORS, type ErrorCode } from './errors.ts';
import type { paths } from './generated/api.ts';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** Every route of the public API as the OpenAPI document names it: "GET /api/v1/alerts/{id}". */
export type ApiRouteKey = {
  [P in keyof paths]: {
    [M in Method]: paths[P][M] extends { responses: unknown } ? `${Uppercase<M>} ${P}` : never;
  }[Method];
}[keyof paths];

type OperationOf<K> = K extends `${infer M} ${infer P}`
  ? P extends keyof paths
    ? Lowercase<M> extends keyof paths[P]
      ? paths[P][Lowercase<M>]
      : never
    : never
  : never;

type Parameters<O, In extends string> = O extends { parameters: { [I in In]?: infer P } } ? NonNullable<P> : never;
// A part that a route does not have must not be given; one whose every field is optional may be left out.
type Part<Name extends string, T> = [T] extends [never]
  ? { [N in Name]?: never }
  : object extends T
    ? { [N in Name]?: T }
    : { [N in Name]: T };
type BodyOf<O> = O extends { requestBody?: never }
  ? never
  : O extends { requestBody: { content: { 'application/json': infer B } } }
    ? B
    : O extends { requestBody?: { content: { 'application/json': infer B } } }
      ? B | undefined
      : never;

/** What a call of a route takes: the values of its path, its query and its body, each only where it has one. */
export type ApiCall<K extends ApiRouteKey> = Part<'params', Parameters<OperationOf<K>, 'path'>> &
  Part<'query', Parameters<OperationOf<K>, 'query'>> &
  Part<'body', BodyOf<OperationOf<K>>> & {
    /** On POST: the same call with the same key within 24 hours is done once. */
    idempotencyKey?: string;
    signal?: AbortSignal;
  };

type GoodOf<R> = R extends { content: { 'application/json': infer A } } ? A : undefined;
/** What a route answers when all is well; undefined where it answers with nothing. */
export type ApiAnswer<K extends ApiRouteKey> =
  OperationOf<K> extends { responses: infer R } ? GoodOf<R[keyof R & (200 | 201 | 202 | 204)]> : never;

/** A refusal: the problem that uBot answered with, or SERVICE_UNAVAILABLE where it did not answer as uBot does. */
export interface ApiFailure {
  readonly code: ErrorCode;
  /** The answer's; 0 when there was none. */
  readonly status: number;
  readonly detail: string;
  readonly requestId: string | null;
  /** Places in the body, or the mistakes of a condition. */
  readonly errors: readonly unknown[];
  readonly retryAfterMs: number | null;
}
export type ApiResult<T> =
  | { readonly ok: true; readonly status: number; readonly value: T }
  | { readonly ok: false; readonly failure: ApiFailure };

export interface ApiClientOptions {
  /** "https://ubot.example.org"; '' in a page of uBot's own. */
  readonly baseUrl: string;
  /** A personal token; without it the browser's cookie says who asks. */
  readonly token?: string;
  readonly fetch?: typeof fetch;
  readonly timeoutMs?: number;
}

export interface ApiClient {
  call<K extends ApiRouteKey>(route: K, given: ApiCall<K>): Promise<ApiResult<ApiAnswer<K>>>;
}

interface AnyCall {
  params?: Readonly<Record<string, string | number>>;
  query?: Readonly<Record<string, string | number | boolean | undefined>>;
  body?: unknown;
  idempotencyKey?: string;
  signal?: AbortSignal;
}

const TIMEOUT_MS = 30_000;

/**
 * Calls the public API, typed by its OpenAPI document: an address, a query or a body that no route takes does not compile.
 *
 * Errors: none thrown. Whatever goes wrong is a failure with a code of the registry.
 */
export function createApiClient(options: ApiClientOptions): ApiClient {
  const send = options.fetch ?? fetch;
  return {
    async call<K extends ApiRouteKey>(route: K, given: ApiCall<K>): Promise<ApiResult<ApiAnswer<K>>> {
      const { params, query, body, idempotencyKey, signal } = given as AnyCall;
      const [method = 'GET', path = '/'] = route.split(' ');
      const limit = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
      let answer: Response;
      let value: unknown;
      try {
        answer = await send(`${options.baseUrl.replace(/\/+$/, '')}${addressOf(path, { params, query })}`, {
          method,
          headers: {
            ...(options.token !== undefined && { authorization: `Bearer ${options.token}` }),
            ...(body !== undefined && { 'content-type': 'application/json' }),
            ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
          signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
        });
        const text = await answer.text();
        value = text === '' ? undefined : JSON.parse(text);
      } catch (error) {
        return { ok: false, failure: unreachable(options.baseUrl, error) };
      }
      if (!answer.ok) return { ok: false, failure: failureOf(answer, value) };
      // What the document says of this route; a test holds the gateway to it.
      return { ok: true, status: answer.status, value: value as ApiAnswer<K> };
    },
  };
}

function addressOf(path: string, { params = {}, query = {} }: Pick<AnyCall, 'params' | 'query'>): string {
  const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(String(params[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search.size === 0 ? filled : `${filled}?${search.toString()}`;
}

function unreachable(baseUrl: string, error: unknown): ApiFailure {
  const isLate = error instanceof Error && error.name === 'TimeoutError';
  const detail = isLate ? 'uBot did not answer in time.' : `There is no uBot to be reached at ${baseUrl}.`;
  return { code: 'SERVICE_UNAVAILABLE', status: 0, detail, requestId: null, errors: [], retryAfterMs: null };
}

function failureOf(answer: Response, value: unknown): ApiFailure {
  const problem = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const isKnown = typeof problem['code'] === 'string' && Object.hasOwn(ERRORS, problem['code']);
  const code = isKnown ? (problem['code'] as ErrorCode) : 'SERVICE_UNAVAILABLE';
  const said = typeof problem['detail'] === 'string' ? problem['detail'] : ERRORS[code].sentence;
  const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
  return {
    code,
    status: answer.status,
    detail: isKnown ? said : `The server answered ${answer.status}, and not as uBot does.`,
    requestId: typeof problem['requestId'] === 'string' ? problem['requestId'] : null,
    errors: Array.isArray(problem['errors']) ? problem['errors'] : [],
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1_000 : null,
  };
}
