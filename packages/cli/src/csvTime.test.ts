import { describe, expect, it } from 'vitest';
import { epochNumber, epochUnit, isoMs } from './csvTime.ts';

describe('an ISO time', () => {
  it.each([
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    ['2024-02-29 10:05', Date.UTC(2024, 1, 29, 10, 5)],
    ['2024-02-29T10:05:07', Date.UTC(2024, 1, 29, 10, 5, 7)],
    ['2024-02-29T10:05:07Z', Date.UTC(2024, 1, 29, 10, 5, 7)],
    ['2024-02-29T10:05:07.123456z', Date.UTC(2024, 1, 29, 10, 5, 7, 123)],
    ['2025-05-30 16:40:00+00:00', Date.UTC(2025, 4, 30, 16, 40)],
    ['2025-05-30T16:40:00.5-0330', Date.UTC(2025, 4, 30, 20, 10, 0, 500)],
    ['2025-05-30 16:40:00 UTC', Date.UTC(2025, 4, 30, 16, 40)],
    ['2025-05-30T23:59:59+01', Date.UTC(2025, 4, 30, 22, 59, 59)],
    ['0099-01-01', -59_042_995_200_000],
  ])('%s', (text, expected) => {
    expect(isoMs(text)).toBe(expected);
  });

  it.each([
    '2023-02-29',
    '2024-13-01',
    '2024-00-10',
    '2024-01-01T24:00',
    '2024-01-01T10:60',
    '01/03/2017',
    '2024-1-1',
    'yesterday',
    '',
  ])('is not "%s"', (text) => {
    expect(isoMs(text)).toBeNull();
  });
});

describe('an epoch time', () => {
  it.each([
    ['1700000000', 1_700_000_000],
    ['1.7e12', 1.7e12],
    ['1700000000.5', 1_700_000_000.5],
    ['2024', 2_024],
    ['2024-01-01', null],
    ['0x10', null],
  ])('%s', (text, expected) => {
    expect(epochNumber(text)).toBe(expected);
  });

  it('is seconds below 1e11, milliseconds below 1e14, and nothing beyond', () => {
    expect([99_999_999_999, 100_000_000_000, 99_999_999_999_999, 100_000_000_000_000].map(epochUnit)).toEqual([
      'seconds',
      'milliseconds',
      'milliseconds',
      null,
    ]);
  });
});
