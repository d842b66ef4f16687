import type { QuietHours } from '@ubot/contracts';
import { IANAZone } from 'luxon';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * When the quiet hours end that an instant lies in; null: it lies in none.
 *
 * Shape:  the user's own clock decides at every instant: it is quiet when the clock in the zone reads a time from `start`
 *         until before `end`, on a day named (over midnight: on a day named, or the morning after one). The end is the
 *         first instant at which the clock reads something else.
 * Units:  epoch milliseconds.
 * Edges:  when the clock jumps over `end`, they end with the jump; when it jumps over `start`, they begin with it. In an
 *         hour that comes twice the clock reads each of its times twice, so quiet hours that end within it end the first
 *         time, and come again for its second run. A zone that does not exist reads as UTC.
 */
export function quietUntil(quiet: QuietHours, { timeZone, nowMs }: { timeZone: string; nowMs: number }): number | null {
  const zone = zoneOf(timeZone);
  if (!isQuiet(quiet, readClock(zone, nowMs))) return null;
  const endOfDay = minutesOf(quiet.end) * MINUTE_MS;
  let atMs = nowMs;
  for (;;) {
    const clock = readClock(zone, atMs);
    const untilEndMs = (((endOfDay - clock.dayMs) % DAY_MS) + DAY_MS) % DAY_MS;
    const jumpMs = nextJump(zone, atMs, atMs + untilEndMs);
    if (jumpMs === null) return atMs + untilEndMs;
    if (!isQuiet(quiet, readClock(zone, jumpMs))) return jumpMs;
    atMs = jumpMs;
  }
}

interface Clock {
  /** 1 is Monday. */
  readonly weekday: number;
  /** Since local midnight. */
  readonly dayMs: number;
}

function isQuiet({ start, end, days }: QuietHours, { weekday, dayMs }: Clock): boolean {
  const startMs = minutesOf(start) * MINUTE_MS;
  const endMs = minutesOf(end) * MINUTE_MS;
  if (startMs < endMs) return days.includes(weekday) && startMs <= dayMs && dayMs < endMs;
  if (dayMs >= startMs) return days.includes(weekday);
  return dayMs < endMs && days.includes(weekday === 1 ? 7 : weekday - 1);
}

function minutesOf(timeOfDay: string): number {
  return Number(timeOfDay.slice(0, 2)) * 60 + Number(timeOfDay.slice(3));
}

function zoneOf(timeZone: string): IANAZone {
  const zone = IANAZone.create(timeZone);
  return zone.isValid ? zone : IANAZone.create('UTC');
}

function readClock(zone: IANAZone, atMs: number): Clock {
  const localMs = atMs + zone.offset(atMs) * MINUTE_MS;
  const day = Math.floor(localMs / DAY_MS);
  // 1970-01-01, day 0, was a Thursday.
  return { weekday: ((((day + 3) % 7) + 7) % 7) + 1, dayMs: localMs - day * DAY_MS };
}

/** The first instant in (fromMs, toMs] at which the zone's clock is set otherwise; null: it runs on. */
function nextJump(zone: IANAZone, fromMs: number, toMs: number): number | null {
  let before = fromMs;
  while (before < toMs) {
    // Clocks are never set twice within an hour.
    const after = Math.min(before + HOUR_MS, toMs);
    if (zone.offset(after) !== zone.offset(before)) return jumpBetween(zone, before, after);
    before = after;
  }
  return null;
}

function jumpBetween(zone: IANAZone, before: number, after: number): number {
  const offset = zone.offset(before);
  let [low, high] = [before, after];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zone.offset(middle) === offset) low = middle;
    else high = middle;
  }
  return high;
}
