import { expect, test } from 'vitest';
import { instantOf, localTimeOf } from './localTime.ts';

test.each([
  ['2026-11-21T10:05', 'UTC', '2026-11-21T10:05:00.000Z'],
  ['2026-11-21T10:05', 'Europe/Paris', '2026-11-21T09:05:00.000Z'],
  ['2026-07-01T00:30', 'Europe/Paris', '2026-06-30T22:30:00.000Z'],
  ['2026-11-21T10:05', 'Asia/Kathmandu', '2026-11-21T04:20:00.000Z'],
  ['2026-01-01T00:00', 'Pacific/Kiritimati', '2025-12-31T10:00:00.000Z'],
  // The last minute of summer time, and the first of winter time.
  ['2026-10-25T01:59', 'Europe/Paris', '2026-10-24T23:59:00.000Z'],
  ['2026-10-25T03:00', 'Europe/Paris', '2026-10-25T02:00:00.000Z'],
])('%s in %s is %s, and back', (local, zone, instant) => {
  expect(new Date(instantOf(local, zone) ?? 0).toISOString()).toBe(instant);
  expect(localTimeOf(Date.parse(instant), zone)).toBe(local);
});

test('of an hour that the clocks go through twice it is the later one', () => {
  expect(instantOf('2026-10-25T02:30', 'Europe/Paris')).toBe(Date.parse('2026-10-25T01:30Z'));
});

test('an hour that the clocks leave out is as far behind its beginning', () => {
  expect(instantOf('2026-03-29T02:30', 'Europe/Paris')).toBe(Date.parse('2026-03-29T03:30+02:00'));
});

test.each(['', 'soon', '0002-01-01T00:00', '1969-12-31T23:59'])('"%s" is no time', (local) => {
  expect(instantOf(local, 'UTC')).toBeNull();
});
