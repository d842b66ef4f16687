import { explainCondition, explainUnmet } from '@ubot/alerting';
import type { CoinWire, MatchingCoin, NearCoin, NotKnownReason, StrategyPreview } from '@ubot/contracts';
import type { Database } from '@ubot/db';
import type { CandleColumns, SnapshotColumns, Timeframe } from '@ubot/market';
import { warmUpOf } from '@ubot/strategy';
import { createCoinBook } from './coinBook.ts';
import { lastBefore, later } from './instant.ts';
import { beforeFirst, type Position } from './position.ts';
import { evaluateOnce, snapshotOf, type Evaluated } from './rerun.ts';
import { asEngineStrategy, type LiveStrategy } from './liveStrategy.ts';
import {
  coinsOfUniverse,
  corrected,
  nearestOf,
  numbersOf,
  SHOWN_MATCHING,
  SHOWN_NEAR,
  shownOf,
  sortOut,
  type Sorted,
} from './previewSort.ts';
import { createUniverseView } from './universe.ts';

const SHOWN_STALE = 10;
const SHOWN_REASONS = 10;
const SHOWN_OF_REASON = 5;
/** Of more coins than these the thousands of candles that the longest indicators remember are too much to read. */
const MANY_COINS = 250;

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
 * Edges:  null before the first snapshot. Over many coins the indicators begin later than those of the live engine, and
 *         what matches or is near is judged once more in full: what is shown is exact, a count may be out by a coin whose
 *         number lies within 1/20,000 of its border. Writes nothing, and keeps nothing.
 */
export async function previewStrategy(db: Database, job: PreviewJob): Promise<PreviewFound | null> {
  const { live, named: namedIds, position } = job;
  const by = later(position);
  if (by === null) return null;
  const at = await lastBefore(db, by.takenAtMs);
  const isFirst = by.feed === 'market' && at.market === null;
  const given = { db, strategy: asEngineStrategy(live), before: isFirst ? beforeFirst(at, by.takenAtMs) : at, by };
  const coinIds = await coinsToRead(job, () => snapshotOf(db, by));
  const candles = countCandles();
  const areMany = coinIds === null || coinIds.length > MANY_COINS;
  const depth = areMany ? ('near' as const) : ('full' as const);
  const evaluated = await evaluateOnce({ ...given, coinIds, onHistory: candles.add, depth });
  evaluated.closed.forEach(candles.add);
  const coins = coinsOfUniverse(live, evaluated);
  const sorted = sortOut(live, evaluated, coins);
  const names = createCoinBook({ db, nowMs: () => by.takenAtMs });
  const telling = { live, evaluated: () => evaluated, whole: evaluated, names, candlesOf: candles.of };
  const again = new Set(areMany ? shownOf(sorted) : []);
  if (again.size === 0) return tell({ ...telling, sorted });
  const exact = await evaluateOnce({ ...given, coinIds: [...new Set([...again, ...namedIds])] });
  const judged = sortOut(live, exact, [...again]);
  return tell({
    ...telling,
    evaluated: (coinId) => (again.has(coinId) ? exact : evaluated),
    sorted: corrected({ sorted, judged, again, coins }),
  });
}

/** How many candles of each coin and timeframe have come by; counted when it is first asked, which is seldom. */
function countCandles() {
  const seen: Pick<CandleColumns, 'timeframe' | 'coinIds'>[] = [];
  const counts = new Map<Timeframe, Map<number, number>>();
  const count = (): void => {
    for (const { timeframe, coinIds } of seen.splice(0)) {
      const ofTimeframe = counts.get(timeframe) ?? new Map<number, number>();
      counts.set(timeframe, ofTimeframe);
      for (const id of coinIds) ofTimeframe.set(id, (ofTimeframe.get(id) ?? 0) + 1);
    }
  };
  return {
    add: ({ timeframe, coinIds }: CandleColumns): void => void seen.push({ timeframe, coinIds }),
    of(timeframe: Timeframe, coinId: number): number {
      count();
      return counts.get(timeframe)?.get(coinId) ?? 0;
    },
  };
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

interface Telling {
  readonly live: LiveStrategy;
  /** By which evaluation a coin was judged. */
  readonly evaluated: (coinId: number) => Evaluated;
  /** Of the whole universe. */
  readonly whole: Evaluated;
  readonly sorted: Sorted;
  readonly names: ReturnType<typeof createCoinBook>;
  readonly candlesOf: (timeframe: Timeframe, coinId: number) => number;
}

async function tell(given: Telling): Promise<PreviewFound> {
  const { live, whole, sorted, names } = given;
  const { timeframe, trigger } = live.strategy;
  const matching = sorted.matching.slice(0, SHOWN_MATCHING);
  const nearest = nearestOf(sorted.notMatching, SHOWN_NEAR);
  const reasons = reasonsOf(given);
  const stale = sorted.stale.slice(0, SHOWN_STALE);
  const shown = reasons.flatMap(({ coins }) => coins.map(({ coinId }) => coinId));
  await names.load([...new Set([...matching, ...nearest.map(({ coinId }) => coinId), ...shown, ...stale])]);
  const { matching: all, notMatching, notKnown, stale: allStale } = sorted;
  return {
    snapshotTakenAtMs: whole.snapshot.takenAtMs,
    source: whole.snapshot.source,
    evaluatedAtMs: whole.engine.lastEvaluatedAtMs(timeframe, trigger.on),
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

function judgedCoin({ live, names, ...given }: Telling, coinId: number): MatchingCoin {
  const { condition } = live;
  const evaluated = given.evaluated(coinId);
  const { snapshot } = given.whole;
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
