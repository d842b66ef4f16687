import { isDatabaseUnavailable, type EventLog, type StoredSnapshot } from '@ubot/db';

/**
 * Snapshots that wait for PostgreSQL. At one a minute an hour's absence is bridged; 10,000 coins for an hour are 60 MB.
 * When it is full no further poll is made: the older ones came first and are kept.
 */
export const BUFFER_LIMIT_SNAPSHOTS = 60;

const FIRST_RETRY_MS = 200;
// Short, because a poll that is stored late is an alert that is sent late.
const LAST_RETRY_MS = 1_000;

export interface Writer<Item> {
  /** false: there is no room; the item was not taken. */
  push(item: Item): boolean;
  hasRoom(): boolean;
  /** How many wait, the one being written included. */
  waiting(): number;
  /** false while the database refuses or cannot be reached. */
  healthy(): boolean;
  /** Resolves when nothing waits, or after `limitMs`; ends the writing. */
  stop(limitMs: number): Promise<void>;
}

export interface WriterOptions<Item> {
  limit: number;
  /** Stores one item in one transaction; harmless to repeat. */
  store(item: Item): Promise<StoredSnapshot>;
  /** false: wait; somebody else may be writing. */
  mayWrite(): boolean;
  onStored(item: Item, stored: StoredSnapshot): Promise<void>;
  /** Something other than an absent database kept the item from being stored. The writer has stopped. */
  onBroken(error: unknown): void;
  log: EventLog;
}

/** Writes items one after the other in their order, trying again for as long as the database is away. */
export function createWriter<Item>(options: WriterOptions<Item>): Writer<Item> {
  const { limit, store, mayWrite, onStored, onBroken, log } = options;
  const items: Item[] = [];
  let stopped = false;
  let healthy = true;
  let running: Promise<void> | null = null;
  let cutShort: (() => void) | null = null;

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      cutShort = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const run = async (): Promise<void> => {
    let retryMs = FIRST_RETRY_MS;
    for (let item = items[0]; item !== undefined; item = items[0]) {
      if (stopped) return;
      const outcome = mayWrite() ? await attempt(item) : 'away';
      if (outcome === 'stored') {
        retryMs = FIRST_RETRY_MS;
        continue;
      }
      if (outcome === 'broken') return;
      healthy = false;
      await pause(retryMs);
      retryMs = Math.min(2 * retryMs, LAST_RETRY_MS);
    }
  };

  const attempt = async (item: Item): Promise<'stored' | 'away' | 'broken'> => {
    try {
      const stored = await store(item);
      items.shift();
      if (!healthy) log.info({ event: 'writer.recovered', waiting: items.length });
      healthy = true;
      await onStored(item, stored);
      return 'stored';
    } catch (error) {
      if (isDatabaseUnavailable(error)) {
        if (healthy) log.warn({ event: 'writer.database_away', waiting: items.length });
        return 'away';
      }
      stopped = true;
      onBroken(error);
      return 'broken';
    }
  };

  const start = (): void => {
    running ??= run().finally(() => {
      running = null;
      if (!stopped && items.length > 0) start();
    });
  };

  /** Resolves when nothing is being written, because there is nothing left or because the writing was stopped. */
  const drained = async (): Promise<void> => {
    for (;;) {
      const current = running;
      if (current === null) return;
      await current;
    }
  };

  return {
    push(item) {
      if (stopped || items.length >= limit) return false;
      items.push(item);
      start();
      return true;
    },
    hasRoom: () => !stopped && items.length < limit,
    waiting: () => items.length,
    healthy: () => healthy,
    async stop(limitMs) {
      const limit = setTimeout(() => {
        stopped = true;
        cutShort?.();
      }, limitMs);
      await drained();
      clearTimeout(limit);
      stopped = true;
    },
  };
}
