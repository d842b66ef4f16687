import type { CompareOperator, CrossDirection, Verdict } from '@ubot/strategy';
import type { Grid } from './candles.ts';

/** Verdicts of history are numbers: 1 true, 0 false, -1 unknown. */
export const TRUE = 1;
export const FALSE = 0;
export const UNKNOWN = -1;

/** A verdict of history as the rest of uBot calls it. */
export function verdictName(verdict: number): Verdict {
  return verdict === TRUE ? 'true' : verdict === FALSE ? 'false' : 'unknown';
}

/** Two columns of numbers, candle by candle. */
export interface Pair {
  readonly left: Float64Array;
  readonly right: Float64Array;
}

export function compareColumn(op: CompareOperator, { left, right }: Pair): Int8Array {
  switch (op) {
    case '<':
      return isLess(left, right);
    case '>':
      return isLess(right, left);
    case '<=':
      return isAtMost(left, right);
    case '>=':
      return isAtMost(right, left);
    case '==':
      return isEqual(left, right);
    case '!=':
      return notColumn(isEqual(left, right));
  }
}

// One loop each: a comparison that is looked up per candle would cost more than the comparison.
function isLess(left: Float64Array, right: Float64Array): Int8Array {
  const result = new Int8Array(left.length);
  for (let i = 0; i < result.length; i++) {
    const x = left[i]!;
    const y = right[i]!;
    result[i] = x < y ? TRUE : x >= y ? FALSE : UNKNOWN;
  }
  return result;
}

function isAtMost(left: Float64Array, right: Float64Array): Int8Array {
  const result = new Int8Array(left.length);
  for (let i = 0; i < result.length; i++) {
    const x = left[i]!;
    const y = right[i]!;
    result[i] = x <= y ? TRUE : x > y ? FALSE : UNKNOWN;
  }
  return result;
}

function isEqual(left: Float64Array, right: Float64Array): Int8Array {
  const result = new Int8Array(left.length);
  for (let i = 0; i < result.length; i++) {
    const x = left[i]!;
    const y = right[i]!;
    result[i] = x === y ? TRUE : x < y || x > y ? FALSE : UNKNOWN;
  }
  return result;
}

/** `now` and one candle before, as columns. */
export function crossesColumn(direction: CrossDirection, now: Pair, before: Pair): Int8Array {
  if (direction === 'either') {
    return orColumn(crossesColumn('above', now, before), crossesColumn('below', now, before));
  }
  if (direction === 'below') return crossesColumn('above', swapped(now), swapped(before));
  const result = new Int8Array(now.left.length);
  for (let i = 0; i < result.length; i++) {
    const x = now.left[i]!;
    const y = now.right[i]!;
    const xBefore = before.left[i]!;
    const yBefore = before.right[i]!;
    const isKnown = (x > y || x <= y) && (xBefore > yBefore || xBefore <= yBefore);
    result[i] = !isKnown ? UNKNOWN : x > y && xBefore <= yBefore ? TRUE : FALSE;
  }
  return result;
}

const swapped = ({ left, right }: Pair): Pair => ({ left: right, right: left });

/** Strictly up, or down, at each of the last `candles` candles of a run without a longer gap. */
export function trendColumn(
  { bounds }: Grid,
  values: Float64Array,
  { direction, candles }: { direction: 'rising' | 'falling'; candles: number },
): Int8Array {
  const result = new Int8Array(values.length).fill(UNKNOWN);
  const sign = direction === 'rising' ? 1 : -1;
  for (let run = 0; run + 1 < bounds.length; run++) {
    let known = 0;
    let steps = 0;
    for (let i = bounds[run]!; i < bounds[run + 1]!; i++) {
      const value = values[i]!;
      if (Number.isNaN(value)) {
        known = 0;
        steps = 0;
        continue;
      }
      steps = known > 0 && sign * (value - values[i - 1]!) > 0 ? steps + 1 : 0;
      known += 1;
      if (known > candles) result[i] = steps >= candles ? TRUE : FALSE;
    }
  }
  return result;
}

export function notColumn(operand: Int8Array): Int8Array {
  const result = new Int8Array(operand.length);
  for (let i = 0; i < result.length; i++) result[i] = operand[i] === UNKNOWN ? UNKNOWN : TRUE - operand[i]!;
  return result;
}

/** Kleene: false decides, then unknown. Where neither is false, the smaller one is the answer. */
export function andColumn(left: Int8Array, right: Int8Array): Int8Array {
  const result = new Int8Array(left.length);
  for (let i = 0; i < result.length; i++) {
    const x = left[i]!;
    const y = right[i]!;
    result[i] = x === FALSE || y === FALSE ? FALSE : x < y ? x : y;
  }
  return result;
}

/** Kleene: true decides, then unknown. Where neither is true, the smaller one is the answer. */
export function orColumn(left: Int8Array, right: Int8Array): Int8Array {
  const result = new Int8Array(left.length);
  for (let i = 0; i < result.length; i++) {
    const x = left[i]!;
    const y = right[i]!;
    result[i] = x === TRUE || y === TRUE ? TRUE : x < y ? x : y;
  }
  return result;
}
