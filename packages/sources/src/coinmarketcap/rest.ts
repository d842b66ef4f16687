import type { Failure } from '@ubot/contracts';
import type { SourceLog } from '../types.ts';
import { backoffMs, type CallError } from './client.ts';
import { SLOW_DOWN_CODES } from './failures.ts';

/** Failures that pass: the next poll waits longer each time, up to this. */
const REST_BASE_MS = 15_000;
const REST_MAX_MS = 10 * 60_000;
/** "You ask too much": the cadence doubles each time, up to so many times, and recovers after as many good polls. */
const SLOW_FACTOR_MAX = 8;
const GOOD_POLLS_TO_RECOVER = 12;
/** The provider's own words about the key or its plan. A bare 403, without such a code, may be a passing block. */
const FINAL_CODES: ReadonlySet<number> = new Set([1001, 1002, 1003, 1004, 1005, 1006, 1007]);
/** Key info may be outside a plan that includes the listings. */
const NOT_AUTHORISED = 1006;
/** How long the driver leaves the provider alone after failures, and how much it slows down. */
export function createRest(options: { nowMs: () => number; random: () => number; log: SourceLog }) {
  let failuresInARow = 0;
  let restUntilMs = -Infinity;
  let lastFailure: Failure | null = null;
  let final = false;
  let slowFactor = 1;
  let goodPolls = 0;

  function failed({ failure, errorCode }: CallError): void {
    const atMs = options.nowMs();
    failuresInARow += 1;
    goodPolls = 0;
    lastFailure = failure;
    if (SLOW_DOWN_CODES.has(errorCode)) slowFactor = Math.min(SLOW_FACTOR_MAX, slowFactor * 2);
    if (FINAL_CODES.has(errorCode)) {
      // Asking again with the same key cannot help, and looks like an attack.
      final = true;
      options.log({ event: 'source.refused', code: failure.code, detail: failure.detail });
      return;
    }
    const { random } = options;
    const attempt = failuresInARow - 2;
    const ownMs = attempt < 0 ? 0 : backoffMs({ attempt, baseMs: REST_BASE_MS, maxMs: REST_MAX_MS, random });
    restUntilMs = atMs + Math.max(ownMs, failure.retryAfterMs ?? 0);
  }

  return {
    failed,
    refusedKey(error: CallError): void {
      if (FINAL_CODES.has(error.errorCode) && error.errorCode !== NOT_AUTHORISED) failed(error);
    },
    succeeded(): void {
      failuresInARow = 0;
      goodPolls += 1;
      if (goodPolls < GOOD_POLLS_TO_RECOVER || slowFactor === 1) return;
      slowFactor /= 2;
      goodPolls = 0;
    },
    /** null: go ahead. */
    refusal(): Failure | null {
      if (lastFailure === null || (!final && options.nowMs() >= restUntilMs)) return null;
      if (final) return lastFailure;
      return { ...lastFailure, retryAfterMs: restUntilMs - options.nowMs() };
    },
    isFinal: () => final,
    slowFactor: () => slowFactor,
  };
}
