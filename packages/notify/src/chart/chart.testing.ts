import type { AlertChart } from './chart.ts';

const HOUR_MS = 3_600_000;
const END_MS = Date.UTC(2026, 10, 21, 14);

/** Sixty hourly candles that wander about a price, two of them missing; the last closes as the alert comes. */
export function exampleChart(changes: Partial<AlertChart> = {}, price = 67_000): AlertChart {
  let last = price;
  const candles = Array.from({ length: 60 }, (_, at) => {
    const open = last;
    const close = open * (1 + 0.008 * Math.sin(at * 1.7) - 0.0005);
    last = close;
    const openAtMs = END_MS - (60 - at) * HOUR_MS;
    return { openAtMs, open, close, high: Math.max(open, close) * 1.003, low: Math.min(open, close) * 0.997 };
  }).filter((_, at) => at !== 30 && at !== 31);
  return {
    title: 'BTC: Dip',
    subtitle: '1h candles until 2026-11-21 15:00 GMT+1',
    candles,
    candleMs: HOUR_MS,
    alert: { atMs: END_MS, priceUsd: last },
    timeZone: 'Europe/Paris',
    ...changes,
  };
}
