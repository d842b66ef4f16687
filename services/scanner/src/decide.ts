import { decideAlert } from '@ubot/alerting';
import type { DecisionReason } from '@ubot/contracts';
import type { SliceVerdicts } from '@ubot/engine';
import type { SentCounts } from './dailyCount.ts';
import { isAtRest, isWorthStoring, type MachineChange } from './machines.ts';
import type { LiveStrategy } from './strategies.ts';
import { createUniverseView } from './universe.ts';
import type { World } from './world.ts';

/** What one evaluation of all strategies came to. */
export interface Decisions {
  readonly fired: readonly Decided[];
  /** A true condition that was not sent, and why. */
  readonly suppressed: readonly Decided[];
  /** Machines that moved. */
  readonly changes: readonly MachineChange[];
  /** Those of them that have to be stored. */
  readonly toStore: readonly MachineChange[];
  /** Strategies that fire once and now have. */
  readonly switchOff: readonly LiveStrategy[];
  readonly counts: ReadonlyMap<DecisionReason, number>;
}

export interface Decided {
  readonly live: LiveStrategy;
  readonly coinId: number;
  readonly reason: DecisionReason;
  /** Close of the candle, or time of the snapshot. */
  readonly atMs: number;
}

export interface DecideOptions {
  readonly world: World;
  readonly strategies: readonly LiveStrategy[];
  readonly nowMs: number;
  readonly sent: SentCounts;
  /** Versions that fire once and have: never again, also when user-manager has not switched them off yet. */
  readonly spent: ReadonlySet<string>;
}

/** Turns the verdicts of the last evaluation into decisions. Nothing is changed but the daily count. */
export function decideAll(options: DecideOptions): Decisions {
  const { world, strategies } = options;
  const result = createResult();
  const universe = createUniverseView(world.latest);
  for (const live of strategies) {
    const atMs = world.engine.evaluatedAtMs(live.strategy.id);
    if (atMs === null || options.spent.has(live.strategy.versionId)) continue;
    const slices = world.engine.verdicts(live.strategy.id);
    result.addQuiet(slices, world.machines.steadySlots(live.strategy.versionId));
    for (const coinId of candidates(world, live, slices)) {
      if (!universe.includes(live.strategy.universe, coinId)) continue;
      const fired = decideOne({ ...options, live, coinId, atMs }, result);
      if (fired && live.strategy.trigger.fires === 'once') break;
    }
  }
  return result.decisions();
}

/** Coins about which there is something to decide: newly true, steady and no longer true, or awake otherwise. */
function candidates(world: World, live: LiveStrategy, slices: readonly SliceVerdicts[]): number[] {
  const found = new Set<number>();
  const steady = world.machines.steadySlots(live.strategy.versionId);
  for (const { firstSlot, evaluated, condition } of slices) {
    for (let word = 0; word < evaluated.length; word++) {
      let bits = evaluated[word]! & (condition.isTrue[word]! ^ (steady[firstSlot / 32 + word] ?? 0));
      while (bits !== 0) {
        const bit = 31 - Math.clz32(bits);
        bits &= ~(1 << bit);
        const coinId = world.engine.coinAt(firstSlot + word * 32 + bit);
        if (coinId !== undefined) found.add(coinId);
      }
    }
  }
  for (const coinId of world.machines.awakeCoins(live.strategy.versionId)) found.add(coinId);
  // In order of coins, so that the same snapshot gives the same alerts in the same order.
  return [...found].sort((a, b) => a - b);
}

type OneOptions = DecideOptions & { live: LiveStrategy; coinId: number; atMs: number };

function decideOne(options: OneOptions, result: Result): boolean {
  const { world, live, coinId, atMs, nowMs, sent } = options;
  const { strategy } = live;
  const verdict = world.engine.verdictOf(strategy.id, coinId);
  if (verdict === null) return false; // no candle, no sample: nothing was evaluated
  const before = world.machines.get(strategy.versionId, coinId);
  const decision = decideAlert({
    verdict,
    rearmVerdict: world.engine.verdictOf(strategy.id, coinId, 'rearm'),
    state: before,
    trigger: strategy.trigger,
    timeframe: strategy.timeframe,
    atMs,
    nowMs,
    stale: world.staleness.isStale(coinId),
    sentToday: sent.on(atMs, strategy.id),
  });
  const decided = { live, coinId, reason: decision.reason, atMs };
  result.add(decided, { send: decision.send, wasTrue: verdict === 'true', switchOff: decision.switchOff === true });
  if (decision.send) sent.add(atMs, strategy.id);
  const state = isAtRest(decision.state, strategy.trigger) ? null : decision.state;
  const change = {
    strategyId: strategy.id,
    strategyVersionId: strategy.versionId,
    coinId,
    state,
    trigger: strategy.trigger,
  };
  if (decision.state !== before) result.change(change, isWorthStoring(before, state));
  return decision.send;
}

type Result = ReturnType<typeof createResult>;

function createResult() {
  const fired: Decided[] = [];
  const suppressed: Decided[] = [];
  const changes: MachineChange[] = [];
  const toStore: MachineChange[] = [];
  const switchOff: LiveStrategy[] = [];
  const counts = new Map<DecisionReason, number>();
  const count = (reason: DecisionReason, by: number): void => {
    if (by > 0) counts.set(reason, (counts.get(reason) ?? 0) + by);
  };
  return {
    /** Coins about which there is nothing to decide: counted, not looked at one by one. */
    addQuiet(slices: readonly SliceVerdicts[], steady: Uint32Array): void {
      let alreadyFired = 0;
      let notTrue = 0;
      let notWarm = 0;
      for (const { firstSlot, evaluated, condition } of slices) {
        for (let word = 0; word < evaluated.length; word++) {
          const here = evaluated[word]!;
          const unknown = here & condition.unknown[word]!;
          notWarm += bitCount(unknown);
          alreadyFired += bitCount(here & condition.isTrue[word]! & (steady[firstSlot / 32 + word] ?? 0));
          notTrue += bitCount(here & ~condition.isTrue[word]! & ~unknown);
        }
      }
      count('not_true', notTrue);
      count('not_warm', notWarm);
      count('already_fired', alreadyFired);
    },
    add(
      decided: Decided,
      { send, wasTrue, switchOff: off }: { send: boolean; wasTrue: boolean; switchOff: boolean },
    ): void {
      if (send) fired.push(decided);
      else if (wasTrue) suppressed.push(decided);
      if (wasTrue || send) count(decided.reason, 1);
      if (off) switchOff.push(decided.live);
    },
    change(change: MachineChange, store: boolean): void {
      changes.push(change);
      if (store) toStore.push(change);
    },
    decisions: (): Decisions => ({ fired, suppressed, changes, toStore, switchOff, counts }),
  };
}

function bitCount(bits: number): number {
  let rest = bits - ((bits >>> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
