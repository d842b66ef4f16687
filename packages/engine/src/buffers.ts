/** A buffer to begin with, which grows when it is used. */
export const small = (): SharedArrayBuffer => new SharedArrayBuffer(64);

/** At least `bytes` long, with the old content first: the old buffer when it is long enough, else one at least twice as long. */
export function grown(buffer: SharedArrayBuffer, bytes: number): SharedArrayBuffer {
  if (buffer.byteLength >= bytes) return buffer;
  let length = Math.max(buffer.byteLength, 64);
  while (length < bytes) length *= 2;
  const larger = new SharedArrayBuffer(length);
  new Uint8Array(larger).set(new Uint8Array(buffer));
  return larger;
}

const FIRST_EVENTS = 1_024;

/**
 * What changed, as pairs of words: (id << 2 | isRoot << 1 | isTrue) and the coin slot. Grows as needed; `take` gives a copy
 * of what was noted and begins afresh.
 */
export interface Events {
  note(id: number, kind: number, slot: number): void;
  take(): Uint32Array;
}

/** Kinds of events: a strategy of single coins or a root that strategies of all coins share; true or no longer true. */
export const ITEM_FALSE = 0;
export const ITEM_TRUE = 1;
export const ROOT_FALSE = 2;
export const ROOT_TRUE = 3;

export function createEvents(): Events {
  let words = new Uint32Array(FIRST_EVENTS);
  let used = 0;
  return {
    note(id, kind, slot) {
      if (used === words.length) {
        const larger = new Uint32Array(2 * words.length);
        larger.set(words);
        words = larger;
      }
      words[used] = id * 4 + kind;
      words[used + 1] = slot;
      used += 2;
    },
    take() {
      const taken = words.slice(0, used);
      used = 0;
      return taken;
    },
  };
}
