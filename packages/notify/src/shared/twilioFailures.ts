import type { Failure } from '@ubot/contracts';
import type { Refusal, SendOutcome } from '../types.ts';
import { twilioErrorMeaning, type TwilioErrorMeaning } from './twilioErrors.ts';

/** Wrong credentials are mended by the operator, not by asking again at once. */
const OPERATOR_RETRY_MS = 5 * 60_000;
const DETAIL_CHARS = 300;

/** Nothing was sent when the error came from these calls. */
const BEFORE_SENDING_CALLS = new Set(['connect', 'getaddrinfo']);
const BEFORE_SENDING_CODES = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
const TLS_CODE = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED)/;

/** An error of the provider's library or of the network below it, as far as its fields can be read. */
export interface ProviderError {
  /** null: no answer came. */
  readonly httpStatus: number | null;
  readonly code: number | string | null;
  readonly message: string;
  readonly retryAfterMs: number | null;
  /** The system call that failed, when it was one. */
  readonly systemCall: string | null;
}

/**
 * The class of a failed send.
 *
 * Shape:  429, 20429 → retry · permanent codes and other 4xx → refused · credentials → retry, slowly · no connection →
 *         retry · connection cut, timeout, 3xx, 408, 5xx → unknown.
 * Edges:  anything that does not say that the message was not taken is unknown: there is no idempotency key.
 */
export function sendFailure(error: ProviderError): Exclude<SendOutcome, { kind: 'accepted' }> {
  const { httpStatus, code } = error;
  const meaning = twilioErrorMeaning(code);
  const detail = describe(error);
  const retryAfterMs = error.retryAfterMs ?? undefined;
  const retry = (failureCode: Failure['code'], waitMs?: number) => ({
    kind: 'retry' as const,
    failure: { code: failureCode, detail, ...(waitMs !== undefined && { retryAfterMs: waitMs }) },
  });
  const refused = (): Refusal => ({
    kind: 'refused',
    failure: { code: 'CHANNEL_REFUSED', detail },
    ...consequences(meaning),
  });
  const unknown = () => ({ kind: 'unknown' as const, failure: { code: 'CHANNEL_OUTCOME_UNKNOWN' as const, detail } });

  if (httpStatus === null) return nothingWasSent(error) ? retry('CHANNEL_UNREACHABLE') : unknown();
  if (httpStatus === 429 || meaning?.class === 'later') {
    return retry('CHANNEL_RATE_LIMITED', retryAfterMs);
  }
  if (meaning !== null) return refused();
  if (httpStatus === 401 || httpStatus === 403 || httpStatus === 404) {
    return retry('CHANNEL_NOT_CONFIGURED', OPERATOR_RETRY_MS);
  }
  if (httpStatus === 408) return unknown();
  return httpStatus >= 400 && httpStatus < 500 ? refused() : unknown();
}

/** What a refusal says of the channel, beside this one message. */
export function consequences(meaning: TwilioErrorMeaning | null): Pick<Refusal, 'lasting' | 'otherWay'> {
  if (meaning?.class === 'target') return { lasting: 'unreachable' };
  if (meaning?.class === 'opted_out') return { lasting: 'opted_out' };
  return meaning?.class === 'other_way' ? { otherWay: true } : {};
}

function nothingWasSent({ code, systemCall }: ProviderError): boolean {
  if (systemCall !== null && BEFORE_SENDING_CALLS.has(systemCall)) return true;
  return typeof code === 'string' && (BEFORE_SENDING_CODES.has(code) || TLS_CODE.test(code));
}

function describe({ httpStatus, code, message }: ProviderError): string {
  const meaning = twilioErrorMeaning(code);
  const text = `${message.slice(0, DETAIL_CHARS)}${meaning === null ? '' : ` (${meaning.sentence})`}`;
  if (httpStatus === null) return `Twilio gave no answer${code === null ? '' : ` (${code})`}.`;
  return `Twilio answered ${httpStatus}${code === null ? '' : `, error ${code}`}: ${text}`;
}

/** Reads the fields of whatever was thrown. */
export function readProviderError(thrown: unknown): ProviderError {
  const status = field(thrown, 'status');
  const code = field(thrown, 'code') ?? field(field(thrown, 'cause'), 'code');
  const call = field(thrown, 'syscall') ?? field(field(thrown, 'cause'), 'syscall');
  const retryAfterMs = field(field(thrown, 'details'), 'retryAfterMs');
  const message = field(thrown, 'message');
  return {
    httpStatus: typeof status === 'number' ? status : null,
    code: typeof code === 'number' || typeof code === 'string' ? code : null,
    message: typeof message === 'string' ? message : 'no explanation',
    retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : null,
    systemCall: typeof call === 'string' ? call : null,
  };
}

function field(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null ? Reflect.get(of, name) : undefined;
}
