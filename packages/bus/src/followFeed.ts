import type { Topic } from '@ubot/contracts';
import type { Bus } from './bus.ts';

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

export interface Feed {
  /** Ends the following; resolves when the item in hand is done with. */
  stop(): Promise<void>;
  /** Position of the last item handled. */
  position(): string;
}

export interface FeedOptions<Item> {
  bus: Pick<Bus, 'listen'>;
  topic: Topic;
  /** Position of the last item handled before. */
  from: string;
  /** The items after a position, oldest first; as many as are convenient, none when there are none. */
  read(after: string): Promise<Item[]>;
  positionOf(item: Item): string;
  handle(item: Item): Promise<void>;
  /** How often to look although nobody called. */
  idleCheckMs: number;
  onError(error: unknown): void;
}

/**
 * Handles every item of an append-only list once, in order: reads on from the last handled position at each wake-up of
 * the topic and every `idleCheckMs`. One item at a time.
 *
 * Errors: an error of `read` or `handle` goes to `onError`, and the reading begins again at the item that failed, after
 *         100 ms, then twice as long each time up to 5 s. Nothing is skipped. `handle` may therefore see an item again
 *         whose handling failed halfway.
 */
export function followFeed<Item>(options: FeedOptions<Item>): Feed {
  const { bus, topic, read, positionOf, handle, idleCheckMs, onError } = options;
  const pause = createPause();
  let position = options.from;
  let stopped = false;
  let retryMs = FIRST_RETRY_MS;

  /** Handles what there is; false when there was nothing. */
  const takeAll = async (): Promise<boolean> => {
    const items = await read(position);
    for (const item of items) {
      if (stopped) return true;
      const next = positionOf(item);
      if (next === position) throw new Error(`The feed gave position ${next} again; it must read after it.`);
      await handle(item);
      position = next;
      retryMs = FIRST_RETRY_MS;
    }
    return items.length > 0;
  };

  const run = async (): Promise<void> => {
    for (;;) {
      if (stopped) return;
      pause.clear();
      try {
        if (!(await takeAll())) await pause.wait(idleCheckMs);
      } catch (error) {
        onError(error);
        await pause.rest(retryMs);
        retryMs = Math.min(2 * retryMs, LAST_RETRY_MS);
      }
    }
  };

  const listening = bus.listen(topic, () => pause.wake());
  // Begins without waiting for the bus: the first read needs no wake-up.
  const running = run();
  return {
    position: () => position,
    async stop() {
      stopped = true;
      pause.end();
      await running;
      await (
        await listening
      )();
    },
  };
}

/** A pause that a wake-up cuts short; a wake-up that comes before the pause counts for it. */
function createPause() {
  let woken = false;
  let ended = false;
  let resume: (() => void) | null = null;
  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      resume = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  let resting = false;
  return {
    clear: (): void => {
      woken = false;
    },
    wake: (): void => {
      woken = true;
      if (!resting) resume?.();
    },
    end: (): void => {
      ended = true;
      resume?.();
    },
    wait: (ms: number): Promise<void> => (woken || ended ? Promise.resolve() : sleep(ms)),
    /** Not cut short by a wake-up: calls for more do not make a failing reader run faster. */
    rest: async (ms: number): Promise<void> => {
      if (ended) return;
      resting = true;
      await sleep(ms);
      resting = false;
    },
  };
}
