import { isDeepStrictEqual } from 'node:util';
import { StrategyFeedSchema, type Strategy, type StrategyFeed } from '@ubot/contracts';
import { unwrap, type Logger, type ServiceClient } from '@ubot/service-kit';
import {
  checkCondition,
  coinsNamedIn,
  createCoinResolver,
  type CoinName,
  type CoinResolver,
  type ConditionPlan,
} from '@ubot/strategy';
import { universeOf, type LiveStrategy } from './liveStrategy.ts';
import { isOnShard, type Shard } from './shard.ts';

export interface StrategyBook {
  /** Reads all changes that user-manager has since the last call; true when there were any for this shard. */
  refresh(): Promise<boolean>;
  all(): LiveStrategy[];
  byId(strategyId: string): LiveStrategy | undefined;
  byHandle(handle: number): LiveStrategy | undefined;
  byVersion(versionId: string): LiveStrategy | undefined;
}

type Change = StrategyFeed['changes'][number];

const PAGE = 200;

/**
 * The strategies of this shard, learned from user-manager: all enabled ones at first, then the changes.
 *
 * Edges:  a stored strategy that this version's language refuses is left out and logged; the rest go on.
 */
export function createStrategyBook(options: {
  client: ServiceClient;
  shard: Shard;
  logger: Logger;
  /** The coins of the market that have these slugs, ids or symbols. */
  coinsNamed: (names: readonly string[]) => Promise<CoinName[]>;
}): StrategyBook {
  const live = new Map<string, LiveStrategy>();
  const byHandle = new Map<number, LiveStrategy>();
  const byVersion = new Map<string, LiveStrategy>();
  const freeHandles: number[] = [];
  let handles = 0;
  let after = '0';

  const drop = (strategyId: string): boolean => {
    const old = live.get(strategyId);
    if (old === undefined) return false;
    live.delete(strategyId);
    byHandle.delete(old.handle);
    byVersion.delete(old.strategy.versionId);
    freeHandles.push(old.handle);
    return true;
  };

  const put = (entry: LiveStrategy): void => {
    live.set(entry.strategy.id, entry);
    byHandle.set(entry.handle, entry);
    byVersion.set(entry.strategy.versionId, entry);
  };

  const take = (change: Change, coins: CoinResolver): boolean => {
    const { strategyId, strategy } = change;
    const alertsPerDay = change.alertsPerDay ?? null;
    if (!isOnShard(strategyId, options.shard)) return false;
    const known = live.get(strategyId);
    const isSame =
      strategy?.enabled === true &&
      known?.strategy.versionId === strategy.versionId &&
      isDeepStrictEqual(known.universe, universeOf(strategy, change.coinIds));
    if (isSame) {
      // What is evaluated is the same; only what its user may have is another.
      put({ ...known, strategy, alertsPerDay });
      return false;
    }
    const checked =
      strategy?.enabled === true ? compile(strategy, { logger: options.logger, coins, coinIds: change.coinIds }) : null;
    const hadOne = drop(strategyId);
    if (checked === null) return hadOne;
    put({ ...checked, alertsPerDay, handle: freeHandles.shift() ?? handles++ });
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
        const coins = createCoinResolver(await options.coinsNamed(coinsNamedIn(textsOf(page.changes))), false);
        for (const change of page.changes) changed = take(change, coins) || changed;
        after = page.nextChange;
        if (!page.more) return changed;
      }
    },
    all: () => [...live.values()],
    byId: (strategyId) => live.get(strategyId),
    byHandle: (handle) => byHandle.get(handle),
    byVersion: (versionId) => byVersion.get(versionId),
  };
}

function textsOf(changes: readonly { strategy: Strategy | null }[]): string[] {
  return changes.flatMap(({ strategy }) =>
    strategy === null
      ? []
      : [strategy.condition, strategy.trigger.rearm ?? '', ...strategy.indicators.map(({ expression }) => expression)],
  );
}

/** Checks the conditions of a strategy that is not in the book. null: this version's language refuses it. */
export type CompileStrategy = (
  strategy: Strategy,
  coinIds?: readonly number[],
) => Promise<{
  live: LiveStrategy;
  /** Coins that the conditions name, and those whose symbol a name is. */
  named: number[];
} | null>;

export function createCompileStrategy(options: {
  logger: Logger;
  coinsNamed: (names: readonly string[]) => Promise<CoinName[]>;
}): CompileStrategy {
  return async (strategy, coinIds) => {
    const coins = await options.coinsNamed(coinsNamedIn(textsOf([{ strategy }])));
    const compiled = compile(strategy, {
      logger: options.logger,
      coins: createCoinResolver(coins, false),
      coinIds,
    });
    if (compiled === null) return null;
    return { live: { ...compiled, handle: 0, alertsPerDay: null }, named: coins.map(({ id }) => id) };
  };
}

/** null: this version's language refuses it. */
function compile(
  strategy: Strategy,
  { logger, coins, coinIds }: { logger: Logger; coins: CoinResolver; coinIds: readonly number[] | undefined },
): Omit<LiveStrategy, 'handle' | 'alertsPerDay'> | null {
  const { timeframe, indicators, trigger } = strategy;
  const read = (text: string): ConditionPlan | null => {
    const checked = checkCondition({ text, timeframe, indicators, coins });
    if (checked.ok) return checked.plan;
    logger.warn({ event: 'strategy.refused', strategyId: strategy.id, diagnostics: checked.diagnostics });
    return null;
  };
  const condition = read(strategy.condition);
  const rearm = trigger.rearm === null ? null : read(trigger.rearm);
  if (condition === null || (trigger.rearm !== null && rearm === null)) return null;
  return { strategy, universe: universeOf(strategy, coinIds), condition, rearm };
}
