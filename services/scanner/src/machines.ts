import { INITIAL_ALERT_STATE, type AlertState } from '@ubot/alerting';
import type { Trigger } from '@ubot/contracts';
import type { AlertStateRow } from '@ubot/db';

/**
 * The alert machines of all (strategy version, coin) pairs; only those that are not at rest take memory.
 *
 * Edges:  a machine is steady when it fires, fires on change only, and has no rearm condition: as long as its condition
 *         stays true there is nothing to decide, so these are also kept as bits by coin slot and not looked at.
 */
export interface Machines {
  load(rows: readonly AlertStateRow[], triggerOf: (versionId: string) => Trigger | undefined): void;
  get(versionId: string, coinId: number): AlertState;
  /** Coins whose machine of this version is neither at rest nor steady. */
  awakeCoins(versionId: string): Iterable<number>;
  /** Bit of each slot whose machine is steady; slots beyond its length have none. */
  steadySlots(versionId: string): Uint32Array;
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
}

interface VersionMachines {
  readonly awake: Map<number, AlertState>;
  readonly steady: Map<number, AlertState>;
  steadyBits: Uint32Array;
}

const NO_BITS = new Uint32Array(0);
const BITS = 32;

function isSteady(state: AlertState, trigger: Trigger): boolean {
  return state.phase === 'firing' && trigger.fires === 'on_change' && trigger.rearm === null;
}

export function createMachines(options: { slotOf: (coinId: number) => number | undefined }): Machines {
  const byVersion = new Map<string, VersionMachines>();

  const of = (versionId: string): VersionMachines => {
    const machines = byVersion.get(versionId) ?? { awake: new Map(), steady: new Map(), steadyBits: NO_BITS };
    byVersion.set(versionId, machines);
    return machines;
  };

  const mark = (machines: VersionMachines, slot: number, on: boolean): void => {
    const word = Math.floor(slot / BITS);
    if (on && word >= machines.steadyBits.length) {
      const grown = new Uint32Array(2 * (word + 1));
      grown.set(machines.steadyBits);
      machines.steadyBits = grown;
    }
    if (on) machines.steadyBits[word]! |= 1 << (slot % BITS);
    else if (word < machines.steadyBits.length) machines.steadyBits[word]! &= ~(1 << (slot % BITS));
  };

  const put = (
    versionId: string,
    coinId: number,
    { state, trigger }: Pick<MachineChange, 'state' | 'trigger'>,
  ): void => {
    const machines = of(versionId);
    const slot = options.slotOf(coinId);
    machines.awake.delete(coinId);
    machines.steady.delete(coinId);
    const steady = state !== null && slot !== undefined && isSteady(state, trigger);
    if (slot !== undefined) mark(machines, slot, steady);
    if (state !== null) (steady ? machines.steady : machines.awake).set(coinId, state);
  };

  return {
    load(rows, triggerOf) {
      for (const { strategyVersionId, coinId, state } of rows) {
        const trigger = triggerOf(strategyVersionId);
        // Written by this service from an AlertState; a row of another shape is of no use and starts afresh.
        if (trigger !== undefined && isAlertState(state)) put(strategyVersionId, coinId, { state, trigger });
      }
    },
    get(versionId, coinId) {
      const machines = byVersion.get(versionId);
      return machines?.awake.get(coinId) ?? machines?.steady.get(coinId) ?? INITIAL_ALERT_STATE;
    },
    awakeCoins: (versionId) => byVersion.get(versionId)?.awake.keys() ?? [],
    steadySlots: (versionId) => byVersion.get(versionId)?.steadyBits ?? NO_BITS,
    apply(changes) {
      for (const change of changes) put(change.strategyVersionId, change.coinId, change);
    },
    keepOnly(versionIds) {
      const gone = [...byVersion.keys()].filter((versionId) => !versionIds.has(versionId));
      for (const versionId of gone) byVersion.delete(versionId);
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
