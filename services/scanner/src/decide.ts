import { decideAlert } from '@ubot/alerting';
import type { DecisionReason } from '@ubot/contracts';
import type { SentCounts } from './dailyCount.ts';
import { isAtRest, isWorthStoring, type MachineChange } from './machines.ts';
import type { LiveStrategy } from './liveStrategy.ts';
import type { StrategyBook } from './strategies.ts';
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
  readonly book: StrategyBook;
  readonly nowMs: number;
  readonly sent: SentCounts;
  /** Versions that fire once and have: never again, also when user-manager has not switched them off yet. */
  readonly spent: ReadonlySet<string>;
}

/** Turns what the last evaluation changed into decisions. Nothing is changed but the daily count. */
export function decideAll(options: DecideOptions): Decisions {
  const { world } = options;
  const result = createResult();
  const universe = createUniverseView(world.latest);
  for (const { live, coinIds } of candidates(options)) {
    const { versionId, timeframe, trigger } = live.strategy;
    const atMs = world.engine.evaluatedAtMs(timeframe, trigger.on);
    if (atMs === null || options.spent.has(versionId)) continue;
    for (const coinId of coinIds) {
      if (!universe.includes(live.universe, coinId)) continue;
      const fired = decideOne({ ...options, live, coinId, atMs }, result);
      if (fired && live.strategy.trigger.fires === 'once') break;
    }
  }
  return result.decisions();
}

/**
 * Strategies and coins about which there is something to decide: a condition that changed, or a machine that is awake.
 *
 * Shape:  in the order of strategies and coins, so that the same snapshot gives the same alerts in the same order.
 */
function candidates({ world, book }: DecideOptions): { live: LiveStrategy; coinIds: number[] }[] {
  const found = new Map<LiveStrategy, Set<number>>();
  const add = (live: LiveStrategy | undefined, coinId: number): void => {
    if (live === undefined) return;
    const coins = found.get(live) ?? new Set<number>();
    found.set(live, coins.add(coinId));
  };
  world.engine.forEachChange((handle, coinId) => add(book.byHandle(handle), coinId));
  for (const versionId of world.machines.awakeVersions()) {
    const live = book.byVersion(versionId);
    for (const coinId of world.machines.awakeCoins(versionId)) add(live, coinId);
  }
  return [...found]
    .sort(([a], [b]) => a.handle - b.handle)
    .map(([live, coins]) => ({ live, coinIds: [...coins].sort((a, b) => a - b) }));
}

type OneOptions = DecideOptions & { live: LiveStrategy; coinId: number; atMs: number };

function decideOne(options: OneOptions, result: Result): boolean {
  const { world, live, coinId, atMs, nowMs, sent } = options;
  const { strategy } = live;
  const verdict = world.engine.verdictOf({ plan: live.condition, on: strategy.trigger.on, coinId });
  if (verdict === null) return false; // no candle, no sample: nothing was evaluated
  const before = world.machines.get(strategy.versionId, coinId);
  const decision = decideAlert({
    verdict,
    rearmVerdict: live.rearm && world.engine.verdictOf({ plan: live.rearm, on: strategy.trigger.on, coinId }),
    state: before,
    trigger: strategy.trigger,
    timeframe: strategy.timeframe,
    atMs,
    nowMs,
    stale: world.staleness.isStale(coinId),
    sentToday: sent.on(atMs, strategy.id),
    accountSpent: live.alertsPerDay !== null && sent.onAccount(atMs, strategy.userId) >= live.alertsPerDay,
  });
  const decided = { live, coinId, reason: decision.reason, atMs };
  result.add(decided, { send: decision.send, wasTrue: verdict === 'true', switchOff: decision.switchOff === true });
  if (decision.send) sent.add(atMs, strategy);
  const state = isAtRest(decision.state, strategy.trigger) ? null : decision.state;
  const change = {
    strategyId: strategy.id,
    strategyVersionId: strategy.versionId,
    coinId,
    state,
    trigger: strategy.trigger,
    known: verdict !== 'unknown',
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
