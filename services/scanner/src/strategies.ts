import { StrategyFeedSchema, type Strategy } from '@ubot/contracts';
import type { EngineStrategy } from '@ubot/engine';
import { unwrap, type Logger, type ServiceClient } from '@ubot/service-kit';
import { checkCondition, type ConditionPlan } from '@ubot/strategy';
import { isOnShard, type Shard } from './shard.ts';

/** A strategy that is switched on, with its checked conditions. */
export interface LiveStrategy {
  readonly strategy: Strategy;
  readonly condition: ConditionPlan;
  readonly rearm: ConditionPlan | null;
}

export interface StrategyBook {
  /** Reads all changes that user-manager has since the last call; true when there were any for this shard. */
  refresh(): Promise<boolean>;
  all(): LiveStrategy[];
  byId(strategyId: string): LiveStrategy | undefined;
  asEngineStrategies(): EngineStrategy[];
}

const PAGE = 200;

/**
 * The strategies of this shard, learned from user-manager: all enabled ones at first, then the changes.
 *
 * Edges:  a stored strategy that this version's language refuses is left out and logged; the rest go on.
 */
export function createStrategyBook(options: { client: ServiceClient; shard: Shard; logger: Logger }): StrategyBook {
  const live = new Map<string, LiveStrategy>();
  let after = '0';

  const take = (strategyId: string, strategy: Strategy | null): boolean => {
    if (!isOnShard(strategyId, options.shard)) return false;
    const checked = strategy?.enabled === true ? compile(strategy, options.logger) : null;
    if (checked === null) return live.delete(strategyId);
    live.set(strategyId, checked);
    return true;
  };

  return {
    async refresh() {
      let changed = false;
      for (;;) {
        const query = { after, limit: PAGE };
        const page = unwrap(
          await options.client.request({ method: 'GET', path: '/strategy-feed', query, answer: StrategyFeedSchema }),
        );
        for (const { strategyId, strategy } of page.changes) changed = take(strategyId, strategy) || changed;
        after = page.nextChange;
        if (!page.more) return changed;
      }
    },
    all: () => [...live.values()],
    byId: (strategyId) => live.get(strategyId),
    asEngineStrategies: () =>
      [...live].map(([id, { strategy, condition, rearm }]) => ({ id, condition, rearm, on: strategy.trigger.on })),
  };
}

function compile(strategy: Strategy, logger: Logger): LiveStrategy | null {
  const { timeframe, indicators, trigger } = strategy;
  const read = (text: string): ConditionPlan | null => {
    const checked = checkCondition({ text, timeframe, indicators });
    if (checked.ok) return checked.plan;
    logger.warn({ event: 'strategy.refused', strategyId: strategy.id, diagnostics: checked.diagnostics });
    return null;
  };
  const condition = read(strategy.condition);
  const rearm = trigger.rearm === null ? null : read(trigger.rearm);
  if (condition === null || (trigger.rearm !== null && rearm === null)) return null;
  return { strategy, condition, rearm };
}
