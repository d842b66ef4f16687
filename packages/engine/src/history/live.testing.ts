import { timeframeCloseMs, type CandleColumns, type SnapshotColumns } from '@ubot/market';
import { createEngine } from '../engine.ts';
import { runInThisThread } from '../live.testing.ts';
import { columnsOf, snapshotOf } from '../plans.testing.ts';
import type { Evaluator, TestMarket } from './markets.testing.ts';

const CODES = { true: 1, false: 0, unknown: -1 } as const;

/**
 * The live engine, candle by candle: what closes together is handed over together, with the market's figures in between.
 * Asked of every coin, or of each coin by its id: two ways through the engine.
 *
 * Errors: thrown where what was told of a change is not what is so.
 */
export function liveEvaluator(asked: 'every coin' | 'named coins'): Evaluator {
  return (conditions, market) => {
    const engine = createEngine({ name: asked, slotsPerSlice: 64 });
    const run = runInThisThread();
    const coins = asked === 'every coin' ? null : [...market.coins.keys()];
    engine.put(conditions.map((condition, handle) => ({ handle, condition, rearm: null, on: 'candle_close', coins })));
    const verdicts = new Map([...market.coins.keys()].map((id) => [id, conditions.map((): number[] => [])]));
    const told = new Set<string>();
    for (const { snapshot, closed } of snapshotsOf(market)) {
      engine.finish(run(engine.accept({ snapshot, closed, openOf: () => null, isStale: () => false })));
      for (const { handle, coinId, isTrue } of engine.changes()) {
        if (isTrue) told.add(`${handle} ${coinId}`);
        else told.delete(`${handle} ${coinId}`);
      }
      for (const coinId of closed.find(({ timeframe }) => timeframe === market.timeframe)?.coinIds ?? []) {
        conditions.forEach((plan, i) => {
          const verdict = engine.verdictOf({ plan, on: 'candle_close', coinId }) ?? 'unknown';
          verdicts.get(coinId)![i]!.push(CODES[verdict]);
          // What is unknown now may have been told before it was.
          if (verdict !== 'unknown' && told.has(`${i} ${coinId}`) !== (verdict === 'true')) {
            throw new Error(`${plan.text} is ${verdict} for coin ${coinId}, and the opposite was told.`);
          }
        });
      }
    }
    return verdicts;
  };
}

interface LiveStep {
  readonly snapshot: SnapshotColumns;
  readonly closed: readonly CandleColumns[];
}

/** A snapshot where candles close, and one where the market's figures were read; in the order of time. */
function snapshotsOf({ coins, readings }: TestMarket): LiveStep[] {
  const closings = new Map<number, CandleColumns[]>();
  for (const timeframe of new Set([...coins.values()].flatMap((frames) => [...frames.keys()]))) {
    const candles = new Map([...coins].map(([coinId, frames]) => [coinId, frames.get(timeframe) ?? []]));
    for (const columns of columnsOf(timeframe, candles)) {
      const closeAtMs = timeframeCloseMs(timeframe, columns.openAtMs);
      closings.set(closeAtMs, [...(closings.get(closeAtMs) ?? []), columns]);
    }
  }
  const steps: LiveStep[] = [
    ...[...closings].map(([atMs, closed]) => ({ snapshot: snapshotOf(atMs, new Map()), closed })),
    // Behind the closings: a figure that is read as a candle closes belongs to the next one.
    ...readings.map(({ takenAtMs, global }) => ({
      snapshot: { ...snapshotOf(takenAtMs, new Map()), global },
      closed: [],
    })),
  ];
  return steps.toSorted((a, b) => a.snapshot.takenAtMs - b.snapshot.takenAtMs);
}
