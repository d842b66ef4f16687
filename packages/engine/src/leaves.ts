import type { BoolNode, NumberNode } from '@ubot/strategy';
import type { Leaf } from './formula.ts';

const FLIPPED = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '==': '==', '!=': '!=' } as const;

/** A leaf with its constant, if it has one, on the right. */
export function constantRight(leaf: Leaf): Leaf {
  if (leaf.kind !== 'compare' || leaf.left.kind !== 'constant' || leaf.right.kind === 'constant') return leaf;
  return { ...leaf, op: FLIPPED[leaf.op], left: leaf.right, right: leaf.left };
}

/** `rising(x, n)` is a number too: 1, 0 or unknown. */
export function trendNumber(node: BoolNode & { kind: 'trend' }): NumberNode {
  const { key, text, direction, candles, of } = node;
  const indicator = { name: direction, params: [candles], output: 'value', outputIndex: 0, input: of };
  return { kind: 'indicator', ...indicator, key, text };
}

/** The numbers that a leaf reads, but for a constant on its right. */
export function numbersOf(leaf: Leaf): NumberNode[] {
  if (leaf.kind === 'trend') return [trendNumber(leaf)];
  return leaf.right.kind === 'constant' ? [leaf.left] : [leaf.left, leaf.right];
}
