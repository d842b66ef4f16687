import { TIMEFRAMES, type Timeframe } from '@ubot/contracts';

export { TIMEFRAMES, type Timeframe };

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Length of each timeframe. Each is a whole multiple of the one before it, so that candles nest. */
export const TIMEFRAME_MS: Readonly<Record<Timeframe, number>> = {
  '1m': MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '30m': 30 * MINUTE_MS,
  '1h': HOUR_MS,
  '4h': 4 * HOUR_MS,
  '12h': 12 * HOUR_MS,
  '1d': DAY_MS,
  '1w': 7 * DAY_MS,
};

// 1970-01-01 was a Thursday; the first Monday is 1970-01-05. Every shorter timeframe divides four days, so one origin
// serves all nine.
const FIRST_MONDAY_MS = 4 * DAY_MS;

/**
 * When the candle that holds an instant opens. A tick at exactly 10:01:00.000 belongs to the candle 10:01.
 *
 * Units:  epoch milliseconds, UTC; no time zones and no summer time anywhere.
 * Edges:  a day begins at 00:00 UTC, a week on Monday 00:00 UTC; instants before 1970 work too.
 */
export function timeframeOpenMs(timeframe: Timeframe, atMs: number): number {
  const lengthMs = TIMEFRAME_MS[timeframe];
  return Math.floor((atMs - FIRST_MONDAY_MS) / lengthMs) * lengthMs + FIRST_MONDAY_MS;
}

/** When a candle that opened at `openAtMs` closes: the first instant that no longer belongs to it. */
export function timeframeCloseMs(timeframe: Timeframe, openAtMs: number): number {
  return openAtMs + TIMEFRAME_MS[timeframe];
}

/** The given timeframes, each once, shortest first. */
export function shortestFirst(timeframes: readonly Timeframe[]): Timeframe[] {
  return TIMEFRAMES.filter((timeframe) => timeframes.includes(timeframe));
}
