import type { WatchFacts } from '@ubot/db';

export const INCIDENT_KINDS = [
  'source_stale',
  'scanner_behind',
  'queue_growing',
  'circuit_open',
  'spending_near_cap',
  'nothing_delivered',
] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

/** A trouble that is there now. */
export interface Trouble {
  readonly kind: IncidentKind;
  readonly subject: string;
  /** One sentence with the facts. */
  readonly detail: string;
}

export interface WatchLimits {
  /** Older than this, and than three polls, a snapshot is stale. */
  readonly sourceStaleMs: number;
  readonly queueAgeMs: number;
  /** Nothing delivered for so long, while something should have been. */
  readonly nothingDeliveredMs: number;
  /** The part of a cap from which on spending is told of. */
  readonly spendingPart: number;
}

export interface Observed {
  readonly facts: WatchFacts;
  /** Kinds whose provider is tried only once in a while. */
  readonly resting: readonly string[];
  /** Money of the running period against its cap; null: no cap. */
  readonly spending: {
    readonly spent: number;
    readonly cap: number;
    readonly currency: string;
    readonly period: 'day' | 'month';
  } | null;
}

/** What is wrong at this moment; how long it has to be so before it is told is another question. */
export function judge(observed: Observed, limits: WatchLimits, nowMs: number): Trouble[] {
  const { facts, resting, spending } = observed;
  const troubles: Trouble[] = [];
  const snapshot = facts.newestSnapshot;
  const staleMs = Math.max(limits.sourceStaleMs, 3 * (snapshot?.pollIntervalMs ?? 0));
  if (snapshot !== null && nowMs - snapshot.takenAtMs > staleMs) {
    const detail = `The newest snapshot of ${snapshot.source} is ${spanOf(nowMs - snapshot.takenAtMs)} old.`;
    troubles.push({ kind: 'source_stale', subject: '', detail });
  }
  const scannedMs = facts.scannedAtMs;
  if (snapshot !== null && scannedMs !== null && scannedMs < snapshot.takenAtMs && nowMs - scannedMs > staleMs) {
    const detail = `The last snapshot that the scanner evaluated is ${spanOf(nowMs - scannedMs)} old; newer ones wait.`;
    troubles.push({ kind: 'scanner_behind', subject: '', detail });
  }
  if (facts.oldestDueMs !== null && nowMs - facts.oldestDueMs > limits.queueAgeMs) {
    const detail = `The oldest notification in the queue has been due for ${spanOf(nowMs - facts.oldestDueMs)}.`;
    troubles.push({ kind: 'queue_growing', subject: '', detail });
  }
  for (const kind of resting) {
    const detail = `The provider of ${kind} failed too often; it is tried once in a while, and its messages wait.`;
    troubles.push({ kind: 'circuit_open', subject: kind, detail });
  }
  if (spending !== null && spending.spent >= spending.cap * limits.spendingPart) {
    const { spent, cap, currency, period } = spending;
    const detail = `Messages have cost ${spent.toFixed(2)} of the ${cap.toFixed(2)} ${currency} that this ${period} allows.`;
    troubles.push({ kind: 'spending_near_cap', subject: '', detail });
  }
  const quietMs = quietFor(facts, nowMs);
  if (quietMs > limits.nothingDeliveredMs) {
    const detail = `No alert could be delivered for ${spanOf(quietMs)}, though some were due.`;
    troubles.push({ kind: 'nothing_delivered', subject: '', detail });
  }
  return troubles;
}

/** Since when nothing has gone out although something should have. */
function quietFor({ undeliveredSinceMs, lastSentMs }: WatchFacts, nowMs: number): number {
  if (undeliveredSinceMs === null) return 0;
  return nowMs - Math.max(undeliveredSinceMs, lastSentMs ?? 0);
}

/** "45 s", "12 min", "3 h 20 min" */
export function spanOf(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
