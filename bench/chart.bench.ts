import { createChartRenderer, type AlertChart } from '@ubot/notify';
import { median, percentile, type Bench } from './lib/bench.ts';

const HOUR_MS = 3_600_000;
const PICTURES = 200;
const AT_ONCE = 100;

/** Sixty hourly candles; no two charts are alike. */
function chartOf(n: number): AlertChart {
  const endMs = Date.UTC(2026, 10, 21, 14);
  let last = 67_000 + n;
  const candles = Array.from({ length: 60 }, (_, at) => {
    const open = last;
    const close = open * (1 + 0.008 * Math.sin(at * 1.7 + n));
    last = close;
    const openAtMs = endMs - (60 - at) * HOUR_MS;
    return { openAtMs, open, close, high: Math.max(open, close) * 1.003, low: Math.min(open, close) * 0.997 };
  });
  return {
    title: `BTC: Dip ${n}`,
    subtitle: '1h candles until 2026-11-21 15:00 GMT+1',
    candles,
    candleMs: HOUR_MS,
    alert: { atMs: endMs, priceUsd: last },
    timeZone: 'Europe/Paris',
  };
}

/** How late this thread's timers were at most while something else went on. */
async function stallMs(during: () => Promise<unknown>): Promise<number> {
  let lateMs = 0;
  let lastMs = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    lateMs = Math.max(lateMs, now - lastMs - 5);
    lastMs = now;
  }, 5);
  await during();
  clearInterval(timer);
  return lateMs;
}

export const bench: Bench = {
  name: 'chart',
  about: 'the chart of an alert: from its candles to a PNG, in its thread',
  async run({ log }) {
    const renderer = createChartRenderer({ nowMs: Date.now, onEvent: (event) => log(event.event) });
    const timed = async (n: number): Promise<{ ms: number; bytes: number }> => {
      const startedAtMs = performance.now();
      const png = await renderer.render(chartOf(n), Date.now() + 60_000);
      if (png === null) throw new Error('a chart could not be drawn');
      return { ms: performance.now() - startedAtMs, bytes: png.length };
    };
    const rssBefore = process.memoryUsage.rss();
    const first = await timed(0);
    log(`the first, with its thread: ${first.ms.toFixed(0)} ms`);
    const drawn: { ms: number; bytes: number }[] = [];
    const lateMs = await stallMs(async () => {
      for (let n = 1; n <= PICTURES; n += 1) drawn.push(await timed(n));
    });
    const ms = drawn.map((each) => each.ms);
    const memoryMb = (process.memoryUsage.rss() - rssBefore) / 2 ** 20;
    const startedAtMs = performance.now();
    const burst = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, n) => renderer.render(chartOf(n), Date.now() + 800)),
    );
    const burstMs = performance.now() - startedAtMs;
    await renderer.close();
    const p95 = percentile(ms, 95);
    const without = burst.filter((png) => png === null).length;
    return {
      name: 'chart',
      figures: [
        { label: 'one chart, median', value: median(ms), unit: 'ms', goal: '≤ 200', ok: median(ms) <= 200 },
        { label: 'one chart, p95', value: p95, unit: 'ms', goal: '≤ 500', ok: p95 <= 500 },
        { label: 'the first, with its thread', value: first.ms, unit: 'ms', goal: '—', ok: true },
        { label: 'timers late meanwhile, worst', value: lateMs, unit: 'ms', goal: '≤ 250', ok: lateMs <= 250 },
        { label: 'size', value: median(drawn.map(({ bytes }) => bytes)) / 1_024, unit: 'KB', goal: '≤ 100', ok: true },
        { label: 'memory of the thread', value: memoryMb, unit: 'MB', goal: '≤ 300', ok: memoryMb <= 300 },
        { label: `of ${AT_ONCE} at once, without a picture`, value: without, unit: '', goal: '—', ok: true },
        { label: `${AT_ONCE} at once, all answered`, value: burstMs, unit: 'ms', goal: '≤ 2000', ok: burstMs <= 2_000 },
      ],
    };
  },
};
