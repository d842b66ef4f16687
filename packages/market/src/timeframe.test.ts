import { describe, expect, it } from 'vitest';
import { TIMEFRAMES, TIMEFRAME_MS, shortestFirst, timeframeCloseMs, timeframeOpenMs } from './timeframe.ts';

const at = (text: string) => Date.parse(text);

describe('the borders of every timeframe', () => {
  it.each([
    ['1m', '2024-02-29T10:01:00.000Z', '2024-02-29T10:02:00.000Z'],
    ['5m', '2024-02-29T10:05:00.000Z', '2024-02-29T10:10:00.000Z'],
    ['15m', '2024-02-29T10:45:00.000Z', '2024-02-29T11:00:00.000Z'],
    ['30m', '2024-02-29T10:30:00.000Z', '2024-02-29T11:00:00.000Z'],
    ['1h', '2024-02-29T23:00:00.000Z', '2024-03-01T00:00:00.000Z'],
    ['4h', '2024-02-29T20:00:00.000Z', '2024-03-01T00:00:00.000Z'],
    ['12h', '2024-02-29T12:00:00.000Z', '2024-03-01T00:00:00.000Z'],
    ['1d', '2024-02-29T00:00:00.000Z', '2024-03-01T00:00:00.000Z'],
    ['1w', '2024-02-26T00:00:00.000Z', '2024-03-04T00:00:00.000Z'],
  ] as const)('%s: %s to %s', (timeframe, open, close) => {
    const openAtMs = at(open);
    const closeAtMs = at(close);
    expect(timeframeCloseMs(timeframe, openAtMs)).toBe(closeAtMs);
    expect(timeframeOpenMs(timeframe, openAtMs)).toBe(openAtMs);
    expect(timeframeOpenMs(timeframe, openAtMs - 1)).toBe(openAtMs - TIMEFRAME_MS[timeframe]);
    expect(timeframeOpenMs(timeframe, closeAtMs - 1)).toBe(openAtMs);
    expect(timeframeOpenMs(timeframe, closeAtMs)).toBe(closeAtMs);
  });

  it('puts a tick at exactly 10:01:00.000 into the candle 10:01', () => {
    expect(timeframeOpenMs('1m', at('2026-11-21T10:01:00.000Z'))).toBe(at('2026-11-21T10:01:00.000Z'));
    expect(timeframeOpenMs('1m', at('2026-11-21T10:00:59.999Z'))).toBe(at('2026-11-21T10:00:00.000Z'));
  });

  it('begins a week on Monday 00:00 UTC, also around the turn of a year and before 1970', () => {
    expect(timeframeOpenMs('1w', at('2026-11-22T23:59:59.999Z'))).toBe(at('2026-11-16T00:00:00Z'));
    expect(timeframeOpenMs('1w', at('2026-11-23T00:00:00.000Z'))).toBe(at('2026-11-23T00:00:00Z'));
    expect(timeframeOpenMs('1w', at('2027-01-01T00:00:00Z'))).toBe(at('2026-12-28T00:00:00Z'));
    expect(timeframeOpenMs('1w', 0)).toBe(at('1969-12-29T00:00:00Z'));
    expect(timeframeOpenMs('1d', -1)).toBe(at('1969-12-31T00:00:00Z'));
  });
});

describe('the timeframes', () => {
  it('nest: each is a whole multiple of the one before, and opens where one of those opens', () => {
    for (let i = 1; i < TIMEFRAMES.length; i++) {
      const [shorter, longer] = [TIMEFRAMES[i - 1]!, TIMEFRAMES[i]!];
      expect(TIMEFRAME_MS[longer] % TIMEFRAME_MS[shorter]).toBe(0);
      const openAtMs = timeframeOpenMs(longer, at('2026-11-21T13:37:42.123Z'));
      expect(timeframeOpenMs(shorter, openAtMs)).toBe(openAtMs);
    }
  });

  it('come out shortest first and once each', () => {
    expect(shortestFirst(['1w', '1m', '1h', '1m'])).toEqual(['1m', '1h', '1w']);
  });
});
