import { INITIAL_ALERT_STATE, type AlertState } from '@ubot/alerting';
import type { Trigger } from '@ubot/contracts';
import type { AlertStateRow } from '@ubot/db';

/**
 * The alert machines of all (strategy version, coin) pairs; only those that are not at rest take memory.
 *
 * Edges:  a machine is steady when it fires, fires on change only, and has no rearm condition: as long as its condition
 *         stays true there is nothing to decide, so it is not looked at until the engine tells a change. Where the condition
 *         is not known (after a restart, or when data are missing) it is looked at until it is.
 */
export interface Machines {
  load(rows: readonly AlertStateRow[], triggerOf: (versionId: string) => Trigger | undefined): void;
  get(versionId: string, coinId: number): AlertState;
  /** Coins whose machine of this version has to be looked at whether or not something changed. */
  awakeCoins(versionId: string): Iterable<number>;
  /** Versions that have such coins. */
  awakeVersions(): Iterable<string>;
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
  readonly trigger: Trigger;
  /** Whether the condition was known when the machine moved. */
  readonly known: boolean;
}

interface VersionMachines {
  readonly awake: Map<number, AlertState>;
  readonly steady: Map<number, AlertState>;
}

function isSteady(state: AlertState, trigger: Trigger): boolean {
  return state.phase === 'firing' && trigger.fires === 'on_change' && trigger.rearm === null;
}

export function createMachines(): Machines {
  const byVersion = new Map<string, VersionMachines>();
  const awake = new Set<string>();

  const put = (
    versionId: string,
    coinId: number,
    { state, trigger, known }: Pick<MachineChange, 'state' | 'trigger' | 'known'>,
  ): void => {
    const machines = byVersion.get(versionId) ?? { awake: new Map(), steady: new Map() };
    byVersion.set(versionId, machines);
    machines.awake.delete(coinId);
    machines.steady.delete(coinId);
    if (state !== null) (known && isSteady(state, trigger) ? machines.steady : machines.awake).set(coinId, state);
    if (machines.awake.size > 0) awake.add(versionId);
    else awake.delete(versionId);
  };

  return {
    load(rows, triggerOf) {
      for (const { strategyVersionId, coinId, state } of rows) {
        const trigger = triggerOf(strategyVersionId);
        // Written by this service from an AlertState; a row of another shape is of no use and starts afresh.
        if (trigger === undefined || !isAlertState(state)) continue;
        put(strategyVersionId, coinId, { state, trigger, known: false });
      }
    },
    get(versionId, coinId) {
      const machines = byVersion.get(versionId);
      return machines?.awake.get(coinId) ?? machines?.steady.get(coinId) ?? INITIAL_ALERT_STATE;
    },
    awakeCoins: (versionId) => byVersion.get(versionId)?.awake.keys() ?? [],
    awakeVersions: () => awake,
    apply(changes) {
      for (const change of changes) put(change.strategyVersionId, change.coinId, change);
    },
    keepOnly(versionIds) {
      const gone = [...byVersion.keys()].filter((versionId) => !versionIds.has(versionId));
      for (const versionId of gone) {
        byVersion.delete(versionId);
        awake.delete(versionId);
      }
      return gone;
    },
  };
}

const PHASES: ReadonlySet<unknown> = new Set(['unknown', 'inactive', 'pending', 'firing']);
const isTime = (value: unknown): boolean => value === null || typeof value === 'number';

function isAlertState(value: unknown): value is AlertState {
  if (typeof value !== 'object' || value === null) return false;
  const { phase, lastAtMs, trueSinceMs, lastAlertAtMs, armed } = value as Record<keyof AlertState, unknown>;
  return PHASES.has(phase) && [lastAtMs, trueSinceMs, lastAlertAtMs].every(isTime) && typeof armed === 'boolean';
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
