/** Reads many things by their keys in one request, however many places of a query ask for them one by one. */
export interface Loader<T> {
  /** undefined: there is no such thing, or it is not the caller's. */
  load(key: string): Promise<T | undefined>;
}

interface Waiting<T> {
  resolve(value: T | undefined): void;
  reject(error: unknown): void;
}

/**
 * What is asked for until the event loop comes round goes out together, each key once. mercurius has loaders of its own;
 * they know a thing by the whole object it hangs on, so a hundred alerts of one coin would be a hundred keys, and they
 * are bound to an HTTP reply, which a subscription does not have.
 *
 * Shape:  `fetch` takes at most `batch` keys and gives what there is by key.
 * Edges:  with `keep`, a key is read once in the loader's life, as suits one request; without, once a batch.
 * Errors: what `fetch` throws, to all who wait for that batch.
 */
export function createLoader<T>(options: {
  fetch: (keys: readonly string[]) => Promise<ReadonlyMap<string, T>>;
  batch: number;
  keep: boolean;
}): Loader<T> {
  const kept = new Map<string, Promise<T | undefined>>();
  let waiting = new Map<string, Waiting<T>>();

  const send = async (batch: readonly [string, Waiting<T>][]): Promise<void> => {
    try {
      const found = await options.fetch(batch.map(([key]) => key));
      for (const [key, { resolve }] of batch) resolve(found.get(key));
    } catch (error) {
      for (const [, { reject }] of batch) reject(error);
    }
  };
  const flush = (): void => {
    const entries = [...waiting];
    waiting = new Map();
    if (!options.keep) kept.clear();
    for (let from = 0; from < entries.length; from += options.batch) {
      void send(entries.slice(from, from + options.batch));
    }
  };

  return {
    load(key) {
      let promise = kept.get(key);
      if (promise === undefined) {
        promise = new Promise<T | undefined>((resolve, reject) => {
          if (waiting.size === 0) setImmediate(flush);
          waiting.set(key, { resolve, reject });
        });
        kept.set(key, promise);
      }
      return promise;
    },
  };
}
