import type { Result } from '@ubot/contracts';
import { failed, type Answer, type ProcessContext } from '../types.ts';
import { resolveModule } from './resolve.ts';
import { startThread, type Thread, type ThreadEnd, type ThreadLimits } from './thread.ts';

export type ModuleThreadEvent =
  | { readonly event: 'module.said'; readonly module: string; readonly text: string }
  | {
      readonly event: 'module.ended';
      readonly module: string;
      readonly why: ThreadEnd;
      readonly detail: string;
      readonly restMs: number;
    }
  | { readonly event: 'module.restarted'; readonly module: string };

export interface ModuleThreadOptions {
  readonly name: string;
  /** A package's name, or a path that begins with `.` or `/`. */
  readonly module: string;
  /** Where the module is looked for. */
  readonly folder: string;
  readonly options: unknown;
  readonly env?: Readonly<Record<string, string>>;
  readonly limits?: Partial<ThreadLimits>;
  readonly nowMs: () => number;
  readonly onEvent: (event: ModuleThreadEvent) => void;
}

/** A module of somebody else's, in a thread of its own that is started anew whenever it has to be ended. */
export interface ModuleThread {
  readonly name: string;
  /** What its config said it can handle: unchecked data. */
  readonly handles: unknown;
  /** The functions that it has beside config. */
  readonly verbs: readonly string[];
  /**
   * Hands one item to a function of the module.
   *
   * Errors: MODULE_ENDED when the thread was ended meanwhile (nobody knows how far it came), MODULE_ANSWER_INVALID,
   *         CIRCUIT_OPEN while it rests (nothing was tried). Rejects when the module threw.
   */
  call(verb: string, item: unknown, context: ProcessContext): Promise<Answer<unknown>>;
  /** How often the thread has been ended so far, and whether it takes items now. */
  state(): { readonly ends: number; readonly takes: boolean };
  close(): Promise<void>;
}

const LIMITS: ThreadLimits = {
  memoryMb: 128,
  startMs: 10_000,
  silentMs: 3_000,
  graceMs: 1_000,
  messagesPerSecond: 200,
  answerChars: 64 * 1024,
  restMs: 1_000,
};
/** While it loads after a rest, items are told to come again so soon. */
const RETRY_AT_LEAST_MS = 250;
const REST_AT_MOST_MS = 60_000;
/** A life as long as this counts as healthy: the rest after it is the first again. */
const HEALTHY_MS = 60_000;

/**
 * Starts a module of somebody else's in a worker thread of its own, which speaks by messages only.
 *
 * Edges:  it is ended when it hangs, loops, throws outside an item, exits, floods or outgrows its memory; it starts again
 *         after a rest that doubles from a second to a minute.
 * Errors: CONFIG_INVALID when there is no such module, it has the wrong shape, or its config refuses the options.
 */
export async function startModuleThread(given: ModuleThreadOptions): Promise<Result<ModuleThread>> {
  const { name, nowMs, onEvent } = given;
  const limits = { ...LIMITS, ...given.limits };
  const refused = (why: string) => failed('CONFIG_INVALID', `Module "${name}" (${given.module}): ${why}.`);
  const url = resolveModule(given.module, given.folder);
  if (url === null) return refused(`there is no such file or package in ${given.folder}`);
  let isClosed = false;
  let isReady = false;
  let ends = 0;
  let { restMs } = limits;
  let restUntilMs = 0;
  let startedAtMs = nowMs();
  let timer: NodeJS.Timeout | null = null;
  let thread = start();

  function start(): Thread {
    startedAtMs = nowMs();
    const onSaid = (text: string) => onEvent({ event: 'module.said', module: name, text });
    const { options, env = {} } = given;
    return startThread({ name, url: url ?? '', options, env, limits, onSaid, onEnd });
  }

  function onEnd(why: ThreadEnd, detail: string): void {
    if (isClosed || !isReady) return;
    ends += 1;
    restMs = nowMs() - startedAtMs >= HEALTHY_MS ? limits.restMs : restMs;
    restUntilMs = nowMs() + restMs;
    onEvent({ event: 'module.ended', module: name, why, detail, restMs });
    timer = setTimeout(() => void restart(), restMs);
    timer.unref();
    restMs = Math.min(restMs * 2, REST_AT_MOST_MS);
  }

  async function restart(): Promise<void> {
    thread = start();
    if ((await thread.ready).ok) onEvent({ event: 'module.restarted', module: name });
  }

  const ready = await thread.ready;
  if (!ready.ok) return refused(ready.failure.detail);
  isReady = true;
  return {
    ok: true,
    value: {
      name,
      ...ready.value,
      async call(verb, item, { signal }) {
        const waitMs = restUntilMs - nowMs();
        // While it loads, items wait for it; their own time limit ends that.
        const current = thread;
        if (waitMs <= 0 && current.takes() && (await current.ready).ok && !signal.aborted) {
          return current.call(verb, item, signal);
        }
        const detail = `Module "${name}" had to be ended and starts anew.`;
        return failed('CIRCUIT_OPEN', detail, Math.max(waitMs, RETRY_AT_LEAST_MS));
      },
      state: () => ({ ends, takes: restUntilMs <= nowMs() && thread.takes() }),
      async close() {
        isClosed = true;
        if (timer !== null) clearTimeout(timer);
        await thread.end('closed', 'uBot stops');
      },
    },
  };
}
