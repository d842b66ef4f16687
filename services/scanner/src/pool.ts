import { fileURLToPath } from 'node:url';
import type { SliceResult, SliceTask } from '@ubot/engine';
import { Piscina } from 'piscina';

export interface SlicePool {
  /**
   * Runs all tasks, in as many threads as there are, and resolves with their answers when every one has ended.
   *
   * Errors: throws when a task failed or took longer than the limit. Its thread is then ended and another one started;
   *         the memory that the tasks share is half-written and must not be used again.
   */
  run(tasks: readonly SliceTask[]): Promise<SliceResult[][]>;
  close(): Promise<void>;
}

export interface SlicePoolOptions {
  workers: number;
  taskLimitMs: number;
  /** Another file than the built worker, for tests of what happens when a worker misbehaves. */
  workerFile?: URL;
}

// From src as well as from dist: threads cannot load TypeScript, so it is always the built file.
const WORKER_FILE = new URL('../dist/worker.js', import.meta.url);
// Longer than any poll interval, so that a thread keeps what it has laid out from one snapshot to the next.
const IDLE_LIMIT_MS = 30 * 60_000;
// Threads hold views of shared memory and little else.
const WORKER_LIMITS = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 8 };

export function createSlicePool(options: SlicePoolOptions): SlicePool {
  const pool = new Piscina<SliceTask, SliceResult[]>({
    filename: fileURLToPath(options.workerFile ?? WORKER_FILE),
    name: 'runSlice',
    // Threads come when there is work for them: few coins need one.
    minThreads: 0,
    maxThreads: options.workers,
    idleTimeout: IDLE_LIMIT_MS,
    resourceLimits: WORKER_LIMITS,
    // Not those of this process: under a TypeScript loader they would make the thread look for sources.
    execArgv: [],
  });

  const running = new Set<Promise<unknown>>();

  const runOne = async (task: SliceTask): Promise<SliceResult[]> => {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), options.taskLimitMs);
    try {
      return await pool.run(task, { signal: abort.signal });
    } catch (error) {
      if (!abort.signal.aborted) throw error;
      throw new Error(`A worker took longer than ${options.taskLimitMs} ms and was ended.`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    async run(tasks) {
      const all = Promise.allSettled(tasks.map(runOne));
      running.add(all);
      const outcomes = await all.finally(() => running.delete(all));
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    },
    async close() {
      // Node itself may abort when a thread is ended while it loads its code; none of them takes longer than the limit.
      await Promise.all(running);
      await pool.close({ force: true });
    },
  };
}
