import { describe, expect, test } from 'vitest';
import { calendarDay, calendarEnds } from './periods.ts';

const HOUR_MS = 3_600_000;

describe('the day of an instant', () => {
  test.each<[string, string, string, string]>([
    ['UTC', '2026-11-21T23:59:59.999Z', '2026-11-21', '2026-11'],
    ['UTC', '2026-11-22T00:00:00Z', '2026-11-22', '2026-11'],
    ['Europe/Paris', '2026-11-30T23:00:00Z', '2026-12-01', '2026-12'],
    ['America/Los_Angeles', '2026-12-01T07:59:59Z', '2026-11-30', '2026-11'],
    ['Asia/Kathmandu', '2026-11-21T18:15:00Z', '2026-11-22', '2026-11'],
    ['Pacific/Kiritimati', '2026-12-31T10:00:00Z', '2027-01-01', '2027-01'],
    ['Pacific/Apia', '2026-11-21T11:00:00Z', '2026-11-22', '2026-11'],
    ['UTC', '2028-02-29T12:00:00Z', '2028-02-29', '2028-02'],
    ['Asia/Tokyo', '2028-02-28T15:00:00Z', '2028-02-29', '2028-02'],
    ['No/Such_Zone', '2026-11-21T23:30:00Z', '2026-11-21', '2026-11'],
  ])('in %s at %s is %s of %s', (zone, at, day, month) => {
    expect(calendarDay(Date.parse(at), zone)).toEqual({ day, month });
  });
});

describe('the end of a day', () => {
  test.each<[string, string, string, number]>([
    ['in which clocks are set forward comes after 23 hours', 'Europe/Paris', '2026-03-28T23:00:00Z', 23],
    ['in which clocks are set back comes after 25 hours', 'Europe/Paris', '2026-10-24T22:00:00Z', 25],
    ['that follows a midnight which the clocks leave out', 'Africa/Cairo', '2026-04-23T22:00:00Z', 23],
    ['set back by half an hour', 'Australia/Lord_Howe', '2026-04-04T13:00:00Z', 24.5],
    ['like any other', 'Asia/Kolkata', '2026-11-20T18:30:00Z', 24],
  ])('%s', (_name, zone, at, hours) => {
    const startMs = Date.parse(at);
    expect(calendarEnds(startMs, zone).dayEndsMs - startMs).toBe(hours * HOUR_MS);
    expect(calendarDay(startMs - 1, zone).day).not.toBe(calendarDay(startMs, zone).day);
  });

  test('of the month is counted in its own days: a February of a leap year has 29', () => {
    const february = Date.parse('2028-02-01T00:00:00Z');
    expect(calendarEnds(february, 'UTC').monthEndsMs - february).toBe(29 * 24 * HOUR_MS);
    expect(calendarEnds(Date.parse('2028-02-29T23:59:59Z'), 'UTC')).toEqual({
      dayEndsMs: Date.parse('2028-03-01T00:00:00Z'),
      monthEndsMs: Date.parse('2028-03-01T00:00:00Z'),
    });
    expect(calendarEnds(Date.parse('2027-02-28T12:00:00Z'), 'UTC').dayEndsMs).toBe(Date.parse('2027-03-01T00:00:00Z'));
  });

  test('of every hour of a year lies ahead, and begins another day, in all zones', () => {
    const zones = Intl.supportedValuesOf('timeZone').filter((_zone, index) => index % 11 === 0);
    expect(zones.length).toBeGreaterThan(36);
    for (const zone of zones) {
      for (let atMs = Date.UTC(2026, 0, 1); atMs < Date.UTC(2027, 0, 1); atMs += 61 * HOUR_MS) {
        const { dayEndsMs } = calendarEnds(atMs, zone);
        expect(dayEndsMs).toBeGreaterThan(atMs);
        expect(calendarDay(dayEndsMs, zone).day).not.toBe(calendarDay(atMs, zone).day);
        expect(calendarDay(dayEndsMs - 1, zone).day).toBe(calendarDay(atMs, zone).day);
      }
    }
  });
});
