/** Failures in a row that are answered at once; each further one doubles the wait. */
const FREE_FAILURES = 5;
const FREE_FAILURES_OF_ADDRESS = 30;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 15 * 60_000;
/** After this long without a failure, all is forgotten. */
const FORGET_AFTER_MS = 15 * 60_000;
/** Each entry is about 150 bytes. At the limit the longest untouched goes. */
const ENTRIES = 20_000;

export interface SignInThrottle {
  /** How long this sign-in has to wait; 0: it may be tried, and counts as failed until `succeeded`. */
  attempt(who: { email: string; address: string }): number;
  succeeded(who: { email: string; address: string }): void;
}

interface Entry {
  failures: number;
  lastAtMs: number;
  blockedUntilMs: number;
}

/**
 * Slows down guessing: per account and address, so that a stranger elsewhere cannot lock the owner out; and per address
 * over all accounts, so that one address cannot try many (nor push others' entries out of the bounded map).
 */
export function createSignInThrottle(nowMs: () => number): SignInThrottle {
  const entries = new Map<string, Entry>();

  const current = (key: string): Entry => {
    const now = nowMs();
    const known = entries.get(key);
    const entry =
      known === undefined || now - known.lastAtMs >= FORGET_AFTER_MS
        ? { failures: 0, lastAtMs: now, blockedUntilMs: 0 }
        : known;
    // Back in last: the map's order is the order of last use.
    entries.delete(key);
    entries.set(key, entry);
    const oldest = entries.size > ENTRIES ? entries.keys().next().value : undefined;
    if (oldest !== undefined) entries.delete(oldest);
    return entry;
  };
  const count = (entry: Entry, free: number): void => {
    const now = nowMs();
    entry.failures += 1;
    entry.lastAtMs = now;
    const over = entry.failures - free;
    if (over >= 0) entry.blockedUntilMs = now + Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(over, 20));
  };
  const keysOf = ({ email, address }: { email: string; address: string }) => ({
    pair: `${address} ${email}`,
    address: `${address} `,
  });

  return {
    attempt(who) {
      const keys = keysOf(who);
      const pair = current(keys.pair);
      const address = current(keys.address);
      const waitMs = Math.max(pair.blockedUntilMs, address.blockedUntilMs) - nowMs();
      if (waitMs > 0) return waitMs;
      count(pair, FREE_FAILURES);
      count(address, FREE_FAILURES_OF_ADDRESS);
      return 0;
    },
    succeeded(who) {
      const keys = keysOf(who);
      entries.delete(keys.pair);
      const address = entries.get(keys.address);
      if (address !== undefined && address.failures > 0) {
        address.failures -= 1;
        address.blockedUntilMs = 0;
      }
    },
  };
}
