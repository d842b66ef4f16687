import type { QuietHours } from '@ubot/contracts';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quietUntil } from './quietHours.ts';

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const night = (changes: Partial<QuietHours> = {}): QuietHours => ({
  start: '22:00',
  end: '07:00',
  days: EVERY_DAY,
  ...changes,
});
const at = (iso: string): number => Date.parse(iso);
/** Until when it is quiet, as ISO time; null: it is not. */
function until(quiet: QuietHours, timeZone: string, iso: string): string | null {
  const end = quietUntil(quiet, { timeZone, nowMs: at(iso) });
  return end === null ? null : new Date(end).toISOString();
}

describe('quiet hours', () => {
  test.each([
    { now: '2026-11-21T20:59:59.999Z', end: null },
    { now: '2026-11-21T21:00:00.000Z', end: '2026-11-22T06:00:00.000Z' },
    { now: '2026-11-21T23:00:00.000Z', end: '2026-11-22T06:00:00.000Z' },
    { now: '2026-11-22T05:59:59.999Z', end: '2026-11-22T06:00:00.000Z' },
    { now: '2026-11-22T06:00:00.000Z', end: null },
  ])('from 22:00 to 07:00 in Paris, at $now: until $end', ({ now, end }) => {
    expect(until(night(), 'Europe/Paris', now)).toBe(end);
  });

  test.each([
    { what: 'Friday night', now: '2026-11-20T23:00:00Z', end: '2026-11-21T07:00:00.000Z' },
    { what: 'the morning after it', now: '2026-11-21T06:00:00Z', end: '2026-11-21T07:00:00.000Z' },
    { what: 'Friday morning, after Thursday', now: '2026-11-20T06:00:00Z', end: null },
    { what: 'Saturday night', now: '2026-11-21T23:00:00Z', end: null },
  ])('of Fridays begin on Friday and go on over midnight: $what', ({ now, end }) => {
    expect(until(night({ days: [5] }), 'UTC', now)).toBe(end);
  });

  test.each([
    {
      what: 'Sunday night goes on into Monday',
      days: [7],
      now: '2026-11-23T06:00:00Z',
      end: '2026-11-23T07:00:00.000Z',
    },
    {
      what: 'within one day',
      start: '12:00',
      end: '13:00',
      now: '2026-11-21T12:00:00Z',
      iso: '2026-11-21T13:00:00.000Z',
    },
    {
      what: 'until midnight',
      start: '20:00',
      end: '00:00',
      now: '2026-11-21T23:59:59Z',
      iso: '2026-11-22T00:00:00.000Z',
    },
    { what: 'over 29 February', now: '2028-02-28T23:00:00Z', end: '2028-02-29T07:00:00.000Z', days: EVERY_DAY },
    { what: 'out of 29 February', now: '2028-02-29T23:00:00Z', end: '2028-03-01T07:00:00.000Z', days: EVERY_DAY },
    { what: 'over the new year', now: '2026-12-31T23:00:00Z', end: '2027-01-01T07:00:00.000Z', days: EVERY_DAY },
  ])('$what', ({ days = EVERY_DAY, now, end, start, iso }) => {
    const quiet = start === undefined ? night({ days }) : { start, end: end ?? '', days };
    expect(until(quiet, 'UTC', now)).toBe(iso ?? end);
  });

  // Paris: 2026-03-29 02:00 becomes 03:00 (01:00 UTC); 2026-10-25 03:00 becomes 02:00 (01:00 UTC).
  test.each([
    {
      what: 'an end in the gap is the jump',
      start: '22:00',
      end: '02:30',
      now: '2026-03-28T23:00:00Z',
      iso: '2026-03-29T01:00:00.000Z',
    },
    {
      what: 'a start in the gap is the jump',
      start: '02:30',
      end: '07:00',
      now: '2026-03-29T01:00:00Z',
      iso: '2026-03-29T05:00:00.000Z',
    },
    {
      what: 'nothing is quiet before that jump',
      start: '02:30',
      end: '07:00',
      now: '2026-03-29T00:59:59.999Z',
      iso: null,
    },
    {
      what: 'quiet hours all in the gap are none',
      start: '02:10',
      end: '02:50',
      now: '2026-03-29T01:00:00Z',
      iso: null,
    },
    {
      what: 'a night over the gap is an hour shorter',
      start: '22:00',
      end: '07:00',
      now: '2026-03-28T21:00:00Z',
      iso: '2026-03-29T05:00:00.000Z',
    },
    {
      what: 'a night over the repeated hour is an hour longer',
      start: '22:00',
      end: '07:00',
      now: '2026-10-24T20:00:00Z',
      iso: '2026-10-25T06:00:00.000Z',
    },
    {
      what: 'an end in the repeated hour is its first time',
      start: '22:00',
      end: '02:30',
      now: '2026-10-24T22:00:00Z',
      iso: '2026-10-25T00:30:00.000Z',
    },
    { what: 'after which the clock reads on', start: '22:00', end: '02:30', now: '2026-10-25T00:45:00Z', iso: null },
    {
      what: 'until it reads the same hour again',
      start: '22:00',
      end: '02:30',
      now: '2026-10-25T01:00:00Z',
      iso: '2026-10-25T01:30:00.000Z',
    },
    {
      what: 'a start in the repeated hour: first run',
      start: '02:30',
      end: '07:00',
      now: '2026-10-25T00:30:00Z',
      iso: '2026-10-25T01:00:00.000Z',
    },
    {
      what: 'a start in the repeated hour: second run',
      start: '02:30',
      end: '07:00',
      now: '2026-10-25T01:30:00Z',
      iso: '2026-10-25T06:00:00.000Z',
    },
  ])('on nights on which clocks are set: $what', ({ start, end, now, iso }) => {
    expect(until({ start, end, days: EVERY_DAY }, 'Europe/Paris', now)).toBe(iso);
  });

  test('a zone that does not exist reads as UTC', () => {
    expect(until(night(), 'Mars/Olympus', '2026-11-21T23:00:00Z')).toBe('2026-11-22T07:00:00.000Z');
  });
});

// Of all offsets and habits: half hours and quarters, half-hour and two-hour daylight saving, clocks set at midnight,
// winter time that is the exception, none at all.
const ZONES = `UTC Pacific/Kiritimati Pacific/Apia Pacific/Auckland Pacific/Chatham Pacific/Norfolk Australia/Lord_Howe
  Australia/Sydney Australia/Adelaide Australia/Darwin Australia/Eucla Asia/Tokyo Asia/Shanghai Asia/Yangon Asia/Dhaka
  Asia/Kathmandu Asia/Kolkata Asia/Karachi Asia/Kabul Asia/Dubai Asia/Tehran Asia/Beirut Asia/Gaza Africa/Cairo
  Africa/Casablanca Africa/Lagos Antarctica/Troll Europe/Dublin Europe/London Europe/Paris Europe/Istanbul
  America/Sao_Paulo America/St_Johns America/New_York America/Santiago America/Asuncion America/Havana
  America/Los_Angeles Pacific/Honolulu Pacific/Marquesas`.split(/\s+/);

const DAY_NUMBERS = new Map([
  ['Mon', 1],
  ['Tue', 2],
  ['Wed', 3],
  ['Thu', 4],
  ['Fri', 5],
  ['Sat', 6],
  ['Sun', 7],
]);
const formats = new Map(
  ZONES.map((timeZone) => [
    timeZone,
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }),
  ]),
);

/** What Intl says the clock reads, and whether that is inside: written a second time, and without an offset. */
function insideByIntl({ start, end, days }: QuietHours, timeZone: string, atMs: number): boolean {
  const parts = new Map(
    formats
      .get(timeZone)!
      .formatToParts(atMs)
      .map(({ type, value }) => [type, value]),
  );
  const weekday = DAY_NUMBERS.get(parts.get('weekday')!)!;
  const clock = `${parts.get('hour')}:${parts.get('minute')}`;
  if (start < end) return days.includes(weekday) && start <= clock && clock < end;
  return (clock >= start && days.includes(weekday)) || (clock < end && days.includes(((weekday + 5) % 7) + 1));
}

const timeOfDay = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
const quietHours = fc
  .record({ start: timeOfDay, end: timeOfDay, days: fc.subarray(EVERY_DAY, { minLength: 1 }) })
  .filter(({ start, end }) => start !== end);

/** Instants at which the zone's clock is set, 2024 to 2030. */
function jumpsOf(timeZone: string): number[] {
  const hourOf = (ms: number) => insideMinutes(timeZone, ms);
  const jumps: number[] = [];
  for (let ms = at('2024-01-01T00:00:00Z'); ms < at('2031-01-01T00:00:00Z'); ms += 86_400_000) {
    if (hourOf(ms) === hourOf(ms + 86_400_000)) continue;
    for (let step = ms; step < ms + 86_400_000; step += 900_000) {
      const ran = (hourOf(step + 900_000) - hourOf(step) + 1_440) % 1_440;
      if (ran !== 15) jumps.push(step + 900_000);
    }
  }
  return jumps;
}
function insideMinutes(timeZone: string, ms: number): number {
  const parts = new Map(
    formats
      .get(timeZone)!
      .formatToParts(ms)
      .map(({ type, value }) => [type, value]),
  );
  return Number(parts.get('hour')) * 60 + Number(parts.get('minute'));
}

describe('in every one of forty zones, against Intl', () => {
  test.each(ZONES)(
    '%s: at every held instant the clock reads quiet; the end is the first that does not',
    (timeZone) => {
      const jumps = jumpsOf(timeZone);
      const anywhere = fc.integer({ min: at('2024-01-01T00:00:00Z'), max: at('2031-01-01T00:00:00Z') });
      const near = fc
        .tuple(
          fc.constantFrom(...(jumps.length === 0 ? [at('2026-06-01T00:00:00Z')] : jumps)),
          fc.integer({ min: -43_200_000, max: 43_200_000 }),
        )
        .map(([jump, by]) => jump + by);
      fc.assert(
        fc.property(quietHours, fc.oneof(anywhere, near), (quiet, nowMs) => {
          const end = quietUntil(quiet, { timeZone, nowMs });
          expect(end !== null).toBe(insideByIntl(quiet, timeZone, nowMs));
          if (end === null) return;
          expect(end).toBeGreaterThan(nowMs);
          expect(insideByIntl(quiet, timeZone, end)).toBe(false);
          expect(insideByIntl(quiet, timeZone, end - 1)).toBe(true);
          // Clocks are set on a full minute of UTC, so that a look at every fifth finds any that was passed over.
          for (let ms = nowMs; ms < end; ms += 300_000) expect(insideByIntl(quiet, timeZone, ms)).toBe(true);
        }),
        { numRuns: 60 },
      );
    },
  );
});
