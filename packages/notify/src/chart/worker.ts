import { setPriority } from 'node:os';
import { platform } from 'node:process';
import { parentPort } from 'node:worker_threads';
import type { AlertChart } from './chart.ts';
import { createPainter } from './png.ts';
import { chartSvg } from './svg.ts';

/** What this thread is asked, one at a time, and what it answers; null: it could not be drawn. */
export interface DrawRequest {
  readonly chart: AlertChart;
}
export interface DrawAnswer {
  readonly png: Uint8Array | null;
}

/** On Linux a thread has a priority of its own: pictures are drawn when nothing else is to be done. */
const PICTURES_CAN_WAIT = 5;
try {
  if (platform === 'linux') setPriority(0, PICTURES_CAN_WAIT);
} catch {
  // Without the right to it they are drawn like anything else.
}

const paint = await createPainter();

parentPort?.on('message', ({ chart }: DrawRequest) => {
  let png: Uint8Array | null = null;
  try {
    png = paint(chartSvg(chart));
  } catch {
    // One chart that cannot be drawn must not end the thread.
  }
  parentPort?.postMessage({ png } satisfies DrawAnswer);
});
