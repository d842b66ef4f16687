import type { Topic } from '@ubot/contracts';

/**
 * Wake-ups between services.
 *
 * Shape:  `announce` names a topic and the id of the row that is new; every listener of the topic, in any process, is
 *         called with that id. A listener reads the truth itself, from the last id it handled.
 * Edges:  a wake-up may come twice, late, or not at all. After a broken connection every listener is woken with the id
 *         '' ("look yourself; something may have been missed").
 */
export interface Bus {
  announce(topic: Topic, id: string): Promise<void>;
  /** Returns what ends the listening. */
  listen(topic: Topic, onWake: (id: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Where log events go; a pino logger fits. */
export interface EventLog {
  info(fields: Record<string, unknown>): void;
  warn(fields: Record<string, unknown>): void;
}

/** PostgreSQL channel of a topic; @ubot/db's `announce` writes to the same. */
export const channelOf = (topic: Topic): string => `ubot_${topic}`;

/** Listeners by topic; a listener that throws is the caller's bug and does not keep the others from being woken. */
export function createListeners(onThrow: (error: unknown) => void) {
  const byTopic = new Map<Topic, Set<(id: string) => void>>();
  const wake = (topic: Topic, id: string): void => {
    for (const listener of byTopic.get(topic) ?? []) {
      try {
        listener(id);
      } catch (error) {
        onThrow(error);
      }
    }
  };
  return {
    wake,
    wakeAll: (): void => {
      for (const topic of byTopic.keys()) wake(topic, '');
    },
    topics: (): Topic[] => [...byTopic.keys()],
    /** true: the first listener of this topic. */
    add(topic: Topic, onWake: (id: string) => void): boolean {
      const listeners = byTopic.get(topic) ?? new Set();
      listeners.add(onWake);
      byTopic.set(topic, listeners);
      return listeners.size === 1;
    },
    /** true: nobody listens to this topic any more. */
    remove(topic: Topic, onWake: (id: string) => void): boolean {
      const listeners = byTopic.get(topic);
      if (listeners === undefined || !listeners.delete(onWake) || listeners.size > 0) return false;
      return byTopic.delete(topic);
    },
    clear: (): void => byTopic.clear(),
  };
}
