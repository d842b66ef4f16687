import type { Strategy, Universe } from '@ubot/contracts';
import type { EngineStrategy } from '@ubot/engine';
import type { ConditionPlan } from '@ubot/strategy';

/** A strategy that is switched on, with its checked conditions. */
export interface LiveStrategy {
  /** What the engine calls it; every version has another. */
  readonly handle: number;
  readonly strategy: Strategy;
  /** The coins it is about: the strategy's universe, a watchlist written out. */
  readonly universe: Exclude<Universe, { kind: 'watchlist' }>;
  readonly condition: ConditionPlan;
  readonly rearm: ConditionPlan | null;
  /** How many alerts its user may have in one UTC day; null: any number. */
  readonly alertsPerDay: number | null;
}

/** Up to this many named coins are asked one by one; more are cheaper to ask all at once and to pass over the others. */
const NAMED_COINS = 32;

export function asEngineStrategy({ handle, strategy, universe, condition, rearm }: LiveStrategy): EngineStrategy {
  const isFew = universe.kind === 'coins' && universe.ids.length > 0 && universe.ids.length <= NAMED_COINS;
  return { handle, condition, rearm, on: strategy.trigger.on, coins: isFew ? universe.ids : null };
}

/** `coinIds` are those of the watchlist, where the universe is one. */
export function universeOf({ universe }: Strategy, coinIds: readonly number[] = []): LiveStrategy['universe'] {
  return universe.kind === 'watchlist' ? { kind: 'coins', ids: [...coinIds] } : universe;
}
