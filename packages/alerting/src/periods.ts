import { DateTime } from 'luxon';

/** A calendar day and its month where the clocks show them: `2026-11-21`, `2026-11`. */
export interface CalendarDay {
  readonly day: string;
  readonly month: string;
}

/**
 * The day and the month of an instant in a time zone.
 *
 * Edges: a zone that does not exist counts as UTC. A day may last 23 or 25 hours, and in some zones begins at 01:00.
 */
export function calendarDay(atMs: number, timeZone: string): CalendarDay {
  const local = inZone(atMs, timeZone);
  return { day: local.toFormat('yyyy-MM-dd'), month: local.toFormat('yyyy-MM') };
}

/** When the day and the month of an instant end: the first instant of the next. */
export function calendarEnds(atMs: number, timeZone: string): { dayEndsMs: number; monthEndsMs: number } {
  const local = inZone(atMs, timeZone);
  return {
    dayEndsMs: local.plus({ days: 1 }).startOf('day').toMillis(),
    monthEndsMs: local.plus({ months: 1 }).startOf('month').toMillis(),
  };
}

function inZone(atMs: number, timeZone: string): DateTime {
  const local = DateTime.fromMillis(atMs, { zone: timeZone });
  return local.isValid ? local : DateTime.fromMillis(atMs, { zone: 'UTC' });
}
