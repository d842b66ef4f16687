import type { Strategy } from '@ubot/contracts';
import type { EngineStrategy } from '@ubot/engine';
import type { ConditionPlan } from '@ubot/strategy';

/** A strategy that is switched on, with its checked conditions. */
export interface LiveStrategy {
  /** What the engine calls it; every version has another. */
  readonly handle: number;
  readonly strategy: Strategy;
  readonly condition: ConditionPlan;
  readonly rearm: ConditionPlan | null;
  /** How many alerts its user may have in one UTC day; null: any number. */
  readonly alertsPerDay: number | null;
}

/** Up to this many named coins are asked one by one; more are cheaper to ask all at once and to pass over the others. */
const NAMED_COINS = 32;

export function asEngineStrategy({ handle, strategy, condition, rearm }: LiveStrategy): EngineStrategy {
  const { universe, trigger } = strategy;
  const coins = universe.kind === 'coins' && universe.ids.length <= NAMED_COINS ? universe.ids : null;
  return { handle, condition, rearm, on: trigger.on, coins };
}
