import { judgePlanes, type AtomViews, type Matrices } from './atoms.ts';
import { ROOT_FALSE, ROOT_TRUE, type Events } from './buffers.ts';
import { climbLadders, type LadderViews, type RungViews } from './ladders.ts';
import { leafAt, LARGEST_PLANE, setPlaneWord, settlePlanes, type PlaneViews } from './planes.ts';

/**
 * Conditions that are asked of every coin, shared by all strategies that have the same one, by domain.
 *
 * Shape:  per root the place and length of its code (length 0: removed). Code is postfix: a leaf is plane row * 2, plus 1
 *         for "is false"; AND and OR take the two before them. Per plane row the atom to judge it by (-1: none, or a step of a
 *         ladder).
 */
export interface RootBuffers {
  /** Count of roots, count of plane rows. */
  counts: SharedArrayBuffer;
  roots: SharedArrayBuffer;
  code: SharedArrayBuffer;
  rows: SharedArrayBuffer;
}

export interface RootViews {
  readonly counts: Int32Array;
  readonly roots: Int32Array;
  readonly code: Int32Array;
  readonly rows: Int32Array;
}

export const ROOT_COUNT = 0;
export const ROW_COUNT = 1;
export const AND = -1;
export const OR = -2;

export function viewRoots(buffers: RootBuffers): RootViews {
  return {
    counts: new Int32Array(buffers.counts),
    roots: new Int32Array(buffers.roots),
    code: new Int32Array(buffers.code),
    rows: new Int32Array(buffers.rows),
  };
}

/** What a slice has of the roots: their bits, where its coins stand on the ladders, and which roots are still to be told whole. */
export interface RootSlice {
  readonly planes: PlaneViews;
  readonly rungs: RungViews;
  readonly fresh: Uint8Array;
}

export interface RootRun {
  readonly atoms: AtomViews;
  readonly ladders: LadderViews;
  readonly matrices: Matrices;
  /** Bit of each slot that is evaluated now; the others keep their verdicts. */
  readonly evaluated: Uint32Array;
  readonly firstSlot: number;
  readonly events: Events;
}

/** Notes every root and coin whose condition has become true, or is not true any longer. */
export function judgeRoots(roots: RootViews, slice: RootSlice, run: RootRun): void {
  const { slots } = run.matrices;
  climbLadders(run.ladders, slice.rungs, slice.planes, run.matrices);
  judgeRows(roots, slice.planes, run);
  const { code } = roots;
  const { fresh } = slice;
  const { marks } = slice.planes;
  const all = slots === LARGEST_PLANE ? -1 : (1 << (slots / 32)) - 1;
  const count = roots.counts[ROOT_COUNT]!;
  for (let root = 0; root < count; root++) {
    const length = roots.roots[root * 2 + 1]!;
    if (length === 0) continue;
    const from = roots.roots[root * 2]!;
    if (fresh[root] === 1) {
      fresh[root] = 0;
      tellRoot(roots, slice.planes, { run, root, from, length, mask: all, isFresh: true });
      continue;
    }
    // Most conditions are two comparisons, both of which must hold.
    if (length === 3 && code[from + 2] === AND) {
      const left = code[from]!;
      const right = code[from + 1]!;
      const mask = (marks[2 * left]! | marks[2 * right]!) & marks[2 * left + 1]! & marks[2 * right + 1]!;
      if (mask !== 0) tellPair(slice.planes, { run, root, left, right, mask });
      continue;
    }
    const mask = length === 1 ? marks[2 * code[from]!]! : wordsToLookAt(code, marks, from, length);
    if (mask !== 0) tellRoot(roots, slice.planes, { run, root, from, length, mask, isFresh: false });
  }
  settlePlanes(slice.planes, 2 * roots.counts[ROW_COUNT]!, slots);
}

/** The words in which some leaf changed and the whole can be true at all, now or before. */
function wordsToLookAt(code: Int32Array, marks: Int32Array, from: number, length: number): number {
  let changed = 0;
  for (let at = from; at < from + length; at++) if (code[at]! >= 0) changed |= marks[2 * code[at]!]!;
  if (changed === 0) return 0;
  let top = 0;
  for (let at = from; at < from + length; at++) {
    const leaf = code[at]!;
    if (leaf >= 0) nowStack[top++] = marks[2 * leaf + 1]!;
    else {
      top--;
      if (leaf === AND) nowStack[top - 1]! &= nowStack[top]!;
      else nowStack[top - 1]! |= nowStack[top]!;
    }
  }
  return changed & nowStack[0]!;
}

const DEEPEST_STACK = 512;
const nowStack = new Int32Array(DEEPEST_STACK);
const beforeStack = new Int32Array(DEEPEST_STACK);
const scratch = { isTrue: new Uint32Array(LARGEST_PLANE / 32), isFalse: new Uint32Array(LARGEST_PLANE / 32) };

/** Brings the plane rows up to date that no ladder has. */
function judgeRows(roots: RootViews, planes: PlaneViews, run: RootRun): void {
  const { slots } = run.matrices;
  for (let row = 0; row < roots.counts[ROW_COUNT]!; row++) {
    const atom = roots.rows[row]!;
    if (atom < 0) continue;
    judgePlanes(run.atoms, atom, run.matrices, scratch);
    for (let word = 0; word < slots / 32; word++) {
      const here = run.evaluated[word]!;
      const wasTrue = planes.planes[leafAt(2 * row, slots) + 2 * word]!;
      const wasFalse = planes.planes[leafAt(2 * row + 1, slots) + 2 * word]!;
      setPlaneWord(planes, { leaf: 2 * row, word, slots }, (scratch.isTrue[word]! & here) | (wasTrue & ~here));
      setPlaneWord(planes, { leaf: 2 * row + 1, word, slots }, (scratch.isFalse[word]! & here) | (wasFalse & ~here));
    }
  }
}

interface Pair {
  readonly run: RootRun;
  readonly root: number;
  readonly left: number;
  readonly right: number;
  readonly mask: number;
}

function tellPair({ planes }: PlaneViews, { run, root, left, right, mask }: Pair): void {
  const { slots } = run.matrices;
  const leftAt = leafAt(left, slots);
  const rightAt = leafAt(right, slots);
  let rest = mask;
  while (rest !== 0) {
    const word = 31 - Math.clz32(rest);
    rest &= ~(1 << word);
    const at = 2 * word;
    const now = planes[leftAt + at]! & planes[rightAt + at]!;
    const before = planes[leftAt + at + 1]! & planes[rightAt + at + 1]!;
    if (now !== before) noteChange(run, { root, word, now, before });
  }
}

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
  const { slots } = run.matrices;
  let mask = telling.mask;
  while (mask !== 0) {
    const word = 31 - Math.clz32(mask);
    mask &= ~(1 << word);
    let top = 0;
    for (let at = from; at < from + length; at++) {
      const leaf = code[at]!;
      if (leaf >= 0) {
        const plane = leafAt(leaf, slots) + 2 * word;
        nowStack[top] = planes[plane]!;
        beforeStack[top] = planes[plane + 1]!;
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
    if (now !== before) noteChange(run, { root, word, now, before });
  }
}

interface WordChange {
  readonly root: number;
  readonly word: number;
  readonly now: number;
  readonly before: number;
}

function noteChange({ events, firstSlot }: RootRun, { root, word, now, before }: WordChange): void {
  const first = firstSlot + word * 32;
  let rest = now ^ before;
  while (rest !== 0) {
    const bit = 31 - Math.clz32(rest);
    rest &= ~(1 << bit);
    events.note(root, ((now >>> bit) & 1) === 1 ? ROOT_TRUE : ROOT_FALSE, first + bit);
  }
}
