import { STATUS_CODES } from 'node:http';
import { ERRORS, UbotError, type ErrorCode, type Failure, type Problem } from '@ubot/contracts';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json; charset=utf-8';

/** What every refusal carries, however early it comes: before any hook of the service's own. */
export const PROBLEM_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
} as const;

/** The body that goes out for a failure: RFC 9457, with the registry's code. */
export function problemOf(error: UbotError, requestId: string): Problem {
  const errors = error.particulars?.['errors'];
  return {
    type: `urn:ubot:error:${error.code}`,
    title: ERRORS[error.code].sentence,
    status: error.status,
    code: error.code,
    detail: error.message,
    requestId,
    ...(Array.isArray(errors) && { errors }),
  };
}

// Fastify's own refusals, in our words.
const FASTIFY_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'MEDIA_TYPE_UNSUPPORTED',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'BODY_NOT_JSON',
  FST_ERR_CTP_INVALID_JSON_BODY: 'BODY_NOT_JSON',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'VALIDATION_FAILED',
  FST_ERR_BAD_URL: 'VALIDATION_FAILED',
  FST_ERR_INVALID_URL: 'VALIDATION_FAILED',
  FST_ERR_MAX_PARAM_LENGTH: 'ROUTE_NOT_FOUND',
  FST_ERR_NOT_FOUND: 'ROUTE_NOT_FOUND',
  FST_ERR_HANDLER_TIMEOUT: 'ANSWER_TOO_SLOW',
};

interface Thrown {
  code?: unknown;
  statusCode?: unknown;
}

/**
 * Any thrown thing as one of the registry's failures. What is not expected becomes INTERNAL with the registry's sentence:
 * the particulars of a bug go to the log, never to the caller.
 */
export function asUbotError(thrown: unknown): UbotError {
  if (thrown instanceof UbotError) return thrown;
  const { code, statusCode }: Thrown = typeof thrown === 'object' && thrown !== null ? thrown : {};
  const known = typeof code === 'string' ? FASTIFY_CODES[code] : undefined;
  if (known !== undefined) return new UbotError(known, undefined, { cause: thrown });
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return new UbotError(statusCode === 404 ? 'ROUTE_NOT_FOUND' : 'VALIDATION_FAILED', undefined, { cause: thrown });
  }
  return new UbotError('INTERNAL', undefined, { cause: thrown });
}

/** A failure value as the error that carries it through a handler. */
export function errorOf(failure: Failure & { readonly errors?: readonly unknown[] }): UbotError {
  return new UbotError(failure.code, failure.detail, {
    ...(failure.retryAfterMs !== undefined && { retryAfterMs: failure.retryAfterMs }),
    ...(failure.errors !== undefined && { particulars: { errors: failure.errors } }),
    ...(failure.outcomeUnknown === true && { outcomeUnknown: true }),
  });
}

/**
 * The answer on a connection where no request could be read, with the headers that no answer of ours goes without. The
 * connection ends with it: where the next request would begin is not known.
 */
export function rawProblemAnswer(error: UbotError, requestId: string): string {
  const body = JSON.stringify(problemOf(error, requestId));
  return [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`,
    `content-type: ${PROBLEM_MEDIA_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(PROBLEM_HEADERS).map(([name, value]) => `${name}: ${value}`),
    'connection: close',
    '',
    body,
  ].join('\r\n');
}
