const MOST_DECIMALS = 8;

/**
 * A price for an axis on which two neighbours are `step` apart: `67100`, `0.0000123`.
 *
 * Edges: where that takes more than eight decimals the exponent is written: `1.234e-12`.
 */
export function axisPrice(value: number, step: number): string {
  if (!(step > 0)) return String(value);
  const decimals = Math.max(0, -Math.floor(Math.log10(step)));
  if (decimals <= MOST_DECIMALS) return value.toFixed(decimals);
  return value === 0 ? '0' : value.toExponential(3);
}

const DAY_MS = 86_400_000;

/**
 * Labels for the times of a chart's places: the clock, and the day where a new one begins; days only where a candle is
 * a day or longer.
 *
 * Edges: a time zone that does not exist is UTC.
 */
export function timeLabels(timesMs: readonly number[], candleMs: number, timeZone: string): readonly string[] {
  const days = format({ month: 'short', day: 'numeric' }, timeZone);
  if (candleMs >= DAY_MS) return timesMs.map((atMs) => days.format(atMs));
  const clock = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, timeZone);
  let last = '';
  return timesMs.map((atMs) => {
    const day = days.format(atMs);
    const isNew = last !== '' && day !== last;
    last = day;
    return isNew ? day : clock.format(atMs);
  });
}

function format(shown: Intl.DateTimeFormatOptions, timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-GB', { ...shown, timeZone });
  } catch {
    return new Intl.DateTimeFormat('en-GB', { ...shown, timeZone: 'UTC' });
  }
}
