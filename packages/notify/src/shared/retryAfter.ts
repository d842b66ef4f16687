/** Who asks for longer is tried again all the same. */
export const LONGEST_WAIT_MS = 3_600_000;
const SECONDS = /^\s*\d{1,9}(\.\d+)?\s*$/;
/** RFC 9110's three forms begin with the day's name. */
const HTTP_DATE = /^\s*(Mon|Tues?|Wed(nes)?|Thu(rs)?|Fri|Satur|Sat|Sun)(day)?,? .*\d/;

/**
 * How long an answer asks to wait: `Retry-After` in seconds or as an HTTP date, an hour at most.
 *
 * Shape: → milliseconds; null: it does not say, or nothing that can be read.
 * Edges: a date is compared with the answer's own `Date`, so that clocks that differ do not matter; one that has passed is 0.
 */
export function retryAfterMs(headers: Readonly<Record<string, unknown>>, nowMs: number): number | null {
  const asked = headers['retry-after'];
  if (typeof asked !== 'string' && typeof asked !== 'number') return null;
  const text = String(asked);
  if (SECONDS.test(text)) return Math.min(LONGEST_WAIT_MS, Math.ceil(Number(text) * 1_000));
  const untilMs = dateOf(text);
  if (untilMs === null) return null;
  const { date } = headers;
  const sinceMs = (typeof date === 'string' ? dateOf(date) : null) ?? nowMs;
  return Math.min(LONGEST_WAIT_MS, Math.max(0, untilMs - sinceMs));
}

function dateOf(text: string): number | null {
  if (!HTTP_DATE.test(text)) return null;
  // The oldest form names no zone; all are in UTC.
  const atMs = Date.parse(/GMT\s*$/.test(text) ? text : `${text} GMT`);
  return Number.isNaN(atMs) ? null : atMs;
}
