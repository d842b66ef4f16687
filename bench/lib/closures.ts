import type { BoolNode, NumberNode } from '@ubot/strategy';

/** A number over all coins, now and one candle ago. */
export interface NumberColumns {
  readonly now: Float64Array;
  readonly before: Float64Array;
}
export type ColumnsOf = (key: string) => NumberColumns;

/** 1 true, 0 false, -1 unknown. */
export type Judge = (coin: number) => number;
type Value = (coin: number) => number;

/**
 * A condition as a tree of closures, the usual way to run rules without an interpreter: the baseline of the engine's figures.
 * Columns are looked up when a closure is made and read by the coin's place; nothing is shared between conditions.
 */
export function compileClosure(node: BoolNode, columnsOf: ColumnsOf): Judge {
  switch (node.kind) {
    case 'compare': {
      const [left, right] = [valueNow(node.left, columnsOf), valueNow(node.right, columnsOf)];
      const holds = COMPARES[node.op];
      return (coin) => {
        const x = left(coin);
        const y = right(coin);
        return Number.isNaN(x) || Number.isNaN(y) ? -1 : holds(x, y) ? 1 : 0;
      };
    }
    case 'crosses': {
      const [left, right] = [valueNow(node.left, columnsOf), valueNow(node.right, columnsOf)];
      const [leftWas, rightWas] = [valueBefore(node.left, columnsOf), valueBefore(node.right, columnsOf)];
      const above = node.direction !== 'below';
      const below = node.direction !== 'above';
      return (coin) => {
        const x = left(coin);
        const y = right(coin);
        const xWas = leftWas(coin);
        const yWas = rightWas(coin);
        if (Number.isNaN(x + y + xWas + yWas)) return -1;
        return (above && x > y && xWas <= yWas) || (below && x < y && xWas >= yWas) ? 1 : 0;
      };
    }
    case 'trend': {
      const { now } = columnsOf(node.key);
      return (coin) => (Number.isNaN(now[coin]!) ? -1 : now[coin]!);
    }
    case 'not': {
      const operand = compileClosure(node.operand, columnsOf);
      return (coin) => {
        const verdict = operand(coin);
        return verdict < 0 ? verdict : 1 - verdict;
      };
    }
    default: {
      const operands = node.operands.map((operand) => compileClosure(operand, columnsOf));
      const decides = node.kind === 'and' ? 0 : 1;
      return (coin) => {
        let result = 1 - decides;
        for (const operand of operands) {
          const verdict = operand(coin);
          if (verdict === decides) return decides;
          if (verdict < 0) result = -1;
        }
        return result;
      };
    }
  }
}

function valueNow(node: NumberNode, columnsOf: ColumnsOf): Value {
  if (node.kind === 'constant') return () => node.value;
  const { now } = columnsOf(node.key);
  return (coin) => now[coin]!;
}

function valueBefore(node: NumberNode, columnsOf: ColumnsOf): Value {
  if (node.kind === 'constant') return () => node.value;
  const { before } = columnsOf(node.key);
  return (coin) => before[coin]!;
}

const COMPARES = {
  '<': (x: number, y: number) => x < y,
  '<=': (x: number, y: number) => x <= y,
  '>': (x: number, y: number) => x > y,
  '>=': (x: number, y: number) => x >= y,
  '==': (x: number, y: number) => x === y,
  '!=': (x: number, y: number) => x !== y,
};
