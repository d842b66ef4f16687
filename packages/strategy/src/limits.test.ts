import { describe, expect, it } from 'vitest';
import { check, notesOf } from './check.testing.ts';

/** text, code, the words marked, their place, message, hint */
type Row = readonly [string, string, string, number, string, string | null];

const LIMITS: Row[] = [
  [
    `close > 5${' '.repeat(1_992)}`,
    'CONDITION_LIMIT',
    ' ',
    2_000,
    'The condition is longer than 2,000 characters.',
    null,
  ],
  [
    `${'('.repeat(65)}close > 5${')'.repeat(65)}`,
    'CONDITION_LIMIT',
    '(',
    64,
    'The condition is nested more than 64 levels deep.',
    null,
  ],
  [
    `${'not '.repeat(65)}close > 5`,
    'CONDITION_LIMIT',
    'n',
    256,
    'The condition is nested more than 64 levels deep.',
    null,
  ],
  [`${'-'.repeat(65)}close > 5`, 'CONDITION_LIMIT', '-', 64, 'The condition is nested more than 64 levels deep.', null],
  [
    `${'abs('.repeat(65)}1${')'.repeat(65)} > 5`,
    'CONDITION_LIMIT',
    '(',
    259,
    'The condition is nested more than 64 levels deep.',
    null,
  ],
  [
    'sma(sma(5000), 2) > 1',
    'CONDITION_LIMIT',
    'sma(sma(5000), 2)',
    0,
    'This looks back 5,002 candles; at most 5,000 are looked at.',
    null,
  ],
];

describe('limits', () => {
  it.each(LIMITS)('%s', (text, code, at, from, message, hint) => {
    expect(notesOf(text)).toEqual([{ code, at, from, message, hint }]);
  });

  it('do not count what stands in a comment', () => {
    expect(check(`close > 5 # ${'-'.repeat(80)} ${'('.repeat(80)}`)).toMatchObject({ ok: true });
  });
});

describe('limits from below', () => {
  it.each([
    ['2,000 characters', `close > 5${' '.repeat(1_991)}`],
    ['64 parentheses', `${'('.repeat(64)}close > 5${')'.repeat(64)}`],
    ['64 times not', `${'not '.repeat(64)}close > 5`],
    ['a thousand terms, which are not nesting', `${'1+'.repeat(990)}close > 5`],
    ['a look-back of 5,000', 'sma(5000) > 1'],
    ['64 indicators', Array.from({ length: 64 }, (_, index) => `sma(${index + 2}) > 1`).join(' and ')],
    [
      'the outputs of one indicator as one',
      `${Array.from({ length: 63 }, (_, index) => `sma(${index + 2}) > 1`).join(' and ')} and macd().macd > macd().signal`,
    ],
  ])('%s', (_, text) => {
    expect(check(text)).toMatchObject({ ok: true });
  });

  it('the 65th indicator is refused, once', () => {
    const text = Array.from({ length: 70 }, (_, index) => `sma(${index + 2}) > 1`).join(' or ');
    expect(notesOf(text)).toEqual([
      {
        code: 'CONDITION_LIMIT',
        at: 'sma(66)',
        from: text.indexOf('sma(66)'),
        message: 'There are more than 64 different indicators.',
        hint: null,
      },
    ]);
  });

  it('own names that double one another are refused before they fill the memory', () => {
    const names = Array.from({ length: 64 }, (_, index) => {
      const before = index === 0 ? 'close' : `a${index - 1}`;
      return { name: `a${index}`, expression: `${before} + ${before}` };
    });
    expect(check('a63 > 3', names).diagnostics).toMatchObject([
      {
        code: 'CONDITION_LIMIT',
        message: 'In `a9`: With its own names written out this is longer than 8,000 characters.',
      },
    ]);
  });
});
