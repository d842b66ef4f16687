import type { Logger } from './logger.ts';

/** Start and stop are a pair: what is started registers its stop here; stops run in reverse order. */
export interface Lifecycle {
  onStop(name: string, stop: () => Promise<void> | void): void;
  /** Runs every stop once, the newest first; a stop that fails or takes too long is logged and does not keep the rest. */
  stop(): Promise<void>;
}

const STOP_LIMIT_MS = 15_000;

export function createLifecycle(logger: Logger, options: { stopLimitMs?: number } = {}): Lifecycle {
  const stops: { name: string; stop: () => Promise<void> | void }[] = [];
  const limitMs = options.stopLimitMs ?? STOP_LIMIT_MS;
  let stopping: Promise<void> | null = null;

  const runAll = async (): Promise<void> => {
    for (let entry = stops.pop(); entry !== undefined; entry = stops.pop()) {
      try {
        await withTimeLimit(Promise.resolve(entry.stop()), limitMs);
      } catch (error) {
        logger.error({ event: 'lifecycle.stop_failed', part: entry.name, error });
      }
    }
  };

  return {
    onStop(name, stop) {
      stops.push({ name, stop });
    },
    stop() {
      stopping ??= runAll();
      return stopping;
    },
  };
}

/** The promise's outcome, or an error once `limitMs` have passed. The work itself is not ended. */
export async function withTimeLimit<T>(work: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`did not finish within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
