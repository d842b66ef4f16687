import { andBits, COMPARE, crosses, notBits, orBits, type VerdictBits } from './bits.ts';
import type { NumberView } from './numbers.ts';
import type { BoolOp, EvaluationMode, TimeframeProgram } from './program.ts';
import type { Scratch } from './scratch.ts';

export interface JudgeOptions {
  readonly program: TimeframeProgram;
  readonly mode: EvaluationMode;
  readonly numbers: readonly NumberView[];
  readonly roots: ReadonlyMap<string, VerdictBits>;
  readonly scratch: Scratch;
  readonly slots: number;
}

/**
 * Evaluates the yes/noes that a mode wants, each distinct one once, over all coins of the slice.
 *
 * Edges:  at a candle's close "now" is the closed candle and "one candle ago" the one before; at a snapshot "now" is
 *         the open candle and "one candle ago" the last closed one.
 */
export function judge(options: JudgeOptions): void {
  const { program, mode, numbers, roots, scratch, slots } = options;
  const wordCount = slots / 32;
  const needed = neededBools(program, mode);
  const bitsOf = (index: number): VerdictBits => scratch.bits(index, wordCount);
  const now = (i: number) => (mode === 'candle_close' ? numbers[i]!.now : numbers[i]!.open);
  const before = (i: number) => (mode === 'candle_close' ? numbers[i]!.before : numbers[i]!.now);
  for (const index of needed) {
    const op = program.bools[index]!;
    const into = bitsOf(index);
    switch (op.op) {
      case 'compare':
        COMPARE[op.sign](now(op.left), now(op.right), into);
        break;
      case 'crosses': {
        const { left, right } = op;
        const inputs = { left: now(left), right: now(right), leftBefore: before(left), rightBefore: before(right) };
        crosses(op.direction, inputs, into);
        break;
      }
      case 'and':
        andBits(op.operands.map(bitsOf), into);
        break;
      case 'or':
        orBits(op.operands.map(bitsOf), into);
        break;
      case 'not':
        notBits(bitsOf(op.operand), into);
    }
    const root = roots.get(op.key);
    if (root === undefined) continue;
    root.isTrue.set(into.isTrue);
    root.unknown.set(into.unknown);
  }
}

const neededOf = new WeakMap<TimeframeProgram, Map<EvaluationMode, readonly number[]>>();

/** Indices of the yes/noes that a mode's roots stand on, operands first. */
function neededBools(program: TimeframeProgram, mode: EvaluationMode): readonly number[] {
  const byMode = neededOf.get(program) ?? new Map<EvaluationMode, readonly number[]>();
  neededOf.set(program, byMode);
  const known = byMode.get(mode);
  if (known !== undefined) return known;
  const needed = new Set<number>();
  const visit = (index: number): void => {
    if (needed.has(index)) return;
    needed.add(index);
    operandsOf(program.bools[index]!).forEach(visit);
  };
  program.roots[mode].forEach(visit);
  const sorted = [...needed].sort((a, b) => a - b);
  byMode.set(mode, sorted);
  return sorted;
}

function operandsOf(op: BoolOp): readonly number[] {
  if (op.op === 'and' || op.op === 'or') return op.operands;
  return op.op === 'not' ? [op.operand] : [];
}
