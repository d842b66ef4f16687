import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GLOBAL_METRICS } from '@ubot/contracts';
import { TIMEFRAMES } from '@ubot/market';
import { planOf } from './check.testing.ts';
import { printCondition } from './condition.ts';
import {
  arithmeticNode,
  coinSeriesNode,
  compareNode,
  constantNode,
  crossesNode,
  frameNode,
  functionNode,
  indicatorNode,
  listNode,
  marketNode,
  negateNode,
  notNode,
  pastNode,
  seriesNode,
  trendNode,
} from './nodes.ts';
import {
  ARITHMETIC_OPERATORS,
  COMPARE_OPERATORS,
  CROSS_DIRECTIONS,
  SERIES_NAMES,
  TREND_DIRECTIONS,
  type BoolNode,
  type NumberNode,
} from './plan.ts';

const INDICATORS = [
  { name: 'rsi', params: [14], outputs: ['value'] },
  { name: 'sma', params: [20], outputs: ['value'] },
  { name: 'macd', params: [12, 26, 9], outputs: ['macd', 'signal', 'histogram'] },
  { name: 'highest', params: [20], outputs: ['value'] },
  { name: 'roc', params: [5], outputs: ['value'] },
  { name: 'bbands', params: [20, 2.5], outputs: ['upper', 'middle', 'lower', 'percent_b', 'width'] },
];

const depth = fc.createDepthIdentifier();
const size = { maxDepth: 4, depthIdentifier: depth, depthSize: 'small' } as const;

const { yesNo } = fc.letrec<{ mixed: NumberNode; number: NumberNode; yesNo: BoolNode }>((tie) => ({
  // A timeframe stands over numbers that have none inside them.
  mixed: fc.oneof(
    size,
    tie('number'),
    fc.tuple(tie('number'), fc.constantFrom(...TIMEFRAMES)).map(([of, timeframe]) => frameNode(of, timeframe)),
    fc.tuple(tie('mixed'), fc.integer({ min: 1, max: 9 })).map(([of, n]) => pastNode(of, n, String(n))),
    fc.tuple(tie('mixed'), tie('mixed')).map(([left, right]) => arithmeticNode('-', left, right)),
  ),
  number: fc.oneof(
    size,
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => constantNode(value)),
    fc.constantFrom(...SERIES_NAMES).map(seriesNode),
    fc.constantFrom(...GLOBAL_METRICS).map(marketNode),
    fc.constantFrom(...INDICATORS).map((parts) => indicatorNode({ ...parts, outputIndex: 0, input: null })),
    fc.tuple(fc.constantFrom(...INDICATORS), fc.nat(), tie('number')).map(([parts, at, input]) => {
      // A plain number cannot be a series: it would be read as a parameter.
      const series = input.kind === 'constant' ? seriesNode('high') : input;
      return indicatorNode({ ...parts, outputIndex: at % parts.outputs.length, input: series });
    }),
    fc
      .tuple(fc.constantFrom(...ARITHMETIC_OPERATORS), tie('number'), tie('number'))
      .map(([op, left, right]) => arithmeticNode(op, left, right)),
    fc
      .tuple(fc.nat(9_000), fc.constantFrom(...SERIES_NAMES))
      .map(([id, series]) => coinSeriesNode(id + 1, series, String(id + 1))),
    fc.tuple(tie('number'), fc.integer({ min: 1, max: 9 })).map(([of, n]) => pastNode(of, n, String(n))),
    tie('number').map(negateNode),
    tie('number').map((arg) => functionNode('abs', [arg])),
    fc
      .tuple(fc.constantFrom('min' as const, 'max' as const), fc.array(tie('number'), { minLength: 2, maxLength: 3 }))
      .map(([name, args]) => functionNode(name, args)),
  ),
  yesNo: fc.oneof(
    size,
    fc
      .tuple(fc.constantFrom(...COMPARE_OPERATORS), tie('mixed'), tie('mixed'))
      .map(([op, left, right]) => compareNode(op, left, right)),
    fc
      .tuple(fc.constantFrom(...CROSS_DIRECTIONS), tie('mixed'), tie('mixed'))
      .map(([direction, left, right]) => crossesNode(direction, left, right)),
    fc
      .tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(tie('yesNo'), { minLength: 2, maxLength: 3 }))
      .map(([kind, operands]) => listNode(kind, operands)),
    fc
      .tuple(fc.constantFrom(...TREND_DIRECTIONS), tie('mixed'), fc.integer({ min: 1, max: 9 }))
      .map(([direction, of, candles]) => trendNode(direction, { of, candles, written: String(candles) })),
    tie('yesNo').map(notNode),
  ),
}));

describe('a printed condition', () => {
  it('reads as the same plan again', () => {
    fc.assert(
      fc.property(
        yesNo.filter((root) => root.key.length <= 2_000),
        (root) => {
          expect(planOf(printCondition({ root })).root).toEqual(root);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it.each([
    'close - (open - low) > 0',
    'close / (open / low) > 0',
    '-(close + open) > --low',
    '(rank < 1 or rank < 2) and rank < 3',
    'not (rank < 1 and rank < 2)',
    'close * -2 > -5e-324',
    'close > 1.7976931348623157e+308',
    'macd(sma(close * 2, 3), 12, 26, 9).signal > 0',
    '(close - open)[3] > rsi(14) @ 4h[1] - close[1][2] @ 1d',
    'rising(close, 3) and not falling(highest(close, 20), 2)',
    'coin(1027).close @ 1w / coin(1).close > 0.05',
  ])('stays as it is when it is canonical: %s', (text) => {
    expect(printCondition(planOf(text))).toBe(text);
  });

  it('has own names written out', () => {
    const plan = planOf('gap * 2 > 1', [{ name: 'gap', expression: 'ema(12) - ema(26)' }]);
    expect(printCondition(plan)).toBe('(ema(12) - ema(26)) * 2 > 1');
    expect(planOf(printCondition(plan)).root.key).toBe(plan.root.key);
  });
});
