import type { Timeframe } from '@ubot/market';
import { referenceVerdict, type CandlesByTimeframe } from '../reference.testing.ts';
import type { CoinCandles } from './candles.ts';
import { createHistory } from './history.ts';
import { readingsOf, seriesOf, type Evaluator } from './markets.testing.ts';

const CODES = { true: 1, false: 0, unknown: -1 } as const;

/** The slow reference: every verdict from the candles up to it. */
export const reference: Evaluator = (conditions, { timeframe, coins, readings }) =>
  new Map(
    [...coins].map(([coinId, frames]) => {
      const candles = frames.get(timeframe)!;
      const beside = { frames, coins, market: readings };
      const verdicts = conditions.map(({ root }) =>
        candles.map((_, at) => CODES[referenceVerdict(root, candles.slice(0, at + 1), timeframe, beside)]),
      );
      return [coinId, verdicts];
    }),
  );

function batch(framesOf: (frames: CandlesByTimeframe, shortest: Timeframe) => CandlesByTimeframe): Evaluator {
  return (conditions, { shortest, coins, readings }) => {
    const columns = new Map(
      [...coins].map(([coinId, frames]) => {
        const given = [...framesOf(frames, shortest)].map(([timeframe, candles]) => [timeframe, seriesOf(candles)]);
        return [coinId, Object.fromEntries(given) as CoinCandles] as const; // keys are timeframes
      }),
    );
    return new Map(
      [...columns].map(([coinId, candles]) => {
        const history = createHistory({ candles, coins: columns, market: readingsOf(readings) });
        return [coinId, conditions.map((plan) => history.evaluate(plan))];
      }),
    );
  };
}

/** The batch form, given the candles of every timeframe. */
export const batchOfAll: Evaluator = batch((frames) => frames);

/** The batch form, given the shortest candles only. */
export const batchOfShortest: Evaluator = batch((frames, shortest) => new Map([[shortest, frames.get(shortest)!]]));
