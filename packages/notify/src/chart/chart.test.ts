import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { axisPrice, timeLabels } from './axes.ts';
import { CHART_SIZE } from './chart.ts';
import { exampleChart } from './chart.testing.ts';
import { createChartRenderer, type ChartEvent, type ChartRendererOptions } from './renderer.ts';
import { chartSvg } from './svg.ts';

describe('prices beside the axis', () => {
  test.each([
    [67_123.456, 500, '67123'],
    [67_123.456, 0.5, '67123.5'],
    [1.23456, 0.002, '1.235'],
    [0.000012347, 0.00000003, '0.00001235'],
    [0.000000000001234, 1e-15, '1.234e-12'],
    [0, 1e-15, '0'],
    [5, 0, '5'],
  ])('%d with steps of %d is %s', (value, step, text) => {
    expect(axisPrice(value, step)).toBe(text);
  });
});

describe('times below it', () => {
  const HOUR_MS = 3_600_000;
  const at = (...hours: number[]): number[] => hours.map((hour) => Date.UTC(2026, 9, 24, hour));

  test("are the user's, the day where a new one begins", () => {
    expect(timeLabels(at(18, 20, 22, 24), HOUR_MS, 'Europe/Paris')).toEqual(['20:00', '22:00', '25 Oct', '02:00']);
  });
  test('show the hour twice that the clocks go through twice', () => {
    expect(timeLabels(at(23, 24, 25), HOUR_MS, 'Europe/Paris')).toEqual(['01:00', '02:00', '02:00']);
  });
  test('are days where a candle is one', () => {
    expect(timeLabels(at(0, 24), 24 * HOUR_MS, 'UTC')).toEqual(['24 Oct', '25 Oct']);
  });
  test('are in UTC where the zone does not exist', () => {
    expect(timeLabels(at(18), HOUR_MS, 'Mars/Olympus')).toEqual(['18:00']);
  });
});

/** The texts of an SVG, in the order in which they were drawn. */
const textsOf = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => text);

describe('a chart', () => {
  test('names what it is of, and the price at which the alert is marked', () => {
    const chart = exampleChart();
    const texts = textsOf(chartSvg(chart));
    expect(texts).toEqual(
      expect.arrayContaining([chart.title, chart.subtitle, axisPrice(chart.alert.priceUsd, 1_000)]),
    );
    // The candle that closed at 15:00 in Paris opened at 14:00 there.
    expect(texts.filter((text) => /^\d\d:\d\d$/.test(text)).at(-1)).toBe('14:00');
  });

  test('shows a price of many zeros as it is', () => {
    const chart = exampleChart({}, 0.0000123);
    const shown = textsOf(chartSvg(chart)).filter((text) => /^0\.0000\d+$/.test(text));
    expect(shown.length).toBeGreaterThan(3);
  });

  test('is drawn of two candles, of a flat market, and where the alert is of the candle after the last', () => {
    const whole = exampleChart();
    const flat = { open: 5, high: 5, low: 5, close: 5 };
    for (const chart of [
      { ...whole, candles: whole.candles.slice(-2) },
      {
        ...whole,
        candles: whole.candles.map(({ openAtMs }) => ({ openAtMs, ...flat })),
        alert: { ...whole.alert, priceUsd: 5 },
      },
      { ...whole, alert: { ...whole.alert, atMs: whole.alert.atMs + 600_000 } },
    ]) {
      const svg = chartSvg(chart);
      expect(textsOf(svg)).toContain(chart.title);
      expect(svg).not.toContain('NaN');
    }
  });

  test('is never markup: a name is text, in signs that the font has, and cut where there is no more room', () => {
    const texts = textsOf(chartSvg(exampleChart({ title: `<script>&"比特币${'x'.repeat(100)}` })));
    expect(texts).toContainEqual(expect.stringMatching(/^&lt;script&gt;&amp;(&quot;|")BiTeBix+\.\.\.$/));
  });
});

/** What a PNG says of itself: width and height. */
const sizeOf = (png: Uint8Array | null) => {
  if (png === null) return null;
  const bytes = Buffer.from(png);
  expect(bytes.subarray(1, 4).toString('latin1')).toBe('PNG');
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
};

describe('the thread that draws', () => {
  const open: { close(): Promise<void> }[] = [];
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ubot-charts-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  afterEach(async () => {
    await Promise.all(open.splice(0).map((renderer) => renderer.close()));
  });

  const start = (options: Partial<ChartRendererOptions> = {}) => {
    const events: ChartEvent[] = [];
    const renderer = createChartRenderer({ nowMs: Date.now, onEvent: (event) => void events.push(event), ...options });
    open.push(renderer);
    return { renderer, events };
  };
  const workerOf = (name: string, text: string): URL => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return pathToFileURL(path);
  };
  const later = (): number => Date.now() + 60_000;

  test('makes pictures of the size that messengers show whole, the same of the same', async () => {
    const { renderer } = start();
    const [first, second] = await Promise.all([1, 2].map(() => renderer.render(exampleChart(), later())));
    expect(sizeOf(first ?? null)).toEqual(CHART_SIZE);
    expect(Buffer.from(first!).equals(Buffer.from(second!))).toBe(true);
    expect(first!.length).toBeLessThan(100_000);
  });

  test('begins none whose time has passed, and takes no more than may wait', async () => {
    const hangs = workerOf('hangs.mjs', 'setInterval(() => {}, 1_000);');
    const { renderer } = start({ workerFile: hangs, queueLimit: 2 });
    const drawing = renderer.render(exampleChart(), later());
    const waiting = [renderer.render(exampleChart(), later()), renderer.render(exampleChart(), later())];
    expect(renderer.hasRoom()).toBe(false);
    expect(await renderer.render(exampleChart(), later())).toBeNull();
    await renderer.close();
    expect(await Promise.all([drawing, ...waiting])).toEqual([null, null, null]);
    const { renderer: another } = start();
    expect(await another.render(exampleChart(), Date.now() - 1)).toBeNull();
  });

  test('is ended when it hangs, with all that waits, and begun again only after a rest', async () => {
    const clock = { nowMs: 1_000_000 };
    const hangs = workerOf('hangs2.mjs', 'for (;;);');
    const { renderer, events } = start({ workerFile: hangs, drawLimitMs: 300, nowMs: () => clock.nowMs });
    const notAfterMs = clock.nowMs + 600_000;
    expect(await Promise.all([1, 2].map(() => renderer.render(exampleChart(), notAfterMs)))).toEqual([null, null]);
    expect(events).toEqual([{ event: 'chart.thread_ended', reason: 'too_slow' }]);
    clock.nowMs += 29_999;
    expect(renderer.hasRoom()).toBe(false);
    clock.nowMs += 1;
    expect(renderer.hasRoom()).toBe(true);
  });

  test.each([
    ['cannot be loaded', 'throw new Error("no");'],
    [
      'ends by itself',
      'import { parentPort } from "node:worker_threads"; parentPort.on("message", () => process.exit(1));',
    ],
    [
      'eats its memory',
      'import { parentPort } from "node:worker_threads"; parentPort.on("message", () => { const kept = []; for (;;) kept.push({ n: kept.length }); });',
    ],
  ])('that %s costs the picture and nothing else', async (name, text) => {
    const { renderer, events } = start({ workerFile: workerOf(`${name.replaceAll(' ', '-')}.mjs`, text) });
    expect(await renderer.render(exampleChart(), later())).toBeNull();
    expect(events).toEqual([{ event: 'chart.thread_ended', reason: 'failed' }]);
  });

  test('that has nothing to do ends, and the next chart begins another', async () => {
    const { renderer, events } = start({ idleLimitMs: 1 });
    expect(sizeOf(await renderer.render(exampleChart(), later()))).toEqual(CHART_SIZE);
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    expect(sizeOf(await renderer.render(exampleChart(), later()))).toEqual(CHART_SIZE);
    expect(events).toEqual([]);
  });
});
