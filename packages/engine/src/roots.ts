import { judgePlanes, type AtomViews, type Matrices } from './atoms.ts';
import { ROOT_FALSE, ROOT_TRUE, type Events } from './buffers.ts';

/**
 * Conditions that are asked of every coin, shared by all strategies that have the same one, by domain.
 *
 * Shape:  per root the place and length of its code (length 0: removed). Code is postfix: a leaf is plane row * 2, plus 1
 *         for "is false"; AND and OR take the two before them. Per plane row the atom that it shows (-1: none).
 */
export interface RootBuffers {
  /** Count of roots, count of plane rows. */
  counts: SharedArrayBuffer;
  roots: SharedArrayBuffer;
  code: SharedArrayBuffer;
  rows: SharedArrayBuffer;
}

/**
 * The bits of one slice of coins.
 *
 * Shape:  per plane row four bitsets over the slots: true, false, and what both were at the evaluation before; per leaf one
 *         word that says in which words of its bitset something changed; per root whether it is still to be told whole.
 */
export interface PlaneBuffers {
  planes: SharedArrayBuffer;
  dirty: SharedArrayBuffer;
  fresh: SharedArrayBuffer;
}

export interface RootViews {
  readonly counts: Int32Array;
  readonly roots: Int32Array;
  readonly code: Int32Array;
  readonly rows: Int32Array;
}
export interface PlaneViews {
  readonly planes: Uint32Array;
  readonly dirty: Uint32Array;
  readonly fresh: Uint8Array;
}

export const ROOT_COUNT = 0;
export const ROW_COUNT = 1;
export const AND = -1;
export const OR = -2;
export const PLANES = 4;

export function viewRoots(buffers: RootBuffers): RootViews {
  return {
    counts: new Int32Array(buffers.counts),
    roots: new Int32Array(buffers.roots),
    code: new Int32Array(buffers.code),
    rows: new Int32Array(buffers.rows),
  };
}

export function viewPlanes(buffers: PlaneBuffers): PlaneViews {
  return {
    planes: new Uint32Array(buffers.planes),
    dirty: new Uint32Array(buffers.dirty),
    fresh: new Uint8Array(buffers.fresh),
  };
}

export interface RootRun {
  readonly atoms: AtomViews;
  readonly matrices: Matrices;
  /** Bit of each slot that is evaluated now; the others keep their verdicts. */
  readonly evaluated: Uint32Array;
  readonly firstSlot: number;
  readonly events: Events;
}

/** A slice has at most 32 words of coins, so that one word tells which of them changed. */
export const LARGEST_PLANE = 1_024;

/** Notes every root and coin whose condition has become true, or is not true any longer. */
export function judgeRoots(roots: RootViews, slice: PlaneViews, run: RootRun): void {
  judgeRows(roots, slice, run);
  const words = run.matrices.slots / 32;
  const { code } = roots;
  const { fresh, dirty } = slice;
  const all = words === 32 ? -1 : (1 << words) - 1;
  for (let root = 0; root < roots.counts[ROOT_COUNT]!; root++) {
    const length = roots.roots[root * 2 + 1]!;
    if (length === 0) continue;
    const from = roots.roots[root * 2]!;
    const isFresh = fresh[root] === 1;
    let mask = isFresh ? all : 0;
    if (!isFresh) {
      for (let at = from; at < from + length; at++) if (code[at]! >= 0) mask |= dirty[code[at]!]!;
    }
    if (mask === 0) continue;
    if (isFresh) fresh[root] = 0;
    tellRoot(roots, slice, { run, root, from, length, mask, isFresh });
  }
}

/** Brings every plane row up to date, and notes where it changed. */
function judgeRows(roots: RootViews, { planes, dirty }: PlaneViews, run: RootRun): void {
  const words = run.matrices.slots / 32;
  const into = { isTrue: scratch.isTrue, isFalse: scratch.isFalse };
  for (let row = 0; row < roots.counts[ROW_COUNT]!; row++) {
    const atom = roots.rows[row]!;
    if (atom < 0) continue;
    judgePlanes(run.atoms, atom, run.matrices, into);
    const at = row * PLANES * words;
    let changedTrue = 0;
    let changedFalse = 0;
    for (let word = 0; word < words; word++) {
      const here = run.evaluated[word]!;
      const wasTrue = planes[at + word]!;
      const wasFalse = planes[at + words + word]!;
      const isTrue = (into.isTrue[word]! & here) | (wasTrue & ~here);
      const isFalse = (into.isFalse[word]! & here) | (wasFalse & ~here);
      planes[at + word] = isTrue;
      planes[at + words + word] = isFalse;
      planes[at + 2 * words + word] = wasTrue;
      planes[at + 3 * words + word] = wasFalse;
      if ((isTrue ^ wasTrue) !== 0) changedTrue |= 1 << word;
      if ((isFalse ^ wasFalse) !== 0) changedFalse |= 1 << word;
    }
    dirty[row * 2] = changedTrue;
    dirty[row * 2 + 1] = changedFalse;
  }
}

const scratch = { isTrue: new Uint32Array(LARGEST_PLANE / 32), isFalse: new Uint32Array(LARGEST_PLANE / 32) };
const DEEPEST_STACK = 512;
const nowStack = new Int32Array(DEEPEST_STACK);
const beforeStack = new Int32Array(DEEPEST_STACK);

interface Telling {
  readonly run: RootRun;
  readonly root: number;
  readonly from: number;
  readonly length: number;
  readonly mask: number;
  readonly isFresh: boolean;
}

function tellRoot({ code }: RootViews, { planes }: PlaneViews, telling: Telling): void {
  const { run, root, from, length, isFresh } = telling;
  const words = run.matrices.slots / 32;
  let mask = telling.mask;
  while (mask !== 0) {
    const word = 31 - Math.clz32(mask);
    mask &= ~(1 << word);
    let top = 0;
    for (let at = from; at < from + length; at++) {
      const leaf = code[at]!;
      if (leaf >= 0) {
        const plane = (leaf >> 1) * PLANES * words + (leaf & 1) * words + word;
        nowStack[top] = planes[plane]!;
        beforeStack[top] = planes[plane + 2 * words]!;
        top++;
        continue;
      }
      top--;
      if (leaf === AND) {
        nowStack[top - 1]! &= nowStack[top]!;
        beforeStack[top - 1]! &= beforeStack[top]!;
      } else {
        nowStack[top - 1]! |= nowStack[top]!;
        beforeStack[top - 1]! |= beforeStack[top]!;
      }
    }
    const now = nowStack[0]!;
    const before = isFresh ? 0 : beforeStack[0]!;
    if (now === before) continue;
    const first = run.firstSlot + word * 32;
    noteBits(run.events, { root, kind: ROOT_TRUE, first, bits: now & ~before });
    noteBits(run.events, { root, kind: ROOT_FALSE, first, bits: before & ~now });
  }
}

function noteBits(
  events: Events,
  { root, kind, first, bits }: { root: number; kind: number; first: number; bits: number },
): void {
  let rest = bits;
  while (rest !== 0) {
    const bit = 31 - Math.clz32(rest);
    rest &= ~(1 << bit);
    events.note(root, kind, first + bit);
  }
}
