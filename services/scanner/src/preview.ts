import { explainCondition, explainUnmet } from '@ubot/alerting';
import type { CoinWire, MatchingCoin, NearCoin, NotKnownReason, StrategyPreview } from '@ubot/contracts';
import type { Database } from '@ubot/db';
import { distanceOf, unknownPartsOf, type CoinNumbers, type UnknownPart } from '@ubot/engine';
import type { SnapshotColumns, Timeframe } from '@ubot/market';
import { warmUpOf } from '@ubot/strategy';
import { createCoinBook } from './coinBook.ts';
import { lastBefore, later } from './instant.ts';
import { beforeFirst, type Position } from './position.ts';
import { evaluateOnce, snapshotOf, type Evaluated } from './rerun.ts';
import { asEngineStrategy, type LiveStrategy } from './liveStrategy.ts';
import { createUniverseView } from './universe.ts';

const SHOWN_MATCHING = 50;
const SHOWN_NEAR = 10;
const SHOWN_STALE = 10;
const SHOWN_REASONS = 10;
const SHOWN_OF_REASON = 5;

export interface PreviewJob {
  readonly live: LiveStrategy;
  /** Coins that the condition names. */
  readonly named: readonly number[];
  /** How far the scanner has come: what it has evaluated last is what is evaluated here. */
  readonly position: Position;
}

export type PreviewFound = Omit<StrategyPreview, 'warnings'>;

/**
 * Evaluates a strategy that need not be stored on the last snapshot that the scanner has evaluated, and says of every coin
 * of its universe what live strategies would be told: the same engine on the same data.
 *
 * Edges:  null before the first snapshot. Writes nothing, and keeps nothing.
 */
export async function previewStrategy(db: Database, job: PreviewJob): Promise<PreviewFound | null> {
  const { live, position } = job;
  const by = later(position);
  if (by === null) return null;
  const before = await lastBefore(db, by.takenAtMs);
  const isFirst = by.feed === 'market' && before.market === null;
  const coinIds = await coinsToRead(job, () => snapshotOf(db, by));
  const have = new Map<string, number>();
  const count = ({ timeframe, coinIds: ids }: { timeframe: Timeframe; coinIds: Int32Array }): void => {
    for (const id of ids) have.set(`${timeframe} ${id}`, (have.get(`${timeframe} ${id}`) ?? 0) + 1);
  };
  const evaluated = await evaluateOnce({
    db,
    strategy: asEngineStrategy(live),
    coinIds,
    before: isFirst ? beforeFirst(before, by.takenAtMs) : before,
    by,
    onHistory: count,
  });
  evaluated.closed.forEach(count);
  const sorted = sortOut(live, evaluated);
  const names = createCoinBook({ db, nowMs: () => by.takenAtMs });
  return tell({ live, evaluated, sorted, names, candlesOf: (timeframe, id) => have.get(`${timeframe} ${id}`) ?? 0 });
}

/** null: all there are. A few coins are read by themselves, so that what others have costs nothing. */
async function coinsToRead(
  { live, named }: PreviewJob,
  readSnapshot: () => Promise<SnapshotColumns>,
): Promise<number[] | null> {
  const { universe } = live;
  if (universe.kind === 'all') return null;
  if (universe.kind !== 'top') return [...new Set([...universe.ids, ...named])];
  const snapshot = await readSnapshot();
  const view = createUniverseView(snapshot);
  return [...new Set([...[...snapshot.coinIds].filter((id) => view.includes(universe, id)), ...named])];
}

/** The coins of the universe by what the condition is about them. */
interface Sorted {
  readonly matching: number[];
  readonly notMatching: { readonly coinId: number; readonly distance: number }[];
  readonly notKnown: { readonly coinId: number; readonly parts: readonly UnknownPart[] }[];
  readonly stale: number[];
}

function numbersOf({ engine }: Evaluated, { strategy: { timeframe, trigger } }: LiveStrategy, coinId: number) {
  const query = (key: string) => ({ timeframe, on: trigger.on, coinId, key });
  const numbers: CoinNumbers = {
    now: (key) => engine.valueOf(query(key)),
    before: (key) => engine.previousOf(query(key)),
  };
  return numbers;
}

function sortOut(live: LiveStrategy, evaluated: Evaluated): Sorted {
  const { engine, staleness } = evaluated;
  const { condition, strategy } = live;
  const sorted: Sorted = { matching: [], notMatching: [], notKnown: [], stale: [] };
  for (const coinId of coinsOfUniverse(live, evaluated)) {
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
function coinsOfUniverse({ strategy: { trigger }, universe, condition }: LiveStrategy, evaluated: Evaluated): number[] {
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

interface Telling {
  readonly live: LiveStrategy;
  readonly evaluated: Evaluated;
  readonly sorted: Sorted;
  readonly names: ReturnType<typeof createCoinBook>;
  readonly candlesOf: (timeframe: Timeframe, coinId: number) => number;
}

async function tell(given: Telling): Promise<PreviewFound> {
  const { live, evaluated, sorted, names } = given;
  const { timeframe, trigger } = live.strategy;
  const matching = sorted.matching.slice(0, SHOWN_MATCHING);
  const nearest = sorted.notMatching
    .filter(({ distance }) => Number.isFinite(distance))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, SHOWN_NEAR);
  const reasons = reasonsOf(given);
  const stale = sorted.stale.slice(0, SHOWN_STALE);
  const shown = reasons.flatMap(({ coins }) => coins.map(({ coinId }) => coinId));
  await names.load([...new Set([...matching, ...nearest.map(({ coinId }) => coinId), ...shown, ...stale])]);
  const { matching: all, notMatching, notKnown, stale: allStale } = sorted;
  return {
    snapshotTakenAtMs: evaluated.snapshot.takenAtMs,
    source: evaluated.snapshot.source,
    evaluatedAtMs: evaluated.engine.lastEvaluatedAtMs(timeframe, trigger.on),
    coinCount: all.length + notMatching.length + notKnown.length + allStale.length,
    matching: { count: all.length, coins: matching.map((coinId) => judgedCoin(given, coinId)) },
    notMatching: {
      count: notMatching.length,
      nearest: nearest.map(({ coinId, distance }): NearCoin => {
        return { ...judgedCoin(given, coinId), distancePct: distance * 100 };
      }),
    },
    notKnown: {
      count: notKnown.length,
      reasons: reasons.map(({ coins, ...reason }) => ({
        ...reason,
        coins: coins.map(({ coinId, candles }) => ({ coin: named(names.coinOf(coinId)), candles })),
      })),
    },
    stale: { count: allStale.length, coins: stale.map((coinId) => named(names.coinOf(coinId))) },
  };
}

function judgedCoin({ live, evaluated, names }: Telling, coinId: number): MatchingCoin {
  const { condition } = live;
  const { snapshot } = evaluated;
  const numbers = numbersOf(evaluated, live, coinId);
  const input = { root: condition.root, named: condition.named, valueOf: numbers.now, previousOf: numbers.before };
  const { explanation, values } = explainCondition(input);
  const at = snapshot.coinIds.indexOf(coinId);
  const priceUsd = at < 0 ? NaN : snapshot.priceUsd[at]!;
  const isTrue = evaluated.engine.verdictOf({ plan: condition, on: live.strategy.trigger.on, coinId }) === 'true';
  return {
    coin: named(names.coinOf(coinId)),
    priceUsd: Number.isFinite(priceUsd) ? priceUsd : null,
    sentence: isTrue ? explanation : explainUnmet(input),
    values,
  };
}

const named = ({ id, symbol, name, slug, rank }: CoinWire) => ({ id, symbol, name, slug, rank });

type Reason = Omit<NotKnownReason, 'coins'> & { coins: { coinId: number; candles: number }[] };

/** What keeps coins from being judged, the most frequent first; a coin counts for its first unknown part. */
function reasonsOf({ live, sorted, candlesOf }: Telling): Reason[] {
  const { timeframe } = live.strategy;
  const found = new Map<string, Reason>();
  for (const { coinId, parts } of sorted.notKnown) {
    const [part] = parts;
    const warmUp = part === undefined ? { timeframe, candles: 1 } : warmUpOf(part.node, timeframe);
    const candlesNeeded = warmUp.candles + (part?.candlesBefore ?? 0);
    const candles = candlesOf(warmUp.timeframe, coinId);
    const reason = part === undefined ? 'not_observed' : candles < candlesNeeded ? 'warming_up' : 'no_value';
    const key = `${reason} ${part?.text ?? ''}`;
    const known = found.get(key) ?? {
      reason,
      part: part?.text ?? null,
      timeframe: warmUp.timeframe,
      candlesNeeded,
      count: 0,
      coins: [],
    };
    found.set(key, { ...known, count: known.count + 1 });
    known.coins.push({ coinId, candles });
  }
  return [...found.values()]
    .sort((a, b) => b.count - a.count)
    .slice(0, SHOWN_REASONS)
    .map((each) => ({
      ...each,
      coins: each.coins.sort((a, b) => b.candles - a.candles).slice(0, SHOWN_OF_REASON),
    }));
}
