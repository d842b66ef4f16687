import type { VerdictBits } from './bits.ts';

/** Working memory of one thread: nothing in it outlives the evaluation of one slice. */
export interface Scratch {
  present(slots: number): Uint8Array;
  constant(slots: number, value: number): Float64Array;
  /** Somewhere to put an output that nobody reads. */
  unread(slots: number): Float64Array;
  bits(index: number, words: number): VerdictBits;
}

export function createScratch(): Scratch {
  const constants = new Map<string, Float64Array>();
  const bits = new Map<string, VerdictBits>();
  const present = new Map<number, Uint8Array>();
  const kept = <Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value => {
    const known = map.get(key);
    if (known !== undefined) return known;
    const made = make();
    map.set(key, made);
    return made;
  };
  return {
    present: (slots) => kept(present, slots, () => new Uint8Array(slots)),
    constant: (slots, value) => kept(constants, `${slots}:${value}`, () => new Float64Array(slots).fill(value)),
    unread: (slots) => kept(constants, `${slots}:unread`, () => new Float64Array(slots)),
    bits: (index, words) =>
      kept(bits, `${index}:${words}`, () => ({ isTrue: new Uint32Array(words), unknown: new Uint32Array(words) })),
  };
}
