import { INITIAL_ALERT_STATE, type AlertState } from '@ubot/alerting';
import type { Trigger } from '@ubot/contracts';
import type { AlertStateRow } from '@ubot/db';

/** The alert machines of all (strategy version, coin) pairs; only those that are not at rest take memory. */
export interface Machines {
  load(rows: readonly AlertStateRow[]): void;
  get(versionId: string, coinId: number): AlertState;
  /** Coins whose machine of this version is not at rest. */
  awakeCoins(versionId: string): IterableIterator<number>;
  apply(changes: readonly MachineChange[]): void;
  /** Forgets all machines but those of the given versions; returns the versions forgotten. */
  keepOnly(versionIds: ReadonlySet<string>): string[];
}

export interface MachineChange {
  readonly strategyId: string;
  readonly strategyVersionId: string;
  readonly coinId: number;
  /** null: at rest. */
  readonly state: AlertState | null;
}

export function createMachines(): Machines {
  const byVersion = new Map<string, Map<number, AlertState>>();
  const coinsOf = (versionId: string): Map<number, AlertState> => {
    const coins = byVersion.get(versionId) ?? new Map<number, AlertState>();
    byVersion.set(versionId, coins);
    return coins;
  };

  return {
    load(rows) {
      for (const { strategyVersionId, coinId, state } of rows) {
        // Written by this service from an AlertState; a row of another shape is of no use and starts afresh.
        if (isAlertState(state)) coinsOf(strategyVersionId).set(coinId, state);
      }
    },
    get: (versionId, coinId) => byVersion.get(versionId)?.get(coinId) ?? INITIAL_ALERT_STATE,
    awakeCoins: (versionId) => (byVersion.get(versionId) ?? new Map<number, AlertState>()).keys(),
    apply(changes) {
      for (const { strategyVersionId, coinId, state } of changes) {
        if (state === null) byVersion.get(strategyVersionId)?.delete(coinId);
        else coinsOf(strategyVersionId).set(coinId, state);
      }
    },
    keepOnly(versionIds) {
      const gone = [...byVersion.keys()].filter((versionId) => !versionIds.has(versionId));
      for (const versionId of gone) byVersion.delete(versionId);
      return gone;
    },
  };
}

const PHASES: readonly unknown[] = ['unknown', 'inactive', 'pending', 'firing'];
const isTime = (value: unknown): boolean => value === null || typeof value === 'number';

function isAlertState(value: unknown): value is AlertState {
  if (typeof value !== 'object' || value === null) return false;
  const { phase, lastAtMs, trueSinceMs, lastAlertAtMs, armed } = value as Record<keyof AlertState, unknown>;
  return PHASES.includes(phase) && [lastAtMs, trueSinceMs, lastAlertAtMs].every(isTime) && typeof armed === 'boolean';
}

/**
 * Whether a machine that starts afresh would decide as this one from here on, so that nothing need be remembered.
 *
 * Edges:  what a cooldown, a rearm condition or "once" still depends on is remembered.
 */
export function isAtRest(state: AlertState, trigger: Trigger): boolean {
  const { phase, lastAtMs, lastAlertAtMs, armed } = state;
  if (phase === 'pending' || phase === 'firing') return false;
  if (lastAlertAtMs === null) return true;
  if (trigger.fires === 'once' || (trigger.rearm !== null && !armed)) return false;
  return lastAtMs !== null && lastAtMs - lastAlertAtMs >= trigger.cooldownMs;
}

/** Whether a change has to be stored: that a firing machine was looked at once more need not be. */
export function isWorthStoring(before: AlertState, after: AlertState | null): boolean {
  if (after === null || after.phase !== 'firing') return true;
  return (
    before.phase !== 'firing' ||
    before.trueSinceMs !== after.trueSinceMs ||
    before.lastAlertAtMs !== after.lastAlertAtMs ||
    before.armed !== after.armed
  );
}
