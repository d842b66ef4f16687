import { expect, test } from 'vitest';
import { retryAfterMs } from './retryAfter.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const DATE = 'Sat, 21 Nov 2026 11:00:00 GMT';

test.each<[string, Record<string, unknown>, number | null]>([
  ['seconds', { 'retry-after': '7' }, 7_000],
  ['a number', { 'retry-after': 7 }, 7_000],
  ['parts of a second', { 'retry-after': '0.25' }, 250],
  ['no time at all', { 'retry-after': '0' }, 0],
  ['more than an hour', { 'retry-after': '86400' }, 3_600_000],
  ['a date', { 'retry-after': 'Sat, 21 Nov 2026 12:00:30 GMT' }, 30_000],
  ["a date, by the answer's own clock", { 'retry-after': 'Sat, 21 Nov 2026 11:00:30 GMT', date: DATE }, 30_000],
  ['a date in the form of RFC 850', { 'retry-after': 'Saturday, 21-Nov-26 12:00:30 GMT' }, 30_000],
  ['a date in the form of asctime', { 'retry-after': 'Sat Nov 21 12:00:30 2026' }, 30_000],
  ['a date that has passed', { 'retry-after': 'Sat, 21 Nov 2026 11:59:59 GMT' }, 0],
  ['a date far away', { 'retry-after': 'Sun, 22 Nov 2026 12:00:00 GMT' }, 3_600_000],
  ['a date by a clock that cannot be read', { 'retry-after': 'Sat, 21 Nov 2026 12:00:30 GMT', date: 'noon' }, 30_000],
  ['nothing', {}, null],
  ['an empty word', { 'retry-after': '' }, null],
  ['less than nothing', { 'retry-after': '-5' }, null],
  ['a word', { 'retry-after': 'soon' }, null],
  ['a day that is none', { 'retry-after': 'Sat, 99 Nov 2026 12:00:30 GMT' }, null],
  ['a list', { 'retry-after': ['7', '8'] }, null],
])('an answer that asks for %s', (_name, headers, expected) => {
  expect(retryAfterMs(headers, NOW)).toBe(expected);
});
