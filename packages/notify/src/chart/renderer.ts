import { Worker } from 'node:worker_threads';
import type { AlertChart } from './chart.ts';
import type { DrawAnswer, DrawRequest } from './worker.ts';

export interface ChartRenderer {
  /** A PNG; null: too many are waiting, its time has passed before it was begun, or it could not be drawn. Never throws. */
  render(chart: AlertChart, notAfterMs: number): Promise<Uint8Array | null>;
  /** Whether one more would be drawn, or wait its turn: where not, nobody need look for its candles. */
  hasRoom(): boolean;
  /** Begins the thread ahead of the first chart, which would wait for it. */
  warm(): void;
  /** Ends the thread; what waits gets null. */
  close(): Promise<void>;
}

export interface ChartRendererOptions {
  readonly nowMs: () => number;
  readonly onEvent: (event: ChartEvent) => void;
  /** Charts that may wait for the one that is being drawn. */
  readonly queueLimit?: number;
  /** A thread that takes longer for one chart is ended. */
  readonly drawLimitMs?: number;
  /** A thread that has had nothing to do for so long is ended: it holds two hundred megabytes. */
  readonly idleLimitMs?: number;
  /** Another file than the built worker, for tests of what happens when it misbehaves. */
  readonly workerFile?: URL;
}

export type ChartEvent = { readonly event: 'chart.thread_ended'; readonly reason: 'failed' | 'too_slow' };

// From src as well as from dist: threads cannot load TypeScript, so it is always the built file.
const WORKER_FILE = new URL('../../dist/chart/worker.js', import.meta.url);
const QUEUE_LIMIT = 16;
const DRAW_LIMIT_MS = 10_000;
const IDLE_LIMIT_MS = 60 * 60_000;
/** After a thread that failed none is begun for so long. */
const REST_MS = 30_000;
const MEMORY = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 };

interface Waiting {
  readonly chart: AlertChart;
  readonly notAfterMs: number;
  readonly resolve: (png: Uint8Array | null) => void;
}

/**
 * Draws charts in a thread of its own, one at a time, so that sending never waits for a processor that draws. The thread
 * begins with the first chart, or when it is warmed.
 *
 * Edges: a thread that fails or hangs is ended, with the chart it was drawing; the next one begins half a minute later.
 */
export function createChartRenderer(options: ChartRendererOptions): ChartRenderer {
  const { nowMs, queueLimit = QUEUE_LIMIT, drawLimitMs = DRAW_LIMIT_MS, idleLimitMs = IDLE_LIMIT_MS } = options;
  const queue: Waiting[] = [];
  let worker: Worker | null = null;
  let drawing: Waiting | null = null;
  let timer: NodeJS.Timeout | undefined;
  let restUntilMs = -Infinity;
  let closed = false;

  const after = (ms: number, act: () => void): void => {
    clearTimeout(timer);
    timer = setTimeout(act, ms);
    timer.unref();
  };

  /** Ends the thread. What it was drawing is not drawn again: it may be what ended it. */
  const end = async (reason: ChartEvent['reason'] | null): Promise<void> => {
    const ended = worker;
    worker = null;
    clearTimeout(timer);
    drawing?.resolve(null);
    drawing = null;
    if (reason !== null) {
      restUntilMs = nowMs() + REST_MS;
      for (const { resolve } of queue.splice(0)) resolve(null);
      options.onEvent({ event: 'chart.thread_ended', reason });
    }
    await ended?.terminate();
  };

  const begin = (): Worker => {
    const begun = new Worker(options.workerFile ?? WORKER_FILE, {
      name: 'ubot-charts',
      env: {},
      argv: [],
      // Not those of this process, which may name a loader.
      execArgv: [],
      resourceLimits: MEMORY,
    });
    begun.unref();
    begun.on('message', ({ png }: DrawAnswer) => {
      if (worker !== begun) return;
      drawing?.resolve(png);
      drawing = null;
      next();
    });
    const failed = (): void => {
      if (worker === begun) void end('failed');
    };
    begun.on('error', failed);
    begun.on('exit', failed);
    return begun;
  };

  const next = (): void => {
    if (drawing !== null) return;
    const waiting = queue.shift();
    if (waiting === undefined) {
      if (worker !== null) after(idleLimitMs, () => void end(null));
      return;
    }
    if (nowMs() > waiting.notAfterMs) {
      waiting.resolve(null);
      return next();
    }
    worker ??= begin();
    drawing = waiting;
    worker.postMessage({ chart: waiting.chart } satisfies DrawRequest);
    after(drawLimitMs, () => void end('too_slow'));
  };

  const hasRoom = (): boolean => !closed && queue.length < queueLimit && nowMs() >= restUntilMs;

  return {
    hasRoom,
    warm() {
      if (closed || worker !== null) return;
      worker = begin();
      after(idleLimitMs, () => void end(null));
    },
    render(chart, notAfterMs) {
      if (!hasRoom()) return Promise.resolve(null);
      return new Promise((resolve) => {
        queue.push({ chart, notAfterMs, resolve });
        next();
      });
    },
    async close() {
      closed = true;
      for (const { resolve } of queue.splice(0)) resolve(null);
      await end(null);
    },
  };
}
