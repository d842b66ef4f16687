import type { NumberOp } from './program.ts';

export interface NumberRun {
  readonly op: Exclude<NumberOp, { op: 'output' | 'frame' }>;
  readonly into: Float64Array;
  readonly present: Uint8Array;
  readonly column: (index: number) => Float64Array;
  readonly scalar: (index: number) => number;
  readonly operand: (index: number) => Float64Array;
}

/** Computes one number for the coins that are present; the others keep what they had. NaN, unknown, spreads. */
export function computeNumber(run: NumberRun): void {
  const { op, operand } = run;
  switch (op.op) {
    case 'constant':
      return;
    case 'column':
      copy(run, run.column(op.column));
      if (op.column === 0) hideUnknownClose(run);
      return;
    case 'scalar': {
      const value = run.scalar(op.scalar);
      const { into, present } = run;
      for (let slot = 0; slot < into.length; slot++) if (present[slot] === 1) into[slot] = value;
      return;
    }
    case 'negate':
      return combine(run, operand(op.operand), operand(op.operand), (x) => -x);
    case 'arithmetic':
      return combine(run, operand(op.left), operand(op.right), ARITHMETIC[op.sign]);
    case 'function': {
      const first = operand(op.args[0]!);
      if (op.name === 'abs') return combine(run, first, first, (x) => Math.abs(x));
      // Math.min and Math.max of NaN are NaN.
      const pick =
        op.name === 'min' ? (x: number, y: number) => Math.min(x, y) : (x: number, y: number) => Math.max(x, y);
      copy(run, first);
      for (const arg of op.args.slice(1)) combine(run, run.into, operand(arg), pick);
    }
  }
}

/**
 * Stands in the column of closes for a candle that is there but whose close nobody knows, as a file may have it. Polled
 * candles always have one, which is why a coin without a candle is told by its close.
 */
export const UNKNOWN_CLOSE = -Infinity;

function hideUnknownClose({ into, present }: NumberRun): void {
  for (let slot = 0; slot < into.length; slot++) {
    if (present[slot] === 1 && into[slot] === UNKNOWN_CLOSE) into[slot] = NaN;
  }
}

// A division by zero has no value, and neither has what is too large for a number: unknown, not infinite.
const finite = (value: number): number => (value - value === 0 ? value : NaN);
const ARITHMETIC = {
  '+': (x: number, y: number) => finite(x + y),
  '-': (x: number, y: number) => finite(x - y),
  '*': (x: number, y: number) => finite(x * y),
  '/': (x: number, y: number) => finite(x / y),
};

function copy({ into, present }: NumberRun, from: Float64Array): void {
  for (let slot = 0; slot < into.length; slot++) if (present[slot] === 1) into[slot] = from[slot]!;
}

function combine(
  { into, present }: NumberRun,
  left: Float64Array,
  right: Float64Array,
  apply: (x: number, y: number) => number,
): void {
  for (let slot = 0; slot < into.length; slot++) {
    if (present[slot] === 1) into[slot] = apply(left[slot]!, right[slot]!);
  }
}
