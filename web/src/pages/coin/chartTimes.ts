import { TIMEFRAME_MS, type Timeframe } from '@ubot/market';
import { currentZone } from '../../lib/zone.ts';
import { currentLanguage } from '../../texts/i18n.ts';

const DAY_MS = 86_400_000;
const isDaily = (timeframe: Timeframe): boolean => TIMEFRAME_MS[timeframe] >= DAY_MS;

/** Days begin at 00:00 UTC whoever looks; within a day it is the user's own clock. */
export const zoneOf = (timeframe: Timeframe): string => (isDaily(timeframe) ? 'UTC' : currentZone());

const text = (atMs: number, timeframe: Timeframe, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(currentLanguage(), { ...options, timeZone: zoneOf(timeframe) }).format(atMs);

/** Below the axis: the time of day, and the day where one begins. */
export function tickText(atMs: number, timeframe: Timeframe): string {
  if (isDaily(timeframe)) return text(atMs, timeframe, { day: 'numeric', month: 'short' });
  const clock = text(atMs, timeframe, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return clock === '00:00' ? text(atMs, timeframe, { day: 'numeric', month: 'short' }) : clock;
}

/** Beside the crosshair. */
export const timeText = (atMs: number, timeframe: Timeframe): string =>
  text(atMs, timeframe, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    ...(!isDaily(timeframe) && { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' as const }),
  });
