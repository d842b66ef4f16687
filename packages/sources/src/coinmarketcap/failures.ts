import type { ErrorCode, Failure } from '@ubot/contracts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Nothing asks for longer than a month and a day; a header that does is not believed. */
const RETRY_AFTER_MAX_MS = 32 * DAY_MS;
/** A time in `x-ratelimit-reset` above this is an instant, below it a distance in seconds. */
const EPOCH_SECONDS_MIN = 1_000_000_000;
const MESSAGE_CHARS_MAX = 200;

export interface ProviderError {
  readonly httpStatus: number;
  /** 0: the body names none. */
  readonly errorCode: number;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly nowMs: number;
  /** When the month's allowance is renewed, where the plan has said so. */
  readonly resetAtMs: number | null;
}

interface Rule {
  readonly code: ErrorCode;
  readonly waitMs?: (error: ProviderError) => number;
}

const oneMinute = () => MINUTE_MS;
// Not a wait but a hint that all our asking is too fast: the driver also slows its cadence down.
const fiveMinutes = () => 5 * MINUTE_MS;
const untilNextDay = ({ nowMs }: ProviderError) => (Math.floor(nowMs / DAY_MS) + 1) * DAY_MS - nowMs;

function untilMonthReset({ nowMs, resetAtMs }: ProviderError): number {
  if (resetAtMs !== null && resetAtMs > nowMs) return resetAtMs - nowMs;
  const now = new Date(nowMs);
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1) - nowMs;
}

/** CoinMarketCap's own error codes; they come with HTTP 200 too. */
const RULES: ReadonlyMap<number, Rule> = new Map<number, Rule>([
  [400, { code: 'SOURCE_BAD_REQUEST' }],
  [500, { code: 'SOURCE_FAILED' }],
  [1001, { code: 'SOURCE_KEY_REFUSED' }],
  [1002, { code: 'SOURCE_KEY_REFUSED' }],
  [1003, { code: 'SOURCE_PLAN_REFUSED' }],
  [1004, { code: 'SOURCE_PLAN_REFUSED' }],
  [1005, { code: 'SOURCE_KEY_REFUSED' }],
  [1006, { code: 'SOURCE_PLAN_REFUSED' }],
  [1007, { code: 'SOURCE_KEY_REFUSED' }],
  [1008, { code: 'SOURCE_RATE_LIMITED', waitMs: oneMinute }],
  [1009, { code: 'SOURCE_ALLOWANCE_SPENT', waitMs: untilNextDay }],
  [1010, { code: 'SOURCE_ALLOWANCE_SPENT', waitMs: untilMonthReset }],
  [1011, { code: 'SOURCE_RATE_LIMITED', waitMs: fiveMinutes }],
  [1022, { code: 'SOURCE_RATE_LIMITED', waitMs: fiveMinutes }],
]);

/** Codes that say: this address asks too much altogether. */
export const SLOW_DOWN_CODES: ReadonlySet<number> = new Set([1011, 1022]);

function ruleOfStatus(httpStatus: number): Rule {
  if (httpStatus === 401) return { code: 'SOURCE_KEY_REFUSED' };
  if (httpStatus === 402 || httpStatus === 403) return { code: 'SOURCE_PLAN_REFUSED' };
  if (httpStatus === 404 || httpStatus === 410) return { code: 'SOURCE_GONE' };
  if (httpStatus === 408) return { code: 'SOURCE_TIMEOUT' };
  if (httpStatus === 429) return { code: 'SOURCE_RATE_LIMITED', waitMs: oneMinute };
  if (httpStatus >= 500) return { code: 'SOURCE_FAILED' };
  if (httpStatus >= 400) return { code: 'SOURCE_BAD_REQUEST' };
  if (httpStatus >= 300) return { code: 'SOURCE_GONE' };
  return { code: 'SOURCE_FAILED' };
}

/** What an error answer means for us. The caller has taken secrets out of `message`. */
export function failureOf(error: ProviderError): Failure {
  const rule = RULES.get(error.errorCode) ?? ruleOfStatus(error.httpStatus);
  const said = error.message.slice(0, MESSAGE_CHARS_MAX);
  const name = error.errorCode === 0 ? '' : ` error ${error.errorCode}`;
  const detail = `CoinMarketCap${name} (HTTP ${error.httpStatus})${said === '' ? '' : `: ${said}`}`;
  const waitMs = waitOf(error, rule);
  return { code: rule.code, detail, ...(waitMs !== undefined && { retryAfterMs: waitMs }) };
}

function waitOf(error: ProviderError, rule: Rule): number | undefined {
  const ownMs = rule.waitMs?.(error);
  const askedMs = retryAfterMs(error.headers, error.nowMs);
  // A day's or a month's end is known better than a header that may count minutes.
  if (rule.code === 'SOURCE_ALLOWANCE_SPENT') return Math.max(ownMs ?? 0, askedMs ?? 0);
  if (rule.code === 'SOURCE_RATE_LIMITED' || rule.code === 'SOURCE_FAILED') return askedMs ?? ownMs;
  return undefined;
}

/** `Retry-After` (seconds or an HTTP date) or `x-ratelimit-reset` (seconds or an instant in seconds). */
export function retryAfterMs(headers: Readonly<Record<string, string>>, nowMs: number): number | undefined {
  const retryAfter = headers['retry-after'];
  const reset = headers['x-ratelimit-reset'];
  const waits = [
    retryAfter === undefined ? NaN : secondsOrDate(retryAfter, nowMs),
    reset === undefined ? NaN : secondsOrInstant(reset, nowMs),
  ];
  return waits.find((waitMs) => waitMs >= 0 && waitMs <= RETRY_AFTER_MAX_MS);
}

function secondsOrDate(text: string, nowMs: number): number {
  return /^\s*\d+\s*$/.test(text) ? Number(text) * SECOND_MS : Date.parse(text) - nowMs;
}

function secondsOrInstant(text: string, nowMs: number): number {
  if (!/^\s*\d+(?:\.\d+)?\s*$/.test(text)) return NaN;
  const seconds = Number(text);
  return seconds >= EPOCH_SECONDS_MIN ? seconds * SECOND_MS - nowMs : seconds * SECOND_MS;
}
