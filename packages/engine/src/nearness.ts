import type { BoolNode, NumberNode } from '@ubot/strategy';
import { numberIn, verdictOf, type CoinNumbers } from './verdict.ts';

/** On the wrong side altogether, or there is nothing to measure by. */
const FAR = Infinity;

/**
 * How much a condition lacks about one coin: 0 when it is true, 0.02 when the part that lacks most is 2 % away, Infinity
 * when that cannot be said.
 *
 * Edges:  of an `and` the part that lacks most counts, of an `or` the one that lacks least. A cross is near while the value
 *         is still on the side that it has to come from; a trend is never near, it holds or it does not.
 */
export function distanceOf(root: BoolNode, numbers: CoinNumbers): number {
  const away = (node: BoolNode, wanted: boolean): number => {
    if (verdictOf(node, numbers) === (wanted ? 'true' : 'false')) return 0;
    switch (node.kind) {
      case 'compare':
        return gap(node, numbers);
      case 'crosses': {
        const [x, y] = [numberIn(node.left, numbers.now), numberIn(node.right, numbers.now)];
        // What has just crossed has done so for one candle only.
        if (!wanted) return 0;
        const fromHere = node.direction === 'above' ? x <= y : node.direction === 'below' ? x >= y : true;
        return fromHere ? gap(node, numbers) : FAR;
      }
      case 'trend':
        return FAR;
      case 'not':
        return away(node.operand, !wanted);
      case 'and':
      case 'or': {
        const each = node.operands.map((operand) => away(operand, wanted));
        return (node.kind === 'and') === wanted ? Math.max(...each) : Math.min(...each);
      }
    }
  };
  return away(root, true);
}

/** By how much of the constant the other side differs from it; without one, of the larger of the two. */
function gap({ left, right }: { left: NumberNode; right: NumberNode }, numbers: CoinNumbers): number {
  const [x, y] = [numberIn(left, numbers.now), numberIn(right, numbers.now)];
  if (x === y) return 0;
  const constant = right.kind === 'constant' ? y : left.kind === 'constant' ? x : 0;
  const share = Math.abs(x - y) / (constant === 0 ? Math.max(Math.abs(x), Math.abs(y)) : Math.abs(constant));
  return Number.isNaN(share) ? FAR : share;
}

/** A part of a condition that is not known about one coin. */
export interface UnknownPart {
  /** As the user wrote it. */
  readonly text: string;
  readonly node: NumberNode;
  /** How many candles before the last one its value is wanted from as well. */
  readonly candlesBefore: number;
}

/** What keeps a condition from being true or false, in the order of the condition; empty when it is one of them. */
export function unknownPartsOf(root: BoolNode, numbers: CoinNumbers): UnknownPart[] {
  const found = new Map<string, UnknownPart>();
  const add = (text: string, node: NumberNode, candlesBefore: number): void => {
    if (!found.has(text)) found.set(text, { text, node, candlesBefore });
  };
  const look = (node: BoolNode): void => {
    if (verdictOf(node, numbers) !== 'unknown') return;
    switch (node.kind) {
      case 'compare':
      case 'crosses': {
        const crossing = node.kind === 'crosses';
        for (const side of [node.left, node.right]) {
          const before = crossing && Number.isNaN(numberIn(side, numbers.before));
          if (before || Number.isNaN(numberIn(side, numbers.now))) add(side.text, side, crossing ? 1 : 0);
        }
        return;
      }
      case 'trend':
        return add(node.text, node.of, node.candles);
      case 'not':
        return look(node.operand);
      case 'and':
      case 'or':
        node.operands.forEach(look);
    }
  };
  look(root);
  return [...found.values()];
}
