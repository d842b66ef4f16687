import { assert, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimalOf, microsOf } from './money.ts';

describe('an amount', () => {
  test.each<[string, number, string]>([
    ['0', 0, '0.00'],
    ['1', 1_000_000, '1.00'],
    ['0.0083', 8_300, '0.0083'],
    ['0.000001', 1, '0.000001'],
    ['12.5', 12_500_000, '12.50'],
    ['-0.00750', -7_500, '-0.0075'],
    ['99999999.999999', 99_999_999_999_999, '99999999.999999'],
    ['0.0000004', 0, '0.00'],
    ['0.0000005', 1, '0.000001'],
  ])('%s is %d millionths, written %s', (text, micros, written) => {
    expect(microsOf(text)).toBe(micros === 0 ? 0 : micros);
    expect(decimalOf(micros)).toBe(written);
  });

  test.each(['', '.', '1.', '.5', '1e3', '0x10', '1,5', ' 1', 'NaN', '1234567890'])('"%s" is none', (text) => {
    expect(microsOf(text)).toBeNaN();
  });

  test('that is written and read again is the same', () => {
    assert(
      property(integer({ min: -99_999_999_999_999, max: 99_999_999_999_999 }), (micros) => {
        expect(microsOf(decimalOf(micros)) - micros).toBe(0);
      }),
    );
  });
});
