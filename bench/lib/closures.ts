import type { BoolNode, NumberNode } from '@ubot/strategy';

/** Reads a number of one coin by its key. */
export type ReadNumber = (key: string) => number;

/** 1 true, 0 false, -1 unknown. */
export type Judge = (now: ReadNumber, before: ReadNumber) => number;
type Value = (read: ReadNumber) => number;

/**
 * A condition as a tree of closures, the usual way to run rules without an interpreter: the baseline of the engine's figures.
 * Numbers are read as they are, as the engine has them too; nothing is shared between conditions.
 */
export function compileClosure(node: BoolNode): Judge {
  switch (node.kind) {
    case 'compare': {
      const [left, right] = [compileNumber(node.left), compileNumber(node.right)];
      const holds = COMPARES[node.op];
      return (now) => {
        const x = left(now);
        const y = right(now);
        return Number.isNaN(x) || Number.isNaN(y) ? -1 : holds(x, y) ? 1 : 0;
      };
    }
    case 'crosses': {
      const [left, right] = [compileNumber(node.left), compileNumber(node.right)];
      const above = node.direction !== 'below';
      const below = node.direction !== 'above';
      return (now, before) => {
        const [x, y, xWas, yWas] = [left(now), right(now), left(before), right(before)] as const;
        if (Number.isNaN(x + y + xWas + yWas)) return -1;
        return (above && x > y && xWas <= yWas) || (below && x < y && xWas >= yWas) ? 1 : 0;
      };
    }
    case 'trend': {
      const { key } = node;
      return (now) => {
        const value = now(key);
        return Number.isNaN(value) ? -1 : value;
      };
    }
    case 'not': {
      const operand = compileClosure(node.operand);
      return (now, before) => {
        const verdict = operand(now, before);
        return verdict < 0 ? verdict : 1 - verdict;
      };
    }
    default: {
      const operands = node.operands.map(compileClosure);
      const decides = node.kind === 'and' ? 0 : 1;
      return (now, before) => {
        let result = 1 - decides;
        for (const operand of operands) {
          const verdict = operand(now, before);
          if (verdict === decides) return decides;
          if (verdict < 0) result = -1;
        }
        return result;
      };
    }
  }
}

function compileNumber(node: NumberNode): Value {
  if (node.kind === 'constant') {
    const { value } = node;
    return () => value;
  }
  const { key } = node;
  return (read) => read(key);
}

const COMPARES = {
  '<': (x: number, y: number) => x < y,
  '<=': (x: number, y: number) => x <= y,
  '>': (x: number, y: number) => x > y,
  '>=': (x: number, y: number) => x >= y,
  '==': (x: number, y: number) => x === y,
  '!=': (x: number, y: number) => x !== y,
};
