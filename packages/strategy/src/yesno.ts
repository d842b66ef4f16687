import type { SyntaxNode } from '@lezer/common';
import { argumentsOf } from './call.ts';
import { childrenOf, nested, spanOf, withinCount, withinSize, wordsOf, type Checking } from './checking.ts';
import { compareNode, crossesNode, listNode, notNode, trendNode } from './nodes.ts';
import { createNumberCheck } from './number.ts';
import {
  COMPARE_OPERATORS,
  TREND_DIRECTIONS,
  type BoolNode,
  type CompareOperator,
  type CrossDirection,
  type NumberNode,
  type TrendDirection,
} from './plan.ts';
import { warnOfComparison, warnOfCrosses } from './warnings.ts';
import { readCandles } from './window.ts';

const OPERATORS: ReadonlyMap<string, CompareOperator> = new Map(COMPARE_OPERATORS.map((op) => [op, op]));
/** The operators that may stand together in one chain. */
const CHAINS: readonly (readonly CompareOperator[])[] = [['<', '<='], ['>', '>='], ['==']];

interface ComparisonParts {
  readonly operands: readonly (NumberNode | null)[];
  readonly comparators: readonly SyntaxNode[];
  readonly whole: boolean;
}

function partsOf(checking: Checking, node: SyntaxNode): ComparisonParts {
  const operands: (NumberNode | null)[] = [];
  const comparators: SyntaxNode[] = [];
  let whole = true;
  for (const child of childrenOf(node)) {
    if (child.type.isError) whole = false;
    else if (child.name === 'CompareOperator' || child.name === 'Crosses') comparators.push(child);
    else operands.push(checkNumber(checking, child));
  }
  return { operands, comparators, whole: whole && operands.length === comparators.length + 1 };
}

function checkCrosses(checking: Checking, node: SyntaxNode, parts: ComparisonParts): BoolNode | null {
  const crosses = parts.comparators.find((comparator) => comparator.name === 'Crosses');
  if (!crosses) return null;
  if (parts.comparators.length > 1) {
    checking.report.error(
      'CONDITION_SYNTAX',
      spanOf(crosses),
      '`crosses` cannot be part of a chain.',
      'Join two questions with `and`.',
    );
    return null;
  }
  const [left, right] = parts.operands;
  if (!left || !right) return null;
  const direction: CrossDirection = crosses.getChild('AboveKeyword')
    ? 'above'
    : crosses.getChild('BelowKeyword')
      ? 'below'
      : 'either';
  const crossing = crossesNode(direction, left, right);
  warnOfCrosses(checking, spanOf(node), crossing);
  return withinSize(checking, node, crossing);
}

function checkComparison(checking: Checking, node: SyntaxNode): BoolNode | null {
  const parts = partsOf(checking, node);
  if (!parts.whole || !checking.readable) return null;
  if (parts.comparators.some((comparator) => comparator.name === 'Crosses')) return checkCrosses(checking, node, parts);
  const ops = parts.comparators.map((comparator) => OPERATORS.get(wordsOf(checking, comparator)) ?? '==');
  const [first = '=='] = ops;
  const together = CHAINS.find((chain) => chain.includes(first)) ?? [];
  const deviating = ops.findIndex((op, index) => index > 0 && !together.includes(op));
  const at = deviating === -1 && ops.length > 1 && together.length === 0 ? 1 : deviating;
  if (at !== -1) {
    checking.report.error(
      'CONDITION_SYNTAX',
      spanOf(parts.comparators[at] ?? node),
      'A chain of comparisons runs in one direction.',
      'Join two questions with `and`.',
    );
    return null;
  }
  const operands = parts.operands.filter((operand) => operand !== null);
  if (operands.length < parts.operands.length) return null;
  const compares = ops.flatMap((op, index) => {
    const [left, right] = [operands[index], operands[index + 1]];
    return left && right ? [compareNode(op, left, right)] : [];
  });
  warnOfComparison(checking, spanOf(node), compares);
  const [only] = compares;
  if (!only) return null;
  return withinSize(checking, node, compares.length === 1 ? only : listNode('and', compares));
}

function checkList(checking: Checking, node: SyntaxNode, kind: 'and' | 'or'): BoolNode | null {
  const operands: BoolNode[] = [];
  let whole = true;
  for (const child of childrenOf(node)) {
    if (child.name === 'AndKeyword' || child.name === 'OrKeyword') continue;
    const operand = child.type.isError ? null : checkYesNo(checking, child);
    if (operand) operands.push(operand);
    else whole = false;
  }
  return whole && operands.length > 1 ? withinSize(checking, node, listNode(kind, operands)) : null;
}

function reportNumber(checking: Checking, node: SyntaxNode, number: NumberNode): null {
  checking.report.error(
    'CONDITION_TYPE',
    spanOf(node),
    'A number stands where a yes/no is wanted.',
    number.kind === 'constant' ? 'Compare it with something.' : `Compare it with something: \`${number.text} > 0\`.`,
  );
  return null;
}

/** `rising(close, 3)`, `falling(rsi(14), 1h)` */
function checkTrend(checking: Checking, node: SyntaxNode, direction: TrendDirection): BoolNode | null {
  const { args, broken } = argumentsOf(node);
  const [series, length] = args;
  if (!broken && args.length !== 2) {
    const message = `\`${direction}\` takes a series and a number of candles or a duration.`;
    checking.report.error('CONDITION_ARITY', spanOf(node), message, `Write \`${direction}(close, 3)\`.`);
    return null;
  }
  const of = series ? checkNumber(checking, series) : null;
  const candles = length ? readCandles(checking, length) : null;
  if (broken || !of || !candles) return null;
  const trend = trendNode(direction, { of, ...candles });
  return withinCount(checking, node, trend.key) ? withinSize(checking, node, trend) : null;
}

/** The direction that a call asks about, if it is such a call. */
function trendOf(checking: Checking, node: SyntaxNode): TrendDirection | null {
  const name = node.name === 'Call' ? node.getChild('Name') : null;
  const word = name ? wordsOf(checking, name).toLowerCase() : '';
  return TREND_DIRECTIONS.find((direction) => direction === word) ?? null;
}

/** Checks a part that must be a yes/no; null when it has mistakes, which are reported. */
export function checkYesNo(checking: Checking, node: SyntaxNode): BoolNode | null {
  switch (node.name) {
    case 'Or':
      return checkList(checking, node, 'or');
    case 'And':
      return checkList(checking, node, 'and');
    case 'Not': {
      const inner = childrenOf(node).find((child) => child.name !== 'NotKeyword' && !child.type.isError);
      const operand = inner ? nested(checking, node, () => checkYesNo(checking, inner)) : null;
      return operand && withinSize(checking, node, notNode(operand));
    }
    case 'Comparison':
      return checkComparison(checking, node);
    case 'Parenthesised': {
      const inner = childrenOf(node).find((child) => !child.type.isError && child.name !== '(' && child.name !== ')');
      return inner ? nested(checking, node, () => checkYesNo(checking, inner)) : null;
    }
    default: {
      const direction = trendOf(checking, node);
      if (direction) return nested(checking, node, () => checkTrend(checking, node, direction));
      const number = checkNumber(checking, node);
      return number && reportNumber(checking, node, number);
    }
  }
}

const numbers = createNumberCheck(checkYesNo);

/** Checks a part that must be a number; null when it has mistakes, which are reported. */
export function checkNumber(checking: Checking, node: SyntaxNode): NumberNode | null {
  return numbers.number(checking, node);
}
