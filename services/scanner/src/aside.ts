import { fileURLToPath } from 'node:url';
import { UbotError, type ErrorCode } from '@ubot/contracts';
import { Piscina } from 'piscina';
import type { PreviewFound, PreviewJob } from './preview.ts';
import type { PastJob, PastJudged } from './rerun.ts';

/** Questions that are answered by evaluating once more, away from the thread that follows the market. */
export interface Aside {
  /** null: no snapshot yet. Errors: ANSWER_TOO_SLOW, DATABASE_UNAVAILABLE. */
  preview(job: PreviewJob): Promise<PreviewFound | null>;
  /** null: not even the candle is stored (any more). Errors: as `preview`. */
  judgePast(job: PastJob): Promise<PastJudged | null>;
  close(): Promise<void>;
}

/** What every thread is given at its start. */
export interface AsideData {
  readonly connectionString: string;
}

export type AsideAnswer<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly code: ErrorCode };

export interface AsideOptions extends AsideData {
  /** A question that takes longer is given up, and its thread ended. */
  readonly limitMs: number;
}

// From src as well as from dist: threads cannot load TypeScript, so it is always the built file.
const WORKER_FILE = new URL('../dist/asideWorker.js', import.meta.url);
const IDLE_LIMIT_MS = 5 * 60_000;
// The engine's columns are shared memory and do not count; this is for the rows that fill them.
const WORKER_LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 32 };

/** A thread for previews and one for the past, so that neither waits for the other; each is started when it is needed. */
export function createAside(options: AsideOptions): Aside {
  const [now, past] = [createThread(options), createThread(options)];
  return {
    preview: (job) => now.ask('preview', job),
    judgePast: (job) => past.ask('judgePast', job),
    async close() {
      await Promise.all([now.close(), past.close()]);
    },
  };
}

/** Errors of `ask`: ANSWER_TOO_SLOW, and those that the thread tells. Ask one thing at a time. */
function createThread({ connectionString, limitMs }: AsideOptions) {
  const data: AsideData = { connectionString };
  const pool = new Piscina({
    filename: fileURLToPath(WORKER_FILE),
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: IDLE_LIMIT_MS,
    workerData: data,
    resourceLimits: WORKER_LIMITS,
    // Not those of this process: under a TypeScript loader they would make the thread look for sources.
    execArgv: [],
  });
  let loading: Promise<unknown> = Promise.resolve();
  return {
    async ask<T>(name: 'preview' | 'judgePast', job: object): Promise<T> {
      // A thread that has to load its code first is not slow at answering.
      loading = pool.run(null, { name: 'ready' });
      await loading;
      const abort = new AbortController();
      const timer = setTimeout(() => abort.abort(), limitMs);
      try {
        const answer = (await pool.run(job, { name, signal: abort.signal })) as AsideAnswer<T>;
        if (!answer.ok) throw new UbotError(answer.code);
        return answer.value;
      } catch (error) {
        if (abort.signal.aborted) throw new UbotError('ANSWER_TOO_SLOW', undefined, { cause: error });
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
    async close() {
      // Node itself may abort when a thread is ended while it loads its code.
      await loading.catch(() => {});
      await pool.close({ force: true });
    },
  };
}
