import { DEFAULT_TRIGGER } from '@ubot/contracts';
import type { Delivery } from '@ubot/db';
import { twilioErrorMeaning } from '@ubot/notify';
import type { ProviderWord } from './delivery.ts';

/** How calls that nobody took are made again. */
export interface CallAgain {
  /** After the first call so many more at most; 0: none. */
  readonly retries: number;
  /** From the end of one call to the next. */
  readonly waitMs: number;
}

export const NEVER_AGAIN: CallAgain = { retries: 0, waitMs: 0 };

const NOT_TAKEN = new Set(['busy', 'no-answer', 'failed']);

/**
 * Whether a call that has ended so is made again, and when.
 *
 * Shape: null: it is not. `call` is the number of the next one, 2 for the first that is made again.
 * Edges: not one that somebody took, that was called off, or whose number cannot be called at all; not for an alert that
 *        was seen meanwhile, or that will be too old by then.
 */
export function callAgainAt(
  current: Delivery,
  word: ProviderWord,
  { retries, waitMs, nowMs }: CallAgain & { nowMs: number },
): { atMs: number; call: number } | null {
  if (current.target?.kind !== 'voice' || !NOT_TAKEN.has(word.status)) return null;
  if (current.providerStatus === 'in-progress' || current.acknowledgedAtMs !== null) return null;
  const meaning = twilioErrorMeaning(word.errorCode);
  if (meaning !== null && meaning.class !== 'later') return null;
  const made = current.earlierMessageIds.length + 1;
  const atMs = nowMs + waitMs;
  return made > retries || atMs > expiryOf(current) ? null : { atMs, call: made + 1 };
}

/** Later than this its strategy does not want an alert sent. What a hold takes does not make it older. */
export function expiryOf(given: { triggeredAtMs: number; heldMs: number; maxAgeMs: number | null }): number {
  return given.triggeredAtMs + given.heldMs + (given.maxAgeMs ?? DEFAULT_TRIGGER.maxAgeMs);
}
