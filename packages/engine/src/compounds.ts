import { judgeAtom, UNKNOWN, type AtomViews, type Matrices } from './atoms.ts';
import { grown, ITEM_FALSE, ITEM_TRUE, type Events } from './buffers.ts';
import { TABLE_LENGTH } from './formula.ts';

/**
 * Conditions of single coins over the same count of leaves (a bank), by slice and domain.
 *
 * Shape:  per item the handle, one word of slot, shape and last known verdict, and one atom per leaf: 8 + 4 * leaves bytes.
 *         The verdict of a shape is read off its table. Items are kept in the order of their slots as far as `sorted`; what
 *         came since follows unsorted, so that neighbours read neighbouring numbers.
 */
export interface BankBuffers {
  readonly leaves: number;
  /** Count of items. */
  counts: SharedArrayBuffer;
  handles: SharedArrayBuffer;
  states: SharedArrayBuffer;
  atoms: SharedArrayBuffer;
}

export interface BankViews {
  readonly leaves: number;
  readonly counts: Int32Array;
  readonly handles: Uint32Array;
  readonly states: Uint32Array;
  readonly atoms: Uint32Array;
}

export function viewBank(buffers: BankBuffers): BankViews {
  return {
    leaves: buffers.leaves,
    counts: new Int32Array(buffers.counts),
    handles: new Uint32Array(buffers.handles),
    states: new Uint32Array(buffers.states),
    atoms: new Uint32Array(buffers.atoms),
  };
}

/** An item's state: slot in the low bits, then its shape, then its last known verdict (UNKNOWN: never known). */
const SHAPE_FACTOR = 2 ** 13;
const VERDICT_FACTOR = 2 ** 30;
export const SHAPES = VERDICT_FACTOR / SHAPE_FACTOR;
const SLOT_MASK = SHAPE_FACTOR - 1;
const SHAPE_MASK = SHAPES - 1;

const stateOf = (slot: number, shape: number, verdict: number): number =>
  slot + shape * SHAPE_FACTOR + verdict * VERDICT_FACTOR;

export interface BankRun {
  readonly atoms: AtomViews;
  /** Verdict tables, TABLE_LENGTH bytes a shape. */
  readonly shapes: Uint8Array;
  readonly matrices: Matrices;
  readonly firstSlot: number;
  readonly events: Events;
}

/** Notes every item whose verdict became another known one. */
export function judgeBank(bank: BankViews, run: BankRun): void {
  const { leaves, handles, states, atoms: atomsOf } = bank;
  const { atoms, shapes, matrices, firstSlot, events } = run;
  const count = bank.counts[0]!;
  for (let item = 0; item < count; item++) {
    const state = states[item]!;
    const slot = state & SLOT_MASK;
    let at = 0;
    let power = 1;
    for (let leaf = item * leaves; leaf < (item + 1) * leaves; leaf++) {
      at += power * judgeAtom(atoms, atomsOf[leaf]!, matrices, slot);
      power *= 3;
    }
    const shape = (state >>> 13) & SHAPE_MASK;
    const verdict = shapes[shape * TABLE_LENGTH + at]!;
    const last = state >>> 30;
    if (verdict === last || verdict === UNKNOWN) continue;
    states[item] = stateOf(slot, shape, verdict);
    // What was never true has not stopped being true.
    if (verdict === 1 || last !== UNKNOWN)
      events.note(handles[item]!, verdict === 1 ? ITEM_TRUE : ITEM_FALSE, firstSlot + slot);
  }
}

export interface BankItem {
  readonly handle: number;
  readonly slot: number;
  readonly shape: number;
  readonly atoms: readonly number[];
}

/** Puts items into a bank and takes them out, while nobody evaluates it. */
export interface BankEditor {
  readonly buffers: BankBuffers;
  put(item: BankItem): void;
  /** Takes the item of this handle and slot out; answers its atoms, null when there is none. */
  remove(handle: number, slot: number): number[] | null;
  /** Brings what came since the last time into the order of slots, when it has become much. */
  settle(): void;
  count(): number;
  bytes(): number;
}

/** Up to a sixteenth of a bank, and never fewer than this many items, are left unsorted. */
const UNSORTED = 4_096;

export function createBankEditor(leaves: number, onMoved: () => void): BankEditor {
  const small = (): SharedArrayBuffer => new SharedArrayBuffer(64);
  const buffers: BankBuffers = { leaves, counts: small(), handles: small(), states: small(), atoms: small() };
  let views = viewBank(buffers);
  let sorted = 0;

  const ensure = (items: number): void => {
    const handles = grown(buffers.handles, 4 * items);
    if (handles === buffers.handles && buffers.atoms.byteLength >= 4 * items * leaves) return;
    buffers.handles = handles;
    buffers.states = grown(buffers.states, 4 * items);
    buffers.atoms = grown(buffers.atoms, 4 * items * leaves);
    views = viewBank(buffers);
    onMoved();
  };

  const copyItem = (from: number, to: number): void => {
    views.handles[to] = views.handles[from]!;
    views.states[to] = views.states[from]!;
    views.atoms.copyWithin(to * leaves, from * leaves, (from + 1) * leaves);
  };

  return {
    buffers,
    count: () => views.counts[0]!,
    bytes: () => (8 + 4 * leaves) * views.counts[0]!,
    put({ handle, slot, shape, atoms }) {
      const item = views.counts[0]!;
      ensure(item + 1);
      views.handles[item] = handle;
      views.states[item] = stateOf(slot, shape, UNKNOWN);
      views.atoms.set(atoms, item * leaves);
      views.counts[0] = item + 1;
    },

    remove(handle, slot) {
      const count = views.counts[0]!;
      let item = views.handles.indexOf(handle);
      while (item >= 0 && item < count && (views.states[item]! & SLOT_MASK) !== slot) {
        item = views.handles.indexOf(handle, item + 1);
      }
      if (item < 0 || item >= count) return null;
      const atoms = [...views.atoms.subarray(item * leaves, (item + 1) * leaves)];
      copyItem(count - 1, item);
      views.counts[0] = count - 1;
      sorted = Math.min(sorted, count - 1);
      return atoms;
    },

    settle() {
      const count = views.counts[0]!;
      if (count - sorted <= Math.max(UNSORTED, count / 16)) return;
      const order = Uint32Array.from({ length: count }, (_, item) => item);
      const slots = Uint32Array.from(order, (item) => views.states[item]! & SLOT_MASK);
      order.sort((a, b) => slots[a]! - slots[b]!);
      const [handles, states, atoms] = [views.handles.slice(), views.states.slice(), views.atoms.slice()];
      order.forEach((from, to) => {
        views.handles[to] = handles[from]!;
        views.states[to] = states[from]!;
        for (let leaf = 0; leaf < leaves; leaf++) views.atoms[to * leaves + leaf] = atoms[from * leaves + leaf]!;
      });
      sorted = count;
    },
  };
}
