import { INDICATORS, type IndicatorDefinition, type IndicatorParam } from '@ubot/indicators';
import { TIMEFRAMES, type Timeframe } from '@ubot/market';
import { SERIES_NAMES, type BoolNode, type NumberNode } from '@ubot/strategy';
import * as fc from 'fast-check';
import { num, yes } from '../plans.testing.ts';

/** The coins that conditions name: those of `markets.testing.ts`, and one that nobody knows. */
const NAMED_COINS = [1, 2, 99];

/** The whole language as random plans: every series, indicator, output, history, frame, other coin and verdict. */
const leaf: fc.Arbitrary<NumberNode> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0, 1, 30, 50, 70, 100, -1, 0.5, 5e4).map(num.constant) },
  { weight: 8, arbitrary: fc.constantFrom('price', 'open', 'high', 'low', 'close', 'volume').map(num.series) },
  { weight: 2, arbitrary: fc.constantFrom(...SERIES_NAMES).map(num.series) },
  { weight: 1, arbitrary: fc.constantFrom('btc_dominance', 'total_market_cap').map(num.market) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...NAMED_COINS), fc.constantFrom('close', 'price', 'high', 'volume'))
      .map(([id, series]) => num.ofCoin(id, series)),
  },
);

/** Short periods mostly, so that short histories have values; sometimes the ones that charts begin with. */
function paramOf({ kind, minimum, maximum, default: usual }: IndicatorParam): fc.Arbitrary<number> {
  const usually = fc.constant(usual);
  if (kind === 'number') {
    const between = fc.double({ min: minimum, max: Math.min(maximum, Math.max(usual, minimum) * 2), noNaN: true });
    return fc.oneof(usually, between);
  }
  const short = fc.integer({ min: minimum, max: Math.min(maximum, minimum + 5) });
  return fc.oneof({ weight: 5, arbitrary: short }, { weight: usual <= 30 ? 1 : 0, arbitrary: usually });
}

function callOf(definition: IndicatorDefinition, inner: fc.Arbitrary<NumberNode>): fc.Arbitrary<NumberNode> {
  const takesInput = definition.inputs === 'series';
  return fc
    .tuple(
      fc.tuple(...definition.params.map(paramOf)).filter((params) => (definition.conflict?.(params) ?? null) === null),
      fc.constantFrom(...definition.outputs),
      takesInput ? fc.option(inner) : fc.constant(null),
    )
    .map(([params, output, input]) => num.indicator(definition.name, params, output, input));
}

const definitions = [...INDICATORS.values()];
const anyCall = (inner: fc.Arbitrary<NumberNode>): fc.Arbitrary<NumberNode> =>
  fc.oneof(...definitions.map((definition) => callOf(definition, inner)));

const grow = (inner: fc.Arbitrary<NumberNode>): fc.Arbitrary<NumberNode> =>
  fc.oneof(
    { weight: 4, arbitrary: leaf },
    { weight: 8, arbitrary: anyCall(inner) },
    { weight: 3, arbitrary: fc.tuple(inner, fc.integer({ min: 1, max: 14 })).map(([of, n]) => num.past(of, n)) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.constantFrom('+', '-', '*', '/'), inner, inner)
        .map(([op, a, b]) => num.arithmetic(op, a, b)),
    },
    { weight: 1, arbitrary: inner.map(num.negate) },
    { weight: 1, arbitrary: inner.map((a) => num.fn('abs', [a])) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constantFrom('min', 'max'), inner, inner).map(([name, a, b]) => num.fn(name, [a, b])),
    },
  );

const flat = grow(grow(leaf));
const framed = fc
  .tuple(grow(leaf), fc.constantFrom<Timeframe>(...TIMEFRAMES.slice(0, 7)))
  .map(([of, timeframe]) => num.frame(of, timeframe));
const number: fc.Arbitrary<NumberNode> = fc.oneof(
  { weight: 5, arbitrary: flat },
  { weight: 2, arbitrary: framed },
  { weight: 2, arbitrary: grow(fc.oneof(leaf, framed)) },
);

/** Two numbers that differ little, so that verdicts change: a number and itself a while ago, or averaged. */
const relatives: fc.Arbitrary<[NumberNode, NumberNode]> = fc.oneof(
  fc.tuple(number, fc.integer({ min: 1, max: 4 })).map(([of, n]): [NumberNode, NumberNode] => [of, num.past(of, n)]),
  // Not over indicators of indicators, which the plain reference takes long for.
  fc
    .tuple(fc.oneof(grow(leaf), framed), fc.integer({ min: 2, max: 5 }))
    .map(([of, n]): [NumberNode, NumberNode] => [of, num.indicator('sma', [n], 'value', of)]),
);
const operands = fc.oneof(
  { weight: 2, arbitrary: fc.tuple(number, number) },
  { weight: 2, arbitrary: fc.tuple(number, number.map(sameKind)) },
  { weight: 3, arbitrary: relatives },
);

/** A price or a number near one: most numbers are. */
function sameKind(node: NumberNode): NumberNode {
  return node.kind === 'constant' ? num.series('close') : node;
}

const question: fc.Arbitrary<BoolNode> = fc.oneof(
  fc.tuple(fc.constantFrom('<', '<=', '>', '>=', '==', '!='), operands).map(([op, [a, b]]) => yes.compare(op, a, b)),
  fc.tuple(fc.constantFrom('above', 'below', 'either'), operands).map(([d, [a, b]]) => yes.crosses(d, a, b)),
  fc
    .tuple(fc.constantFrom('rising', 'falling'), number, fc.integer({ min: 1, max: 4 }))
    .map(([direction, of, n]) => yes.trend(direction, of, n)),
);
const compound = (inner: fc.Arbitrary<BoolNode>): fc.Arbitrary<BoolNode> =>
  fc.oneof(
    { weight: 4, arbitrary: inner },
    { weight: 1, arbitrary: inner.map(yes.not) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom('and', 'or'), fc.array(inner, { minLength: 2, maxLength: 3 }))
        .map(([kind, all]) => yes.list(kind, all)),
    },
  );

export const anyWholeCondition: fc.Arbitrary<BoolNode> = compound(compound(question));
