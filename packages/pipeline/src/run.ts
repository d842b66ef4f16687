import type { Result } from '@ubot/contracts';
import { failed, type Answer, type Module, type PipelineEvent } from './types.ts';

export interface RunOptions<Item, Outcome> {
  readonly module: Module<Item, Outcome>;
  readonly item: Item;
  /** Aborted when whoever submitted the item no longer wants it. */
  readonly outer: AbortSignal | undefined;
  readonly timeLimitMs: number;
  readonly tell: (event: PipelineEvent) => void;
  /** The module was left behind unfinished (+1), or such a run has ended after all (-1). */
  readonly onAbandoned: (change: 1 | -1) => void;
}

export interface RunEnd<Outcome> {
  readonly by: 'answer' | 'time-limit' | 'withdrawal';
  readonly answer: Answer<Outcome>;
}

/** Runs a module until it answers, its time is over or the item is withdrawn, whichever is first. Never rejects. */
export function runModule<Item, Outcome>(options: RunOptions<Item, Outcome>): Promise<RunEnd<Outcome>> {
  const { module, outer, timeLimitMs } = options;
  const controller = new AbortController();
  return new Promise((resolve) => {
    let isOpen = true;
    const end = (by: RunEnd<Outcome>['by'], answer: Answer<Outcome>) => {
      if (!isOpen) {
        if (by === 'answer') options.onAbandoned(-1);
        return;
      }
      isOpen = false;
      clearTimeout(timer);
      outer?.removeEventListener('abort', withdraw);
      resolve({ by, answer });
      if (by === 'answer') return;
      options.onAbandoned(1);
      controller.abort(new Error(by));
    };
    const timer = setTimeout(() => {
      options.tell({ event: 'module.timed-out', module: module.name, timeLimitMs });
      const detail = `Module "${module.name}" did not finish within ${timeLimitMs} ms.`;
      end('time-limit', failed('MODULE_TIMED_OUT', detail));
    }, timeLimitMs);
    const withdraw = () => end('withdrawal', withdrawn(module.name));
    outer?.addEventListener('abort', withdraw, { once: true });
    const answer = async () => end('answer', await callSafely(options, controller.signal));
    void answer();
  });
}

export function withdrawn(moduleName: string): Result<never> {
  return failed('MODULE_TIMED_OUT', `The item was withdrawn from module "${moduleName}" before it finished.`);
}

async function callSafely<Item, Outcome>(
  options: RunOptions<Item, Outcome>,
  signal: AbortSignal,
): Promise<Answer<Outcome>> {
  const { module } = options;
  try {
    return await module.process(options.item, { signal });
  } catch (error) {
    options.tell({ event: 'module.threw', module: module.name, detail: textOf(error) });
    return failed('INTERNAL', `Module "${module.name}" failed unexpectedly.`);
  }
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
