/** Events on their way to one reader: one in its hands and one waiting, never more. */
export interface Slot<T> extends AsyncIterableIterator<T> {
  /** Resolves when the reader comes for the next one, when a newer one took its place, or when the reader is gone. */
  offer(value: T): Promise<void>;
}

interface Offered<T> {
  readonly value: T;
  done(): void;
}

/**
 * Who offers the next one only when the last was taken loses none; who does not wait replaces what waits, so that the
 * reader gets the newest.
 */
export function createSlot<T>(onClose: () => void, onReplaced: () => void = () => {}): Slot<T> {
  let inHand: (() => void) | null = null;
  let waiting: Offered<T> | null = null;
  let reader: ((result: IteratorResult<T, undefined>) => void) | null = null;
  let isClosed = false;
  const end = { done: true, value: undefined } as const;

  const slot: Slot<T> = {
    [Symbol.asyncIterator]: () => slot,
    offer: (value) =>
      new Promise((done) => {
        if (isClosed) return done();
        if (waiting !== null) onReplaced();
        waiting?.done();
        waiting = { value, done };
        if (reader === null) return;
        const give = reader;
        reader = null;
        give(take());
      }),
    next() {
      inHand?.();
      inHand = null;
      if (isClosed) return Promise.resolve(end);
      if (waiting !== null) return Promise.resolve(take());
      return new Promise((resolve) => {
        reader = resolve;
      });
    },
    return() {
      if (!isClosed) {
        isClosed = true;
        onClose();
        inHand?.();
        waiting?.done();
        waiting = null;
        reader?.(end);
      }
      return Promise.resolve(end);
    },
  };
  return slot;

  function take(): IteratorResult<T, undefined> {
    const { value, done } = waiting!; // asked only when there is one
    waiting = null;
    inHand = done;
    return { done: false, value };
  }
}
