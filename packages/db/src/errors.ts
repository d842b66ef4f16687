import { UbotError } from '@ubot/contracts';

// Connection classes of SQLSTATE, and the server's own words for "not now": shutting down, crashed, starting, full.
const UNAVAILABLE_STATES = /^(08...|57P0[1-5]|53300)$/;
const UNAVAILABLE_SYSTEM = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT', // a unix socket that is not there
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
// pg throws these without a code.
const UNAVAILABLE_MESSAGES =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|not queryable|connection ended/i;

/** Whether the server could not be reached (try again later), as opposed to having refused what was asked. */
export function isDatabaseUnavailable(error: unknown): boolean {
  // Drizzle and AggregateError wrap; five levels are more than either makes.
  let current: unknown = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    if (current instanceof UbotError) return current.code === 'DATABASE_UNAVAILABLE';
    if (codeSaysUnavailable(current) || UNAVAILABLE_MESSAGES.test(current.message)) return true;
    if (current instanceof AggregateError && current.errors.some((inner) => isDatabaseUnavailable(inner))) return true;
    current = current.cause;
  }
  return false;
}

function codeSaysUnavailable(error: Error): boolean {
  const code = sqlState(error);
  return code !== null && (UNAVAILABLE_STATES.test(code) || UNAVAILABLE_SYSTEM.has(code));
}

/** The SQLSTATE (or system error code) of an error or of what it wraps; null when it has none. `23505` is a unique key. */
export function sqlState(error: unknown): string | null {
  let current: unknown = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    if ('code' in current && typeof current.code === 'string' && !(current instanceof UbotError)) return current.code;
    current = current.cause;
  }
  return null;
}
