import { describe, expect, it } from 'vitest';
import { codesOf, notesOf } from './check.testing.ts';

/** text, code, the words marked, their place, message, hint */
type Row = readonly [string, string, string, number, string, string | null];

const SYNTAX: Row[] = [
  ['', 'CONDITION_SYNTAX', '', 0, 'The condition is empty.', 'Write a yes/no question, such as `rsi(14) < 30`.'],
  [
    '  # soon',
    'CONDITION_SYNTAX',
    '  # soon',
    0,
    'The condition is empty.',
    'Write a yes/no question, such as `rsi(14) < 30`.',
  ],
  ['rsi(14) < 30 and', 'CONDITION_SYNTAX', 'and', 13, 'Something is missing after `and`.', null],
  ['rsi(14) <', 'CONDITION_SYNTAX', '<', 8, 'Something is missing after `<`.', null],
  ['not', 'CONDITION_SYNTAX', 'not', 0, 'Something is missing after `not`.', null],
  ['rsi(14,) < 3', 'CONDITION_SYNTAX', ',', 6, 'Something is missing after `,`.', null],
  ['close > 5 and and open > 5', 'CONDITION_SYNTAX', 'and', 10, 'Something is missing after `and`.', null],
  ['< 5', 'CONDITION_SYNTAX', '<', 0, 'A value is missing before `<`.', null],
  ['crosses above 5', 'CONDITION_SYNTAX', 'crosses', 0, 'Something is missing before `crosses`.', null],
  ['(rsi(14) < 30', 'CONDITION_SYNTAX', '(', 0, 'This `(` is never closed.', null],
  ['rsi(14 < 30', 'CONDITION_SYNTAX', '(', 3, 'This `(` is never closed.', null],
  ['rsi(14)) < 30', 'CONDITION_SYNTAX', ')', 7, 'This `)` closes nothing.', null],
  [
    'close 5',
    'CONDITION_SYNTAX',
    '5',
    6,
    '`5` does not belong here.',
    'An operator such as `<` or `and` may be missing before it.',
  ],
  [
    'rsi(14) < 30 adn close > 3',
    'CONDITION_SYNTAX',
    'adn',
    13,
    '`adn` does not belong here.',
    'An operator such as `<` or `and` may be missing before it.',
  ],
  ['close = 5', 'CONDITION_SYNTAX', '=', 6, '`=` has no meaning in a condition.', 'Write `==` to compare.'],
  ['close > 5 && open > 5', 'CONDITION_SYNTAX', '&&', 10, '`&&` has no meaning in a condition.', 'Write `and`.'],
  ['close ≥ 5', 'CONDITION_SYNTAX', '≥', 6, '`≥` has no meaning in a condition.', 'Write `>=`.'],
  [
    'close ^ 2 > 5',
    'CONDITION_SYNTAX',
    '^',
    6,
    '`^` has no meaning in a condition.',
    'There is no power operator; the arithmetic is + - * /.',
  ],
  [
    'close > 0x10',
    'CONDITION_SYNTAX',
    '0x10',
    8,
    '`0x10` is not a number.',
    'Numbers are written 30, 1.5, 50k, 1.5M, 2B, 5% or 7.3e-22.',
  ],
  ['close > 1e400', 'CONDITION_SYNTAX', '1e400', 8, '`1e400` is larger than any number can be.', null],
  [
    '1 < close > 3',
    'CONDITION_SYNTAX',
    '>',
    10,
    'A chain of comparisons runs in one direction.',
    'Join two questions with `and`.',
  ],
  [
    '1 != close != 3',
    'CONDITION_SYNTAX',
    '!=',
    11,
    'A chain of comparisons runs in one direction.',
    'Join two questions with `and`.',
  ],
  [
    'close crosses above 5 > 3',
    'CONDITION_SYNTAX',
    'crosses above',
    6,
    '`crosses` cannot be part of a chain.',
    'Join two questions with `and`.',
  ],
  [
    'close\u00a0> 5',
    'CONDITION_SYNTAX',
    '\u00a0',
    5,
    'The character U+00A0 has no meaning in a condition.',
    'Only plain letters, digits, spaces and signs of the keyboard are read; some characters merely look like them.',
  ],
];

const NAMES: Row[] = [
  [
    'rsii(14) < 30',
    'CONDITION_UNKNOWN_NAME',
    'rsii',
    0,
    'Unknown function or indicator `rsii`.',
    'Did you mean `rsi`?',
  ],
  ['clsoe > 3', 'CONDITION_UNKNOWN_NAME', 'clsoe', 0, 'Unknown name `clsoe`.', 'Did you mean `close`?'],
  ['constructor > 3', 'CONDITION_UNKNOWN_NAME', 'constructor', 0, 'Unknown name `constructor`.', null],
  ['__proto__ > 3', 'CONDITION_UNKNOWN_NAME', '__proto__', 0, 'Unknown name `__proto__`.', null],
  ['toString() > 3', 'CONDITION_UNKNOWN_NAME', 'toString', 0, 'Unknown function or indicator `toString`.', null],
  [
    'crossover(close, open)',
    'CONDITION_UNKNOWN_NAME',
    'crossover',
    0,
    'Unknown function or indicator `crossover`.',
    'Write `a crosses above b`.',
  ],
  [
    'market.btc_dominanse > 3',
    'CONDITION_UNKNOWN_NAME',
    'btc_dominanse',
    7,
    'The market has no `btc_dominanse`.',
    'Did you mean `market.btc_dominance`?',
  ],
  [
    'market > 3',
    'CONDITION_UNKNOWN_NAME',
    'market',
    0,
    '`market` alone is not a number.',
    'Write `market.total_market_cap`, `market.total_volume_24h`, `market.btc_dominance`, `market.eth_dominance`.',
  ],
  [
    'macd(12, 26, 9).singal > 0',
    'CONDITION_UNKNOWN_OUTPUT',
    'singal',
    16,
    '`macd` has no output `singal`.',
    'Did you mean `.signal`?',
  ],
  [
    'macd(12, 26, 9).constructor > 0',
    'CONDITION_UNKNOWN_OUTPUT',
    'constructor',
    16,
    '`macd` has no output `constructor`.',
    'It has `.macd`, `.signal`, `.histogram`.',
  ],
  [
    'rsi(14).k > 0',
    'CONDITION_UNKNOWN_OUTPUT',
    'k',
    8,
    '`rsi` has no output `k`.',
    'It has one output, which needs no name.',
  ],
  [
    'close.length > 0',
    'CONDITION_UNKNOWN_OUTPUT',
    'length',
    6,
    '`close` has no output `length`.',
    'Only an indicator has outputs.',
  ],
  [
    'bbands(20, 2) < close',
    'CONDITION_UNKNOWN_OUTPUT',
    'bbands(20, 2)',
    0,
    '`bbands` has several outputs; say which one.',
    'Add `.upper`, `.middle`, `.lower`, `.percent_b`, `.width`.',
  ],
];

const CALLS: Row[] = [
  [
    'macd(12) > 0',
    'CONDITION_ARITY',
    'macd(12)',
    0,
    '`macd` takes 3: macd(fast, slow, signal); here is 1.',
    'Write `macd(12, 26, 9)`, or `macd()` for the same.',
  ],
  [
    'rsi(14, 2) > 0',
    'CONDITION_ARITY',
    'rsi(14, 2)',
    0,
    '`rsi` takes 1: rsi(period); here are 2.',
    'Write `rsi(14)`, or `rsi()` for the same.',
  ],
  [
    'sma(14, close) > 0',
    'CONDITION_ARITY',
    'sma(14, close)',
    0,
    '`sma` takes 1: sma(period); here are 2.',
    'A series stands first: `sma(close, …)`.',
  ],
  ['rsi < 30', 'CONDITION_ARITY', 'rsi', 0, '`rsi` needs its parameters.', 'Write `rsi(14)`.'],
  ['abs < 30', 'CONDITION_ARITY', 'abs', 0, '`abs` needs its parameters in parentheses.', null],
  ['abs(1, 2) < 30', 'CONDITION_ARITY', 'abs(1, 2)', 0, '`abs` takes one number, not 2.', null],
  ['min(close) < 30', 'CONDITION_ARITY', 'min(close)', 0, '`min` takes 2 to 16 numbers, not 1.', null],
  ['close(5) < 30', 'CONDITION_ARITY', 'close(5)', 0, '`close` takes no parameters.', 'Write `close`.'],
  ['rsi(1) < 30', 'CONDITION_PARAM_RANGE', '1', 4, '`period` of `rsi` must be from 2 to 5,000; 1 is not.', null],
  [
    'rsi(5001) < 30',
    'CONDITION_PARAM_RANGE',
    '5001',
    4,
    '`period` of `rsi` must be from 2 to 5,000; 5001 is not.',
    null,
  ],
  ['rsi(-14) < 30', 'CONDITION_PARAM_RANGE', '-14', 4, '`period` of `rsi` must be from 2 to 5,000; -14 is not.', null],
  [
    'rsi(14.5) < 30',
    'CONDITION_PARAM_RANGE',
    '14.5',
    4,
    '`period` of `rsi` must be a whole number; 14.5 is not.',
    null,
  ],
  [
    'macd(26, 12, 9) < 0',
    'CONDITION_PARAM_RANGE',
    'macd(26, 12, 9)',
    0,
    'macd: fast (26) must be below slow (12).',
    null,
  ],
  [
    'macd(12, close, 9) < 0',
    'CONDITION_TYPE',
    'close',
    9,
    '`slow` of `macd` must be a plain number.',
    'A series stands first: `macd(close, 26)`.',
  ],
];

const TYPES: Row[] = [
  [
    'rsi(14)',
    'CONDITION_TYPE',
    'rsi(14)',
    0,
    'A number stands where a yes/no is wanted.',
    'Compare it with something: `rsi(14) > 0`.',
  ],
  ['5', 'CONDITION_TYPE', '5', 0, 'A number stands where a yes/no is wanted.', 'Compare it with something.'],
  [
    'close > 5 and open',
    'CONDITION_TYPE',
    'open',
    14,
    'A number stands where a yes/no is wanted.',
    'Compare it with something: `open > 0`.',
  ],
  [
    'not close',
    'CONDITION_TYPE',
    'close',
    4,
    'A number stands where a yes/no is wanted.',
    'Compare it with something: `close > 0`.',
  ],
  ['(close > 5) > 3', 'CONDITION_TYPE', 'close > 5', 1, 'A yes/no stands where a number is wanted.', null],
  ['abs(close > 5) > 3', 'CONDITION_TYPE', 'close > 5', 4, 'A yes/no stands where a number is wanted.', null],
  ['close > "5"', 'CONDITION_TYPE', '"5"', 8, 'A text stands where a number is wanted.', null],
  ['close > 5m', 'CONDITION_TYPE', '5m', 8, '`5m` is a duration, not a number.', 'For 5 million write `5M`.'],
  ['close > 15h', 'CONDITION_TYPE', '15h', 8, '`15h` is a duration, not a number.', null],
];

const TIMEFRAMES = 'The timeframes are 1m, 5m, 15m, 30m, 1h, 4h, 12h, 1d, 1w.';
const SLUG = 'Write `coin("bitcoin").close`, with the slug in quotation marks, or `coin(1).close`, with the id.';
const WHOLE: Row[] = [
  [
    'close[-1] < 30',
    'CONDITION_TYPE',
    '-1',
    6,
    'A plain number of candles or a duration is wanted here.',
    'Write a count of candles, 20, or a duration, 15m.',
  ],
  ['close[1.5] < 30', 'CONDITION_PARAM_RANGE', '1.5', 6, 'A count of candles is a whole number; 1.5 is not.', null],
  [
    'close[5001] < 30',
    'CONDITION_PARAM_RANGE',
    '5001',
    6,
    'A count of candles is from 0 to 5,000; `5001` is not.',
    null,
  ],
  [
    'close[90m] < 30',
    'CONDITION_PARAM_RANGE',
    '90m',
    6,
    '`90m` is not a whole number of candles of 1h.',
    'Choose a multiple of 1h, or a shorter timeframe, as in `percent_change(close, 90m) @ 1m`.',
  ],
  [
    'percent_change(price, 15m) > 5',
    'CONDITION_PARAM_RANGE',
    '15m',
    22,
    '`15m` is shorter than a candle of 1h.',
    'Choose a multiple of 1h, or a shorter timeframe, as in `percent_change(close, 15m) @ 1m`.',
  ],
  [
    'change(5, 3) > 1',
    'CONDITION_TYPE',
    '5',
    7,
    'A number stands where a series is wanted.',
    'Write `change(close, …)`.',
  ],
  [
    'close > highest(20)',
    'CONDITION_ARITY',
    'highest(20)',
    8,
    '`highest` takes a series and a number of candles or a duration; here is 1 parameter.',
    'Write `highest(high, 20)`.',
  ],
  [
    'avg(close, 2, 3) > 1',
    'CONDITION_ARITY',
    'avg(close, 2, 3)',
    0,
    '`avg` takes a series and a number of candles or a duration; here are 3.',
    'Write `avg(close, 20)`.',
  ],
  [
    'rising(close)',
    'CONDITION_ARITY',
    'rising(close)',
    0,
    '`rising` takes a series and a number of candles or a duration.',
    'Write `rising(close, 3)`.',
  ],
  ['rising(close, 3) > 1', 'CONDITION_TYPE', 'rising(close, 3)', 0, 'A yes/no stands where a number is wanted.', null],
  ['rising > 1', 'CONDITION_ARITY', 'rising', 0, '`rising` needs its parameters in parentheses.', null],
  ['rsi(14) @ 3h < 30', 'CONDITION_PARAM_RANGE', '3h', 10, 'There is no timeframe `3h`.', TIMEFRAMES],
  [
    '(rsi(14) @ 4h) @ 1d < 30',
    'CONDITION_TYPE',
    '4h',
    11,
    'A timeframe stands inside another one.',
    'Only the outer `@` can say on which candles.',
  ],
  [
    'coin("btc").close > 5',
    'CONDITION_AMBIGUOUS_COIN',
    '"btc"',
    5,
    '`btc` is a symbol, which several coins may share.',
    'Write `coin("bitcoin")` (id 1).',
  ],
  [
    'coin("bitconi").close > 5',
    'CONDITION_UNKNOWN_NAME',
    '"bitconi"',
    5,
    'There is no coin `bitconi`.',
    'Did you mean `bitcoin`?',
  ],
  ['coin(close).close > 5', 'CONDITION_ARITY', 'coin(close)', 0, '`coin` takes one coin.', SLUG],
  [
    'coin("bitcoin") > 5',
    'CONDITION_TYPE',
    'coin("bitcoin")',
    0,
    'This is a coin, not a number.',
    'Write `coin("bitcoin").close`.',
  ],
  ['coin(1).clsoe > 5', 'CONDITION_UNKNOWN_NAME', 'clsoe', 8, 'A coin has no `clsoe`.', 'Did you mean `close`?'],
  ['coin > 5', 'CONDITION_ARITY', 'coin', 0, '`coin` needs its parameters in parentheses.', null],
  [
    'atr(close, 14) > 5',
    'CONDITION_TYPE',
    'atr(close, 14)',
    0,
    "`atr` is computed from the candle's high, low, close; it takes no series.",
    'Write `atr(14)`.',
  ],
  [
    'adx(14).plus_id > 20',
    'CONDITION_UNKNOWN_OUTPUT',
    'plus_id',
    8,
    '`adx` has no output `plus_id`.',
    'Did you mean `.plus_di`?',
  ],
];

describe.each([
  ['what cannot be read', SYNTAX],
  ['names and outputs', NAMES],
  ['calls and parameters', CALLS],
  ['numbers and yes/no', TYPES],
  ['history, timeframes and other coins', WHOLE],
])('%s', (_, rows) => {
  it.each(rows)('%s', (text, code, at, from, message, hint) => {
    expect(notesOf(text)).toEqual([{ code, at, from, message, hint }]);
  });
});

describe('mistakes', () => {
  it('come all at once, in the order of the text', () => {
    expect(codesOf('rsii(14) < 30 and clsoe > 5 or rsi(0) < 3 and macd(12) > close.x and open')).toEqual([
      'CONDITION_UNKNOWN_NAME rsii',
      'CONDITION_UNKNOWN_NAME clsoe',
      'CONDITION_PARAM_RANGE 0',
      'CONDITION_ARITY macd(12)',
      'CONDITION_UNKNOWN_OUTPUT x',
      'CONDITION_TYPE open',
    ]);
  });

  it('are found inside history and timeframes', () => {
    expect(codesOf('rsii(14) @ 4h > 5 and clsoe[1] > 5 and rising(opne, 2)')).toEqual([
      'CONDITION_UNKNOWN_NAME rsii',
      'CONDITION_UNKNOWN_NAME clsoe',
      'CONDITION_UNKNOWN_NAME opne',
    ]);
  });

  it('are found beside a gap, whose consequences are not counted as more', () => {
    expect(codesOf('rsii(14) < 30 and (open or)')).toEqual(['CONDITION_UNKNOWN_NAME rsii', 'CONDITION_SYNTAX or']);
  });

  it('stop at fifty', () => {
    const text = Array.from({ length: 70 }, (_, index) => `x${index}<1`).join(' or ');
    expect(notesOf(text)).toHaveLength(50);
  });
});
