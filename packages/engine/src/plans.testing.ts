import { INDICATORS } from '@ubot/indicators';
import type { Candle, CandleColumns, SnapshotColumns, Timeframe } from '@ubot/market';
import type { BoolNode, ConditionPlan, MarketNode, NumberNode, SeriesName } from '@ubot/strategy';
import * as fc from 'fast-check';

const keyed = <T extends object>(key: string, node: T): T & { key: string; text: string } => ({
  ...node,
  key,
  text: key,
});

export const num = {
  constant: (value: number): NumberNode => keyed(String(value), { kind: 'constant' as const, value }),
  series: (series: SeriesName): NumberNode => keyed(series, { kind: 'series' as const, series }),
  market: (metric: MarketNode['metric']): NumberNode => keyed(`market.${metric}`, { kind: 'market' as const, metric }),
  indicator: (name: string, params: number[], output = 'value', input: NumberNode | null = null): NumberNode => {
    const outputIndex = INDICATORS.get(name)!.outputs.indexOf(output);
    const over = input === null ? '' : `${input.key}, `;
    const key = `${name}(${over}${params.join(', ')})${output === 'value' ? '' : `.${output}`}`;
    return keyed(key, { kind: 'indicator' as const, name, params, output, outputIndex, input });
  },
  arithmetic: (op: '+' | '-' | '*' | '/', left: NumberNode, right: NumberNode): NumberNode =>
    keyed(`(${left.key} ${op} ${right.key})`, { kind: 'arithmetic' as const, op, left, right }),
  negate: (operand: NumberNode): NumberNode => keyed(`-${operand.key}`, { kind: 'negate' as const, operand }),
  past: (of: NumberNode, candles: number): NumberNode =>
    keyed(`(${of.key})[${candles}]`, { kind: 'past' as const, of, candles }),
  frame: (of: NumberNode, timeframe: Timeframe): NumberNode =>
    keyed(`(${of.key}) @ ${timeframe}`, { kind: 'frame' as const, of, timeframe }),
  ofCoin: (coinId: number, series: SeriesName): NumberNode =>
    keyed(`coin(${coinId}).${series}`, { kind: 'coin_series' as const, coinId, series }),
  fn: (name: 'abs' | 'min' | 'max', args: NumberNode[]): NumberNode =>
    keyed(`${name}(${args.map((arg) => arg.key).join(', ')})`, { kind: 'function' as const, name, args }),
};

export const yes = {
  compare: (op: '<' | '<=' | '>' | '>=' | '==' | '!=', left: NumberNode, right: NumberNode): BoolNode =>
    keyed(`${left.key} ${op} ${right.key}`, { kind: 'compare' as const, op, left, right }),
  crosses: (direction: 'above' | 'below' | 'either', left: NumberNode, right: NumberNode): BoolNode =>
    keyed(`${left.key} crosses ${direction} ${right.key}`, { kind: 'crosses' as const, direction, left, right }),
  trend: (direction: 'rising' | 'falling', of: NumberNode, candles: number): BoolNode =>
    keyed(`${direction}(${of.key}, ${candles})`, { kind: 'trend' as const, direction, of, candles }),
  list: (kind: 'and' | 'or', operands: BoolNode[]): BoolNode =>
    keyed(`(${operands.map((each) => each.key).join(` ${kind} `)})`, { kind, operands }),
  not: (operand: BoolNode): BoolNode => keyed(`not ${operand.key}`, { kind: 'not' as const, operand }),
};

export function planOf(root: BoolNode, timeframe: Timeframe): ConditionPlan {
  return { root, timeframe, text: root.key, named: [] };
}

const small = fc.integer({ min: 2, max: 6 });
const leaf: fc.Arbitrary<NumberNode> = fc.oneof(
  fc.constantFrom(90, 100, 110, 50, 0).map(num.constant),
  fc.constantFrom<SeriesName>('price', 'open', 'high', 'low', 'close', 'volume_24h', 'market_cap').map(num.series),
);
const grow = (inner: fc.Arbitrary<NumberNode>): fc.Arbitrary<NumberNode> =>
  fc.oneof(
    leaf,
    fc
      .tuple(fc.constantFrom('sma', 'ema', 'rsi'), small, fc.option(inner))
      .map(([name, n, input]) => num.indicator(name, [n], 'value', input)),
    fc.constantFrom('upper', 'middle', 'lower').map((output) => num.indicator('bbands', [4, 2], output)),
    fc.constantFrom('macd', 'signal', 'histogram').map((output) => num.indicator('macd', [2, 4, 3], output)),
    fc.tuple(fc.constantFrom('+', '-', '*', '/'), inner, inner).map(([op, a, b]) => num.arithmetic(op, a, b)),
    fc.tuple(inner, small).map(([of, n]) => num.past(of, n)),
    inner.map(num.negate),
    inner.map((a) => num.fn('abs', [a])),
    fc.tuple(fc.constantFrom('min', 'max'), inner, inner).map(([name, a, b]) => num.fn(name, [a, b])),
  );
export const anyNumber: fc.Arbitrary<NumberNode> = grow(grow(leaf));

const question: fc.Arbitrary<BoolNode> = fc.oneof(
  fc
    .tuple(fc.constantFrom('<', '<=', '>', '>=', '==', '!='), anyNumber, anyNumber)
    .map(([op, a, b]) => yes.compare(op, a, b)),
  fc.tuple(fc.constantFrom('above', 'below', 'either'), anyNumber, anyNumber).map(([d, a, b]) => yes.crosses(d, a, b)),
  fc
    .tuple(fc.constantFrom('rising', 'falling'), anyNumber, fc.integer({ min: 1, max: 3 }))
    .map(([d, of, n]) => yes.trend(d, of, n)),
  // Plain thresholds, which the live engine keeps in an index.
  fc
    .tuple(fc.constantFrom('<', '<=', '>', '>='), anyNumber, fc.constantFrom(90, 100, 110, 50))
    .map(([op, a, level]) => yes.compare(op, a, num.constant(level))),
);
export const anyCondition: fc.Arbitrary<BoolNode> = fc.oneof(
  question,
  question.map(yes.not),
  fc
    .tuple(fc.constantFrom('and', 'or'), fc.array(question, { minLength: 2, maxLength: 3 }))
    .map(([kind, all]) => yes.list(kind, all)),
  fc.tuple(question, question, question).map(([a, b, c]) => yes.list('or', [yes.list('and', [a, yes.not(b)]), c])),
);

/** Candles of several coins as columns of candle times, oldest first; a coin without a candle at a time is absent. */
export function columnsOf(timeframe: Timeframe, candlesOf: ReadonlyMap<number, readonly Candle[]>): CandleColumns[] {
  const times = [...new Set([...candlesOf.values()].flat().map((candle) => candle.openAtMs))].sort((a, b) => a - b);
  return times.map((openAtMs) => {
    const here = [...candlesOf]
      .map(([coinId, candles]) => ({ coinId, candle: candles.find((each) => each.openAtMs === openAtMs) }))
      .filter((each): each is { coinId: number; candle: Candle } => each.candle !== undefined)
      .sort((a, b) => a.coinId - b.coinId);
    const column = (pick: (candle: Candle) => number) => Float64Array.from(here, ({ candle }) => pick(candle));
    return {
      timeframe,
      openAtMs,
      coinIds: Int32Array.from(here, ({ coinId }) => coinId),
      open: column((c) => c.open),
      high: column((c) => c.high),
      low: column((c) => c.low),
      close: column((c) => c.close),
      volume24hUsd: column((c) => c.volume24hUsd),
      marketCapUsd: column((c) => c.marketCapUsd),
      samples: Int32Array.from(here, ({ candle }) => candle.samples),
      volume: column((c) => c.volume ?? NaN),
    };
  });
}

export function snapshotOf(takenAtMs: number, prices: ReadonlyMap<number, number>): SnapshotColumns {
  const coinIds = Int32Array.from([...prices.keys()].sort((a, b) => a - b));
  const unknown = () => new Float64Array(coinIds.length).fill(NaN);
  return {
    takenAtMs,
    source: 'test',
    pollIntervalMs: 60_000,
    coinIds,
    priceUsd: Float64Array.from(coinIds, (id) => prices.get(id)!),
    volume24hUsd: unknown(),
    marketCapUsd: unknown(),
    rank: Int32Array.from(coinIds, (_, i) => i + 1),
    percentChange1h: unknown(),
    percentChange24h: unknown(),
    percentChange7d: unknown(),
    providerTimeMs: unknown(),
    global: null,
  };
}
