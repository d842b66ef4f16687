import type { CompareOperator, CrossDirection } from '@ubot/strategy';

/** Verdicts of many coins: bit i of `isTrue` and of `unknown`; neither set is false. Never both. */
export interface VerdictBits {
  readonly isTrue: Uint32Array;
  readonly unknown: Uint32Array;
}

const BITS = 32;

/** Fills both bitsets from a verdict per coin: 1 true, 0 false, -1 unknown. */
function fill(into: VerdictBits, verdictAt: (slot: number) => number): void {
  const { isTrue, unknown } = into;
  for (let word = 0; word < isTrue.length; word++) {
    let trueBits = 0;
    let unknownBits = 0;
    for (let bit = 0; bit < BITS; bit++) {
      const verdict = verdictAt(word * BITS + bit);
      if (verdict > 0) trueBits |= 1 << bit;
      else if (verdict < 0) unknownBits |= 1 << bit;
    }
    isTrue[word] = trueBits;
    unknown[word] = unknownBits;
  }
}

type Kernel = (left: Float64Array, right: Float64Array, into: VerdictBits) => void;

/** A comparison with NaN on either side is unknown. */
function compareKernel(holds: (x: number, y: number) => boolean): Kernel {
  return (left, right, into) => {
    fill(into, (slot) => {
      const x = left[slot]!;
      const y = right[slot]!;
      if (Number.isNaN(x) || Number.isNaN(y)) return -1;
      return holds(x, y) ? 1 : 0;
    });
  };
}

export const COMPARE: Readonly<Record<CompareOperator, Kernel>> = {
  '<': compareKernel((x, y) => x < y),
  '<=': compareKernel((x, y) => x <= y),
  '>': compareKernel((x, y) => x > y),
  '>=': compareKernel((x, y) => x >= y),
  '==': compareKernel((x, y) => x === y),
  '!=': compareKernel((x, y) => x !== y),
};

/** Two numbers now and one candle ago. */
export interface CrossInputs {
  readonly left: Float64Array;
  readonly right: Float64Array;
  readonly leftBefore: Float64Array;
  readonly rightBefore: Float64Array;
}

/** Unknown when any of the four is. */
export function crosses(direction: CrossDirection, inputs: CrossInputs, into: VerdictBits): void {
  const { left, right, leftBefore, rightBefore } = inputs;
  const above = direction !== 'below';
  const below = direction !== 'above';
  fill(into, (slot) => {
    const x = left[slot]!;
    const y = right[slot]!;
    const xBefore = leftBefore[slot]!;
    const yBefore = rightBefore[slot]!;
    // NaN spreads through a sum; infinities of both signs would too, so each is asked by itself.
    if (Number.isNaN(x) || Number.isNaN(y) || Number.isNaN(xBefore) || Number.isNaN(yBefore)) return -1;
    if (above && x > y && xBefore <= yBefore) return 1;
    return below && x < y && xBefore >= yBefore ? 1 : 0;
  });
}

/** Kleene's and: false as soon as one is false, unknown when one is unknown, else true. */
export function andBits(operands: readonly VerdictBits[], into: VerdictBits): void {
  for (let word = 0; word < into.isTrue.length; word++) {
    let trueBits = ~0;
    let notFalse = ~0;
    for (const { isTrue, unknown } of operands) {
      trueBits &= isTrue[word]!;
      notFalse &= isTrue[word]! | unknown[word]!;
    }
    into.isTrue[word] = trueBits;
    into.unknown[word] = notFalse & ~trueBits;
  }
}

/** Kleene's or: true as soon as one is true, unknown when one is unknown, else false. */
export function orBits(operands: readonly VerdictBits[], into: VerdictBits): void {
  for (let word = 0; word < into.isTrue.length; word++) {
    let trueBits = 0;
    let unknownBits = 0;
    for (const { isTrue, unknown } of operands) {
      trueBits |= isTrue[word]!;
      unknownBits |= unknown[word]!;
    }
    into.isTrue[word] = trueBits;
    into.unknown[word] = unknownBits & ~trueBits;
  }
}

/** Kleene's not: unknown stays unknown. */
export function notBits({ isTrue, unknown }: VerdictBits, into: VerdictBits): void {
  for (let word = 0; word < into.isTrue.length; word++) {
    const unknownBits = unknown[word]!;
    into.isTrue[word] = ~(isTrue[word]! | unknownBits);
    into.unknown[word] = unknownBits;
  }
}
