import { distanceOf, unknownPartsOf, type CoinNumbers, type UnknownPart } from '@ubot/engine';
import type { LiveStrategy } from './liveStrategy.ts';
import type { Evaluated } from './rerun.ts';
import { createUniverseView } from './universe.ts';

export const SHOWN_MATCHING = 50;
export const SHOWN_NEAR = 10;

/** The coins of the universe by what the condition is about them. */
export interface Sorted {
  readonly matching: number[];
  readonly notMatching: { readonly coinId: number; readonly distance: number }[];
  readonly notKnown: { readonly coinId: number; readonly parts: readonly UnknownPart[] }[];
  readonly stale: number[];
}

export function numbersOf({ engine }: Evaluated, { strategy: { timeframe, trigger } }: LiveStrategy, coinId: number) {
  const query = (key: string) => ({ timeframe, on: trigger.on, coinId, key });
  const numbers: CoinNumbers = {
    now: (key) => engine.valueOf(query(key)),
    before: (key) => engine.previousOf(query(key)),
  };
  return numbers;
}

export function sortOut(live: LiveStrategy, evaluated: Evaluated, coinIds: readonly number[]): Sorted {
  const { engine, staleness } = evaluated;
  const { condition, strategy } = live;
  const sorted: Sorted = { matching: [], notMatching: [], notKnown: [], stale: [] };
  for (const coinId of coinIds) {
    const verdict = engine.verdictOf({ plan: condition, on: strategy.trigger.on, coinId });
    if (staleness.isStale(coinId)) sorted.stale.push(coinId);
    else if (verdict === 'true') sorted.matching.push(coinId);
    else {
      const numbers = numbersOf(evaluated, live, coinId);
      if (verdict === 'false') sorted.notMatching.push({ coinId, distance: distanceOf(condition.root, numbers) });
      else sorted.notKnown.push({ coinId, parts: verdict === null ? [] : unknownPartsOf(condition.root, numbers) });
    }
  }
  return sorted;
}

/** By rank. Coins that were judged at the last close and have left the market since are still in a universe of all. */
export function coinsOfUniverse(
  { strategy: { trigger }, universe, condition }: LiveStrategy,
  evaluated: Evaluated,
): number[] {
  const { snapshot, engine } = evaluated;
  const rankOf = new Map([...snapshot.coinIds].map((id, i) => [id, snapshot.rank[i]! || Infinity]));
  const all = universe.kind === 'coins' ? new Set(universe.ids) : new Set<number>(snapshot.coinIds);
  if (universe.kind === 'all') {
    for (let slot = 0; slot < engine.coinCount(); slot++) {
      const coinId = engine.coinAt(slot);
      if (coinId === undefined) continue;
      if (engine.verdictOf({ plan: condition, on: trigger.on, coinId }) !== null) all.add(coinId);
    }
  }
  const view = createUniverseView(snapshot);
  return [...all]
    .filter((id) => view.includes(universe, id))
    .sort((a, b) => (rankOf.get(a) ?? Infinity) - (rankOf.get(b) ?? Infinity) || a - b);
}

/** The coins of which more than a count is told, and as many near ones again, whose order may change. */
export function shownOf({ matching, notMatching }: Sorted): number[] {
  const near = nearestOf(notMatching, 2 * SHOWN_NEAR).map(({ coinId }) => coinId);
  return [...matching.slice(0, SHOWN_MATCHING), ...near];
}

/** What was found roughly, with those in its place that were judged again; what matches is in the order of `coins`. */
export function corrected(given: {
  sorted: Sorted;
  judged: Sorted;
  again: ReadonlySet<number>;
  coins: number[];
}): Sorted {
  const { sorted, judged, again, coins } = given;
  const isOther = ({ coinId }: { coinId: number }): boolean => !again.has(coinId);
  const placeOf = new Map(coins.map((coinId, place) => [coinId, place]));
  const matching = [...judged.matching, ...sorted.matching.filter((coinId) => !again.has(coinId))];
  return {
    matching: matching.sort((a, b) => placeOf.get(a)! - placeOf.get(b)!),
    notMatching: [...judged.notMatching, ...sorted.notMatching.filter(isOther)],
    notKnown: [...judged.notKnown, ...sorted.notKnown.filter(isOther)],
    stale: [...judged.stale, ...sorted.stale.filter((coinId) => !again.has(coinId))],
  };
}

export function nearestOf(notMatching: Sorted['notMatching'], most: number): Sorted['notMatching'] {
  return notMatching
    .filter(({ distance }) => Number.isFinite(distance))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, most);
}
