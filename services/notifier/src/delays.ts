/** After so many attempts that counted, a notification has failed. */
export const MOST_ATTEMPTS = 8;
const FIRST_DELAY_MS = 2_000;
const LAST_DELAY_MS = 5 * 60_000;
/** A message whose fate nobody could tell for so long has failed. */
export const UNKNOWN_LIMIT_MS = 24 * 3_600_000;
const LAST_LOOK_UP_DELAY_MS = 5 * 60_000;

/**
 * The wait before the next attempt: 2 s, doubled with every attempt up to 5 min, of which a random half to whole.
 * What the provider asks for is kept to, and also spread a little, so that not everything comes back at once.
 */
export function retryDelayMs(options: { attempts: number; retryAfterMs: number | null; random: () => number }): number {
  const { attempts, retryAfterMs, random } = options;
  if (retryAfterMs !== null) return Math.round(retryAfterMs * (1 + 0.1 * random()));
  const longest = Math.min(LAST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.max(0, attempts - 1));
  return Math.round(longest * (0.5 + 0.5 * random()));
}

/** The wait before the next look-up: a quarter of the time since the first attempt, from the grace up to 5 min. */
export function lookUpDelayMs(options: { firstAttemptAtMs: number; nowMs: number; graceMs: number }): number {
  const quarter = (options.nowMs - options.firstAttemptAtMs) / 4;
  return Math.round(Math.min(LAST_LOOK_UP_DELAY_MS, Math.max(options.graceMs, 100, quarter)));
}
