import type { BoolNode, NumberNode, Verdict } from '@ubot/strategy';

/** The numbers of one coin. NaN is unknown. */
export interface CoinNumbers {
  now(key: string): number;
  /** One candle ago. */
  before(key: string): number;
}

/** The verdict of a condition about one coin, asked for alone: from the numbers, without anything that was judged before. */
export function verdictOf(node: BoolNode, numbers: CoinNumbers): Verdict {
  switch (node.kind) {
    case 'compare': {
      const x = numberIn(node.left, numbers.now);
      const y = numberIn(node.right, numbers.now);
      if (Number.isNaN(x) || Number.isNaN(y)) return 'unknown';
      return compares(node.op, x, y) ? 'true' : 'false';
    }
    case 'crosses': {
      const [x, y] = [numberIn(node.left, numbers.now), numberIn(node.right, numbers.now)];
      const [xBefore, yBefore] = [numberIn(node.left, numbers.before), numberIn(node.right, numbers.before)];
      if ([x, y, xBefore, yBefore].some((value) => Number.isNaN(value))) return 'unknown';
      const above = x > y && xBefore <= yBefore;
      const below = x < y && xBefore >= yBefore;
      const holds = node.direction === 'above' ? above : node.direction === 'below' ? below : above || below;
      return holds ? 'true' : 'false';
    }
    case 'trend': {
      const value = numbers.now(node.key);
      return Number.isNaN(value) ? 'unknown' : value === 1 ? 'true' : 'false';
    }
    case 'not': {
      const verdict = verdictOf(node.operand, numbers);
      return verdict === 'unknown' ? 'unknown' : verdict === 'true' ? 'false' : 'true';
    }
    case 'and':
    case 'or':
      return ofList(node, numbers);
  }
}

function ofList(node: BoolNode & { kind: 'and' | 'or' }, numbers: CoinNumbers): Verdict {
  const decides = node.kind === 'and' ? 'false' : 'true';
  let result: Verdict = node.kind === 'and' ? 'true' : 'false';
  for (const operand of node.operands) {
    const verdict = verdictOf(operand, numbers);
    if (verdict === decides) return decides;
    if (verdict === 'unknown') result = 'unknown';
  }
  return result;
}

/** The value of a number about one coin; a constant is itself. */
export function numberIn(node: NumberNode, read: (key: string) => number): number {
  return node.kind === 'constant' ? node.value : read(node.key);
}

function compares(op: '<' | '<=' | '>' | '>=' | '==' | '!=', x: number, y: number): boolean {
  switch (op) {
    case '<':
      return x < y;
    case '<=':
      return x <= y;
    case '>':
      return x > y;
    case '>=':
      return x >= y;
    case '==':
      return x === y;
    case '!=':
      return x !== y;
  }
}
