import { TIMEFRAME_MS, type Timeframe } from '@ubot/market';
import { INDICATORS } from '@ubot/indicators';
import type { NumberNode } from './plan.ts';

/** Closed candles that must be there before something is known. */
export interface WarmUp {
  readonly timeframe: Timeframe;
  readonly candles: number;
}

/**
 * What a number of a condition of this timeframe has to have seen: 14 and one more candles of 1h for `rsi(14)`.
 *
 * Edges:  of several timeframes it is the one that takes the longest; a plain series needs one candle, a constant none.
 */
export function warmUpOf(node: NumberNode, timeframe: Timeframe): WarmUp {
  const more = (inner: WarmUp, candles: number): WarmUp => ({ ...inner, candles: inner.candles + candles });
  switch (node.kind) {
    case 'constant':
      return { timeframe, candles: 0 };
    case 'series':
    case 'market':
    case 'coin_series':
      return { timeframe, candles: 1 };
    case 'past':
      return more(warmUpOf(node.of, timeframe), node.candles);
    case 'frame':
      return warmUpOf(node.of, node.timeframe);
    case 'negate':
      return warmUpOf(node.operand, timeframe);
    case 'indicator': {
      const own = INDICATORS.get(node.name)?.warmUp([...node.params]) ?? 1;
      // The first value of the input comes with the first of its own candles.
      return node.input === null ? { timeframe, candles: own } : more(warmUpOf(node.input, timeframe), own - 1);
    }
    case 'arithmetic':
      return longest([warmUpOf(node.left, timeframe), warmUpOf(node.right, timeframe)]);
    case 'function':
      return longest(node.args.map((arg) => warmUpOf(arg, timeframe)));
  }
}

function longest(all: readonly WarmUp[]): WarmUp {
  const span = ({ timeframe, candles }: WarmUp): number => candles * TIMEFRAME_MS[timeframe];
  return all.reduce((a, b) => (span(b) > span(a) ? b : a));
}
