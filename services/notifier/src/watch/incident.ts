import type { IncidentKind } from './judge.ts';

/** How long a trouble has to last before it is told, and has to be over before its end is. */
export interface Patience {
  readonly openAfterMs: number;
  readonly closeAfterMs: number;
}

// What is measured as an age already has been there for a while; a circuit may close at its next try.
export const PATIENCE: Readonly<Record<IncidentKind, Patience>> = {
  source_stale: { openAfterMs: 0, closeAfterMs: 60_000 },
  scanner_behind: { openAfterMs: 30_000, closeAfterMs: 60_000 },
  queue_growing: { openAfterMs: 15_000, closeAfterMs: 120_000 },
  circuit_open: { openAfterMs: 30_000, closeAfterMs: 60_000 },
  spending_near_cap: { openAfterMs: 0, closeAfterMs: 60_000 },
  nothing_delivered: { openAfterMs: 0, closeAfterMs: 60_000 },
};

export interface Phase {
  readonly state: 'suspected' | 'open';
  readonly badSinceMs: number;
  /** null while the trouble lasts. */
  readonly goodSinceMs: number | null;
}

export type Step =
  | { readonly to: 'none' }
  | { readonly to: 'dropped' }
  | { readonly to: 'suspected' | 'open' | 'ended'; readonly phase: Omit<Phase, 'state'>; readonly tell: boolean };

/**
 * One look at one trouble.
 *
 * Edges: told on the very look at which it has lasted `openAfterMs`, and its end on the look at which it has been over for
 *        `closeAfterMs`; one that comes back before that goes on as the same trouble, and nobody hears of it again.
 */
export function step(
  phase: Phase | null,
  isBad: boolean,
  { patience, nowMs }: { patience: Patience; nowMs: number },
): Step {
  if (phase === null && !isBad) return { to: 'none' };
  const badSinceMs = phase?.badSinceMs ?? nowMs;
  if (phase?.state === 'open') {
    if (isBad) return { to: 'open', phase: { badSinceMs, goodSinceMs: null }, tell: false };
    const goodSinceMs = phase.goodSinceMs ?? nowMs;
    const isOver = nowMs - goodSinceMs >= patience.closeAfterMs;
    return { to: isOver ? 'ended' : 'open', phase: { badSinceMs, goodSinceMs }, tell: isOver };
  }
  if (!isBad) return { to: 'dropped' };
  const opens = nowMs - badSinceMs >= patience.openAfterMs;
  return { to: opens ? 'open' : 'suspected', phase: { badSinceMs, goodSinceMs: null }, tell: opens };
}
