import { describe, expect, it } from 'vitest';
import { explainCondition, explainUnmet, type ExplainedNumber, type ExplainedYesNo } from './explain.ts';
import { formatApart, formatNumber } from './format.ts';

const number = (key: string, text = key): ExplainedNumber => ({ kind: 'indicator', key, text });
const constant = (value: number, text = String(value)): ExplainedNumber => ({
  kind: 'constant',
  value,
  key: String(value),
  text,
});
type Op = Extract<ExplainedYesNo, { kind: 'compare' }>['op'];
const compare = (left: ExplainedNumber, op: Op, right: ExplainedNumber): ExplainedYesNo => {
  const text = `${left.text} ${op} ${right.text}`;
  return { kind: 'compare', op, left, right, key: text, text };
};
const crosses = (
  left: ExplainedNumber,
  direction: 'above' | 'below' | 'either',
  right: ExplainedNumber,
): ExplainedYesNo => {
  const text = `${left.text} crosses ${direction} ${right.text}`;
  return { kind: 'crosses', direction, left, right, key: text, text };
};
const list = (kind: 'and' | 'or', ...operands: ExplainedYesNo[]): ExplainedYesNo => {
  const text = operands.map((operand) => operand.text).join(` ${kind} `);
  return { kind, operands, key: text, text };
};
const not = (operand: ExplainedYesNo): ExplainedYesNo => {
  const text = `not (${operand.text})`;
  return { kind: 'not', operand, key: text, text };
};
const times = (left: ExplainedNumber, right: ExplainedNumber): ExplainedNumber => {
  const text = `${left.text} * ${right.text}`;
  return { kind: 'arithmetic', left, right, key: text, text };
};

const NOW = new Map([
  ['rsi(14)', 28.4],
  ['close', 101.2],
  ['sma(50)', 100.9],
  ['sma(50) * 1.002', 101.1018],
  ['ema(12)', 3],
  ['rank', Number.NaN],
]);
const BEFORE = new Map([
  ['close', 99.5],
  ['sma(50)', 100.8],
]);
const valueOf = (key: string): number => NOW.get(key) ?? Number.NaN;
const previousOf = (key: string): number => BEFORE.get(key) ?? Number.NaN;
const explain = (root: ExplainedYesNo): string => explainCondition({ root, valueOf, previousOf }).explanation;
const unmet = (root: ExplainedYesNo): string => explainUnmet({ root, valueOf, previousOf });

const [rsi, close, sma, fast, rank] = [
  number('rsi(14)'),
  number('close'),
  number('sma(50)'),
  number('ema(12)', 'fast'),
  number('rank'),
];
const below30 = compare(rsi, '<', constant(30));
const above = crosses(close, 'above', sma);

describe('an explanation', () => {
  const rows: [string, ExplainedYesNo, string][] = [
    ['shows the value of a number', below30, 'rsi(14) = 28.4 < 30'],
    [
      'shows both sides',
      list('and', below30, above),
      'rsi(14) = 28.4 < 30 and close = 101.2 crosses above sma(50) = 100.9',
    ],
    ['says crosses alone for either direction', crosses(close, 'either', sma), 'close = 101.2 crosses sma(50) = 100.9'],
    ['reads the name that the user gave', compare(fast, '>', constant(0)), 'fast = 3 > 0'],
    ['shows a constant as written', compare(close, '<', constant(50_000, '50k')), 'close = 101.2 < 50k'],
    [
      'shows each value once',
      list('and', compare(constant(20), '<', rsi), compare(rsi, '<', constant(70))),
      '20 < rsi(14) = 28.4 and rsi(14) < 70',
    ],
    [
      'shows what arithmetic came to',
      compare(close, '>', times(sma, constant(1.002))),
      'close = 101.2 > sma(50) * 1.002 = 101.1',
    ],
    [
      'tells only the part of an or that held',
      list('or', compare(rsi, '>', constant(70)), above),
      'close = 101.2 crosses above sma(50) = 100.9',
    ],
    [
      'tells all parts of an or when none held',
      list('or', compare(rsi, '>', constant(70)), compare(close, '<', constant(3))),
      'rsi(14) = 28.4 > 70 or close = 101.2 < 3',
    ],
    [
      'puts a list within a list in parentheses',
      list('and', below30, list('or', above, compare(close, '>', constant(100)))),
      'rsi(14) = 28.4 < 30 and (close = 101.2 crosses above sma(50) = 100.9 or close > 100)',
    ],
    ['shows not', not(compare(rsi, '>', constant(70))), 'not (rsi(14) = 28.4 > 70)'],
    ['shows unknown as unknown', compare(rank, '<', constant(10)), 'rank = unknown < 10'],
  ];
  it.each(rows)('%s', (_, root, expected) => {
    expect(explain(root)).toBe(expected);
  });

  it('stores every number with the one before a cross, unknown as null, and the other own names', () => {
    const root = list('and', compare(close, '>', times(sma, constant(1.002))), above, compare(rank, '<', constant(10)));
    const named = [{ name: 'fast', node: fast }];
    expect(explainCondition({ root, valueOf, previousOf, named }).values).toEqual([
      { text: 'close', value: 101.2 },
      { text: 'sma(50)', value: 100.9 },
      { text: 'sma(50) * 1.002', value: 101.1018 },
      { text: 'close, one candle before', value: 99.5 },
      { text: 'sma(50), one candle before', value: 100.8 },
      { text: 'rank', value: null },
      { text: 'fast', value: 3 },
    ]);
  });
});

describe('why no alert', () => {
  const rows: [string, ExplainedYesNo, string][] = [
    ['names the value and the border', compare(rsi, '<', constant(20)), 'rsi(14) is 28.4, which is not below 20.'],
    [
      'names the value of the other side',
      compare(close, '<=', sma),
      'close is 101.2, which is not at or below sma(50) (100.9).',
    ],
    ['says what is unknown', compare(rank, '<', constant(10)), 'rank is not known yet.'],
    ['names what did not cross', crosses(close, 'below', sma), 'close (101.2) did not cross below sma(50) (100.9).'],
    [
      'names only the parts that failed',
      list('and', below30, compare(close, '>', constant(200))),
      'close is 101.2, which is not above 200.',
    ],
    [
      'names every part of an or',
      list('or', compare(rsi, '==', constant(1)), compare(close, '>', constant(200))),
      'rsi(14) is 28.4, which is not equal to 1; close is 101.2, which is not above 200.',
    ],
    ['explains not', not(below30), '"not (rsi(14) < 30)" is not true: rsi(14) = 28.4 < 30.'],
    ['has nothing to say of what is true', below30, 'The condition is true.'],
  ];
  it.each(rows)('%s', (_, root, expected) => {
    expect(unmet(root)).toBe(expected);
  });
});

describe('a number in an alert', () => {
  it.each([
    [0, '0'],
    [28.41234, '28.412'],
    [30, '30'],
    [-0.5, '-0.5'],
    [101.2, '101.2'],
    [999.996, '1000'],
    [67_123.456, '67123.46'],
    [1_234_567.891, '1234567.89'],
    [9_999_999, '9999999'],
    [10_000_000, '10M'],
    [61_234_567_890, '61.235B'],
    [2.51e12, '2.51T'],
    [1.86e17, '186000T'],
    [1.3e18, '1.3e18'],
    [0.00001234, '0.00001234'],
    [0.000001, '0.000001'],
    [9.9e-7, '9.9e-7'],
    [7.31e-22, '7.31e-22'],
    [Number.NaN, 'unknown'],
    [Infinity, 'Infinity'],
  ])('%d reads %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it.each([
    [29.9999999, 30, '29.9999999'],
    [30, 29.9999999, '30'],
    [0.1 + 0.2, 0.3, '0.30000000000000004'],
    [30, 30, '30'],
  ])('%d beside %d reads %s', (value, other, text) => {
    expect(formatApart(value, other)).toBe(text);
  });
});
