import type { CompareOperator, CrossDirection } from '@ubot/strategy';

/**
 * The comparisons of a domain (a timeframe in one mode), each distinct one once, shared by all slices.
 *
 * Shape:  of each atom the operator and the index of its left number in one word, and its right side: a constant, or the
 *         index of a number.
 */
export interface AtomBuffers {
  left: SharedArrayBuffer;
  right: SharedArrayBuffer;
}

export interface AtomViews {
  readonly left: Uint32Array;
  readonly right: Float64Array;
}

export function viewAtoms(buffers: AtomBuffers): AtomViews {
  return { left: new Uint32Array(buffers.left), right: new Float64Array(buffers.right) };
}

const COMPARES: readonly CompareOperator[] = ['<', '<=', '>', '>=', '==', '!='];
const CROSSES: readonly CrossDirection[] = ['above', 'below', 'either'];
const OPERATOR_SHIFT = 2 ** 24;
const NUMBER_MASK = OPERATOR_SHIFT - 1;
/** Operators from here on are crosses. */
const FIRST_CROSS = 6;
/** Added to an operator whose right side is a number. */
const RIGHT_IS_NUMBER = 16;

export interface Atom {
  readonly operator: { readonly compare: CompareOperator } | { readonly cross: CrossDirection };
  readonly left: number;
  readonly right: { readonly constant: number } | { readonly number: number };
}

export function encodeAtom({ operator, left, right }: Atom): { left: number; right: number } {
  const code =
    'compare' in operator ? COMPARES.indexOf(operator.compare) : FIRST_CROSS + CROSSES.indexOf(operator.cross);
  const word = (code + ('number' in right ? RIGHT_IS_NUMBER : 0)) * OPERATOR_SHIFT + left;
  return { left: word, right: 'number' in right ? right.number : right.constant };
}

/** What atoms are judged over: the matrices of numbers, one row of `slots` cells each. */
export interface Matrices {
  readonly now: Float64Array;
  /** One candle ago. */
  readonly before: Float64Array;
  readonly slots: number;
}

export const FALSE = 0;
export const TRUE = 1;
export const UNKNOWN = 2;

/** The verdict of an atom for one coin slot. */
export function judgeAtom(atoms: AtomViews, atom: number, matrices: Matrices, slot: number): number {
  const word = atoms.left[atom]!;
  const right = atoms.right[atom]!;
  const { now, slots } = matrices;
  const left = (word & NUMBER_MASK) * slots + slot;
  let operator = word >>> 24;
  const x = now[left]!;
  let y = right;
  if (operator >= RIGHT_IS_NUMBER) {
    operator -= RIGHT_IS_NUMBER;
    y = now[right * slots + slot]!;
    if (operator >= FIRST_CROSS) {
      return judgeCross(operator, {
        x,
        y,
        xBefore: matrices.before[left]!,
        yBefore: matrices.before[right * slots + slot]!,
      });
    }
  } else if (operator >= FIRST_CROSS) {
    return judgeCross(operator, { x, y, xBefore: matrices.before[left]!, yBefore: right });
  }
  if (x !== x || y !== y) return UNKNOWN;
  switch (operator) {
    case 0:
      return x < y ? TRUE : FALSE;
    case 1:
      return x <= y ? TRUE : FALSE;
    case 2:
      return x > y ? TRUE : FALSE;
    case 3:
      return x >= y ? TRUE : FALSE;
    case 4:
      return x === y ? TRUE : FALSE;
    default:
      return x !== y ? TRUE : FALSE;
  }
}

function judgeCross(operator: number, at: { x: number; y: number; xBefore: number; yBefore: number }): number {
  const { x, y, xBefore, yBefore } = at;
  if (x !== x || y !== y || xBefore !== xBefore || yBefore !== yBefore) return UNKNOWN;
  const above = x > y && xBefore <= yBefore;
  if (operator === FIRST_CROSS) return above ? TRUE : FALSE;
  const below = x < y && xBefore >= yBefore;
  if (operator === FIRST_CROSS + 1) return below ? TRUE : FALSE;
  return above || below ? TRUE : FALSE;
}

export interface AtomPlanes {
  /** Bit of each slot: the atom is true, is false. Neither: unknown. */
  readonly isTrue: Uint32Array;
  readonly isFalse: Uint32Array;
}

/** Judges an atom over all coins of a slice. Every compare is made up of "less", "greater" and "equal". */
export function judgePlanes(atoms: AtomViews, atom: number, matrices: Matrices, into: AtomPlanes): void {
  const operator = (atoms.left[atom]! >>> 24) % RIGHT_IS_NUMBER;
  const { slots } = matrices;
  if (operator >= FIRST_CROSS) {
    for (let word = 0; word < slots / 32; word++) {
      let isTrue = 0;
      let isFalse = 0;
      for (let bit = 0; bit < 32; bit++) {
        const verdict = judgeAtom(atoms, atom, matrices, word * 32 + bit);
        if (verdict === TRUE) isTrue |= 1 << bit;
        else if (verdict === FALSE) isFalse |= 1 << bit;
      }
      into.isTrue[word] = isTrue;
      into.isFalse[word] = isFalse;
    }
    return;
  }
  comparePlanes(atoms, atom, matrices, into);
}

/** Which of "less", "greater", "equal" make each compare true, in the order of COMPARES. */
const PARTS = [
  [1, 0, 0],
  [1, 0, 1],
  [0, 1, 0],
  [0, 1, 1],
  [0, 0, 1],
  [1, 1, 0],
] as const;

function comparePlanes(atoms: AtomViews, atom: number, { now, slots }: Matrices, into: AtomPlanes): void {
  const word = atoms.left[atom]!;
  const operator = word >>> 24;
  const [less, greater, equal] = PARTS[operator % RIGHT_IS_NUMBER]!;
  const isNumber = operator >= RIGHT_IS_NUMBER;
  const right = atoms.right[atom]!;
  const leftAt = (word & NUMBER_MASK) * slots;
  const rightAt = isNumber ? right * slots : 0;
  for (let from = 0; from < slots; from += 32) {
    let below = 0;
    let above = 0;
    let same = 0;
    for (let bit = 0; bit < 32; bit++) {
      const x = now[leftAt + from + bit]!;
      const y = isNumber ? now[rightAt + from + bit]! : right;
      below |= (x < y ? 1 : 0) << bit;
      above |= (x > y ? 1 : 0) << bit;
      same |= (x === y ? 1 : 0) << bit;
    }
    // All ones where the part counts, none where it does not.
    const isTrue = (below & -less) | (above & -greater) | (same & -equal);
    into.isTrue[from >> 5] = isTrue;
    into.isFalse[from >> 5] = (below | above | same) & ~isTrue;
  }
}
