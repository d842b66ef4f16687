import type { Timeframe } from '@ubot/contracts';
import { TIMEFRAME_MS } from '@ubot/market';

/** While the source fires, alerts of the targets are muted; it never mutes itself. */
export interface InhibitionRule {
  readonly sourceStrategyId: string;
  /** While it fires for this coin; null: for any. */
  readonly sourceCoinId: number | null;
  /** Mutes only alerts of a coin that the source fires for. */
  readonly sameCoin: boolean;
  /** Strategies with any of these tags. A strategy is a target by a tag or by its id; both null: all others are. */
  readonly targetTags: readonly string[] | null;
  readonly targetStrategyIds: readonly string[] | null;
}

/** A strategy that fires for a coin, as its stored machine says. */
export interface FiringMachine {
  readonly strategyId: string;
  readonly coinId: number;
  readonly timeframe: Timeframe;
  /** When the scanner last said so. */
  readonly confirmedAtMs: number;
}

export interface InhibitedFacts {
  readonly strategyId: string;
  readonly coinId: number;
  /** Of the strategy version that fired. */
  readonly tags: readonly string[];
  readonly nowMs: number;
}

/** A machine that nobody has confirmed for this many of its candles is not believed any more. */
const BELIEVED_CANDLES = 3;
/** At least this: a restart of the scanner, or a source that pauses, must not let everything through. */
const BELIEVED_MINIMUM_MS = 30 * 60_000;

/**
 * The first rule that mutes an alert now, with what fires; null: none does.
 *
 * Edges:  two rules whose sources mute each other mute both while both fire.
 */
export function findInhibition<R extends InhibitionRule, F extends FiringMachine>(
  rules: readonly R[],
  firing: readonly F[],
  facts: InhibitedFacts,
): { rule: R; source: F } | null {
  for (const rule of rules) {
    if (!isTarget(rule, facts)) continue;
    const fits = firing.filter(({ coinId }) => !rule.sameCoin || coinId === facts.coinId);
    const source = firingSource(rule, fits, facts.nowMs);
    if (source !== null) return { rule, source };
  }
  return null;
}

/** What fires of a rule's source now; null: nothing, so that the rule mutes nobody. */
export function firingSource<F extends FiringMachine>(
  { sourceStrategyId, sourceCoinId }: Pick<InhibitionRule, 'sourceStrategyId' | 'sourceCoinId'>,
  firing: readonly F[],
  nowMs: number,
): F | null {
  const found = firing.find(
    (machine) =>
      machine.strategyId === sourceStrategyId &&
      (sourceCoinId === null || machine.coinId === sourceCoinId) &&
      isBelieved(machine, nowMs),
  );
  return found ?? null;
}

function isTarget(rule: InhibitionRule, { strategyId, tags }: InhibitedFacts): boolean {
  const { sourceStrategyId, targetTags, targetStrategyIds } = rule;
  if (strategyId === sourceStrategyId) return false;
  if (targetTags === null && targetStrategyIds === null) return true;
  return targetStrategyIds?.includes(strategyId) === true || targetTags?.some((tag) => tags.includes(tag)) === true;
}

function isBelieved({ timeframe, confirmedAtMs }: FiringMachine, nowMs: number): boolean {
  return nowMs - confirmedAtMs <= Math.max(BELIEVED_CANDLES * TIMEFRAME_MS[timeframe], BELIEVED_MINIMUM_MS);
}
