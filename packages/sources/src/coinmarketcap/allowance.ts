import type { KeyInfo } from './endpoints.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** The key's own account is looked at again so often (it costs no credit), for what others spend with the same key. */
const KEY_INFO_EVERY_MS = 6 * HOUR_MS;
const KEY_INFO_RETRY_MS = 5 * 60_000;

export interface Allowance {
  current(): KeyInfo;
  /** Time to ask the provider: never asked, long ago, or the month's reset has passed. */
  isDue(): boolean;
  learned(info: KeyInfo): void;
  askedInVain(): void;
  spent(creditCount: number): void;
  /** The provider says that nothing is left. */
  exhausted(): void;
}

const UNKNOWN: KeyInfo = { creditsMonthly: null, creditsLeft: null, resetAtMs: null, rateLimitMinute: null };

/** What the plan still pays for: the key's account, carried on by each answer's own credit count. */
export function createAllowance(nowMs: () => number): Allowance {
  let info = UNKNOWN;
  let askAtMs = -Infinity;

  return {
    current: () => info,
    isDue: () => nowMs() >= askAtMs,
    learned(fresh) {
      info = fresh;
      const { resetAtMs } = fresh;
      // A reset in the past is an account that has not turned its page yet: it says nothing about the time ahead.
      if (resetAtMs !== null && resetAtMs <= nowMs()) info = { ...fresh, resetAtMs: null };
      askAtMs = Math.min(nowMs() + KEY_INFO_EVERY_MS, info.resetAtMs === null ? Infinity : info.resetAtMs + 1_000);
    },
    askedInVain() {
      askAtMs = nowMs() + KEY_INFO_RETRY_MS;
      if (info.resetAtMs !== null && info.resetAtMs <= nowMs()) {
        info = { ...info, creditsLeft: info.creditsMonthly, resetAtMs: null };
      }
    },
    spent(creditCount) {
      if (info.creditsLeft !== null) info = { ...info, creditsLeft: Math.max(0, info.creditsLeft - creditCount) };
    },
    exhausted() {
      if (info.creditsLeft !== null) info = { ...info, creditsLeft: 0 };
      askAtMs = Math.min(askAtMs, nowMs() + DAY_MS);
    },
  };
}
