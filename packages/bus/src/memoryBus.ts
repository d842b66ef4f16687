import { createListeners, type Bus } from './bus.ts';

/** The bus inside one process, for tests of a single service. Listeners are called later, as over a network. */
export function createMemoryBus(): Bus {
  const listeners = createListeners((error) => {
    queueMicrotask(() => {
      throw error;
    });
  });
  return {
    announce(topic, id) {
      setImmediate(() => listeners.wake(topic, id));
      return Promise.resolve();
    },
    listen(topic, onWake) {
      // A listener of its own for each call, so that one function may listen twice.
      const own = (id: string): void => onWake(id);
      listeners.add(topic, own);
      return Promise.resolve(() => {
        listeners.remove(topic, own);
        return Promise.resolve();
      });
    },
    close() {
      listeners.clear();
      return Promise.resolve();
    },
  };
}
