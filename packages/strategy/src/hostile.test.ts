import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasSharedData, NO_SHARED_DATA, sharedData } from '@ubot/testing';
import { check } from './check.testing.ts';
import { parseIndicatorCall } from './door.ts';
import { parseSpecFile } from './spec-file.ts';

const LIMIT_MS = 50;

/** The best of three, so that another process on the machine is not blamed on the parser. */
function fastestMs(run: () => unknown): number {
  let fastest = Infinity;
  for (let attempt = 0; attempt < 3 && fastest >= LIMIT_MS; attempt += 1) {
    const startedMs = performance.now();
    run();
    fastest = Math.min(fastest, performance.now() - startedMs);
  }
  return fastest;
}

const globalsBefore = Object.getOwnPropertyNames(globalThis).toSorted();

function expectHarmless(text: string): void {
  expect(fastestMs(() => check(text))).toBeLessThan(LIMIT_MS);
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
  expect(Object.getOwnPropertyNames(globalThis).toSorted()).toEqual(globalsBefore);
}

const cases = hasSharedData
  ? (JSON.parse(sharedData('security/expression-injection.json').toString('utf8')) as { cases: { expr: string }[] })
      .cases
  : [];

describe.skipIf(!hasSharedData)(`recorded attacks${NO_SHARED_DATA}`, () => {
  it.each(cases.map(({ expr }) => [expr]))('%j is refused with a code and a sentence', (expr) => {
    const checked = check(expr);
    expect(checked.ok).toBe(false);
    const [first] = checked.diagnostics;
    expect(first?.code).toMatch(/^CONDITION_/);
    expect(first?.message).toMatch(/^\S.*\.$/s);
    expectHarmless(expr);
    expect(parseIndicatorCall(expr).ok).toBe(false);
  });
});

describe('hostile text', () => {
  it.each([
    ['a member of a plan', 'rsi(14).key < 30'],
    ['the constructor of an output', 'macd(12, 26, 9).constructor.constructor("return 1")() > 0'],
    ['an own name of an object', 'hasOwnProperty > 3'],
    ['a prototype as a metric', 'market.__proto__ > 3'],
    ['a constructor as a metric', 'market.constructor > 3'],
    ['template text', '${process.exit(1)} > 3'],
    ['a lone surrogate', 'close > \ud800'],
    ['a zero byte', 'close > 5\0'],
    ['a right-to-left mark', 'close \u202e> 5'],
    ['a byte order mark', '\ufeffclose > 5'],
    ['letters that look alike', 'сlose > 5'],
    ['a number of a thousand digits', `close > ${'9'.repeat(1_000)}`],
    ['a name of two thousand letters', 'a'.repeat(2_000)],
    ['signs', '-'.repeat(2_000)],
    ['nots', 'not '.repeat(500)],
    ['open parentheses', '('.repeat(2_000)],
    ['closed parentheses', ')'.repeat(2_000)],
    ['brackets in turn', '([)]'.repeat(500)],
    ['calls', 'abs('.repeat(500)],
    ['members', `close${'.a'.repeat(990)}`],
    ['histories', `close${'[1]'.repeat(660)} > 1`],
    ['timeframes', `close${' @ 1h'.repeat(390)} > 1`],
    ['comparisons', '<'.repeat(2_000)],
    ['quotation marks', '"'.repeat(1_999)],
    ['semicolons', '; '.repeat(1_000)],
    ['unknown names', 'x1 '.repeat(660)],
    ['a megabyte', 'close > 5 and '.repeat(75_000)],
  ])('%s is refused', (_, text) => {
    expect(check(text).ok).toBe(false);
    expectHarmless(text);
  });

  it.each([
    ['a long sum', `${'1+'.repeat(995)}close > 5`],
    ['a long product', `${'1*'.repeat(995)}close > 5`],
    ['a long chain', `${'1<'.repeat(600)}close`],
    ['a long list', 'rank<1 or '.repeat(199) + 'rank<1'],
  ])('%s is read quickly', (_, text) => {
    expect(check(text).ok).toBe(true);
    expectHarmless(text);
  });
});

const words = fc.constantFrom(
  ...'close rsi sma macd bbands market coin abs min max and or not crosses above below ( ) [ ] , . @ < <= > >= == != + - * / % 14 0.5 50k 15m 1e9 "x" \' # = & ! constructor __proto__ fast \n'.split(
    ' ',
  ),
);
const texts = fc.oneof(
  fc.array(words, { maxLength: 60 }).map((parts) => parts.join(' ')),
  fc.array(words, { maxLength: 60 }).map((parts) => parts.join('')),
  fc.string({ maxLength: 300 }),
  fc.string({ unit: 'binary', maxLength: 300 }),
);

describe('any text', () => {
  it('is checked without throwing, and what is refused says where and why', () => {
    fc.assert(
      fc.property(texts, texts, (text, expression) => {
        const checked = check(text, [{ name: 'fast', expression }]);
        for (const { from, to, code, message } of checked.diagnostics) {
          expect(0 <= from && from <= to && to <= text.length).toBe(true);
          expect(code).toMatch(/^(CONDITION|WARNING)_/);
          expect(message).not.toBe('');
        }
        expect(checked.ok || checked.diagnostics.some(({ severity }) => severity === 'error')).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  it('is read as an indicator or a spec file without throwing', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(typeof parseIndicatorCall(text).ok).toBe('boolean');
        expect(typeof parseSpecFile(`candles 1h close: 1 2\n${text}`).ok).toBe('boolean');
      }),
      { numRuns: 1_000 },
    );
  });
});
