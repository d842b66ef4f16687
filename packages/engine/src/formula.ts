import type { BoolNode } from '@ubot/strategy';
import { FALSE, TRUE, UNKNOWN } from './atoms.ts';

/** A leaf of a condition: what an atom judges. */
export type Leaf = Extract<BoolNode, { kind: 'compare' } | { kind: 'crosses' } | { kind: 'trend' }>;

/** A condition as and, or and not over its leaves, each of which is a place in a list of distinct leaves. */
export type Formula =
  | { readonly kind: 'leaf'; readonly leaf: number; readonly negated: boolean }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Formula[] };

/**
 * Drives every `not` down to the leaves (De Morgan holds for Kleene's three values too), so that what makes a condition
 * true is said by leaves that are true and leaves that are false alone.
 */
export function formulaOf(root: BoolNode): { formula: Formula; leaves: Leaf[] } {
  const leaves: Leaf[] = [];
  const placeOf = new Map<string, number>();
  const build = (node: BoolNode, negated: boolean): Formula => {
    if (node.kind === 'not') return build(node.operand, !negated);
    if ('operands' in node) {
      const kind = negated === (node.kind === 'and') ? 'or' : 'and';
      return { kind, operands: node.operands.map((operand) => build(operand, negated)) };
    }
    const place = placeOf.get(node.key) ?? leaves.push(node) - 1;
    placeOf.set(node.key, place);
    return { kind: 'leaf', leaf: place, negated };
  };
  return { formula: build(root, false), leaves };
}

/** Kleene's verdict of a formula whose leaves have the given verdicts. */
export function judgeFormula(formula: Formula, verdictOf: (leaf: number) => number): number {
  if (formula.kind === 'leaf') {
    const verdict = verdictOf(formula.leaf);
    return formula.negated && verdict !== UNKNOWN ? 1 - verdict : verdict;
  }
  const decides = formula.kind === 'and' ? FALSE : TRUE;
  let result = 1 - decides;
  for (const operand of formula.operands) {
    const verdict = judgeFormula(operand, verdictOf);
    if (verdict === decides) return decides;
    if (verdict === UNKNOWN) result = UNKNOWN;
  }
  return result;
}

/** Conditions of up to so many leaves are read off a table of all their verdicts. */
export const TABLE_LEAVES = 4;
export const TABLE_LENGTH = 3 ** TABLE_LEAVES;

/** The verdict for every combination of leaf verdicts: entry sum of verdict(i) * 3^i. */
export function tableOf(formula: Formula, leafCount: number): Uint8Array {
  const table = new Uint8Array(TABLE_LENGTH);
  for (let at = 0; at < 3 ** leafCount; at++) {
    table[at] = judgeFormula(formula, (leaf) => Math.floor(at / 3 ** leaf) % 3);
  }
  return table;
}
