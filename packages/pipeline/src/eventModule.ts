import type { Result } from '@ubot/contracts';
import type { Pipeline } from './types.ts';

/** What an event module puts its items into. */
export interface Feed<Item, Outcome> {
  /**
   * Puts an item into the queue: how it ends, or null when the queue is full. Then the item is left out, or waits with
   * its sender for `room`; the queue grows over its limit for nobody.
   */
  offer(item: Item): Promise<Result<Outcome>> | null;
  /** Resolves when the queue has room: what a socket waits for, paused, before it reads on. */
  room(): Promise<void>;
}

export interface EventModuleOptions<Item, Outcome> {
  readonly name: string;
  readonly into: Pipeline<Item, Outcome>;
  /** Items that wait here until the pipeline can take them. */
  readonly queueLimit: number;
  /** Items that the pipeline is given at a time: no more than it has room for. */
  readonly inFlight: number;
  /** Begins to feed; what it returns ends that. */
  start(feed: Feed<Item, Outcome>): () => Promise<void> | void;
}

export interface EventModule {
  start(): void;
  /** Ends the feeding, handles what it has taken, then closes the pipeline. */
  stop(): Promise<void>;
  state(): { readonly module: string; readonly waiting: number; readonly running: number };
}

/**
 * Where items come from by themselves: a poller, a socket. It has a queue of its own and feeds its pipeline no faster
 * than that answers; a sender is told when to wait.
 */
export function createEventModule<Item, Outcome>(options: EventModuleOptions<Item, Outcome>): EventModule {
  const { name, into, queueLimit, inFlight } = options;
  const queue: { item: Item; settle: (result: Result<Outcome>) => void }[] = [];
  const awaitingRoom: (() => void)[] = [];
  const awaitingEnd: (() => void)[] = [];
  let running = 0;
  let end: (() => Promise<void> | void) | null = null;

  const hasRoom = (): boolean => running < inFlight || queue.length < queueLimit;

  function next(): void {
    while (running < inFlight) {
      const first = queue.shift();
      if (first === undefined) break;
      void run(first.item, first.settle);
    }
    if (hasRoom()) awaitingRoom.shift()?.();
    if (running === 0 && queue.length === 0) for (const resolve of awaitingEnd.splice(0)) resolve();
  }

  async function run(item: Item, settle: (result: Result<Outcome>) => void): Promise<void> {
    running += 1;
    const result = await into.submit(item);
    running -= 1;
    settle(result);
    next();
  }

  const feed: Feed<Item, Outcome> = {
    offer(item) {
      if (!hasRoom()) return null;
      return new Promise((settle) => {
        queue.push({ item, settle });
        next();
      });
    },
    room: () => (hasRoom() ? Promise.resolve() : new Promise((resolve) => awaitingRoom.push(resolve))),
  };

  return {
    start() {
      end ??= options.start(feed);
    },
    async stop() {
      await end?.();
      if (running > 0 || queue.length > 0) await new Promise<void>((resolve) => awaitingEnd.push(resolve));
      await into.close();
    },
    state: () => ({ module: name, waiting: queue.length, running }),
  };
}
