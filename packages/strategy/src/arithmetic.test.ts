import { describe, expect, it } from 'vitest';
import { hasSharedData, NO_SHARED_DATA, sharedData } from '@ubot/testing';
import { rootOf } from './check.testing.ts';
import type { BoolNode, NumberNode } from './plan.ts';

/** Plans of constants alone, so that precedence can be seen in a value. */
function numberOf(node: NumberNode): number {
  switch (node.kind) {
    case 'constant':
      return node.value;
    case 'negate':
      return -numberOf(node.operand);
    case 'arithmetic': {
      const [left, right] = [numberOf(node.left), numberOf(node.right)];
      return { '+': left + right, '-': left - right, '*': left * right, '/': left / right }[node.op];
    }
    case 'function': {
      const args = node.args.map(numberOf);
      return node.name === 'abs' ? Math.abs(args[0] ?? Number.NaN) : Math[node.name](...args);
    }
    default:
      throw new Error(`${node.key} is not made of constants`);
  }
}

function yesNoOf(node: BoolNode): boolean {
  switch (node.kind) {
    case 'compare': {
      const [left, right] = [numberOf(node.left), numberOf(node.right)];
      const { op } = node;
      return {
        '<': left < right,
        '<=': left <= right,
        '>': left > right,
        '>=': left >= right,
        '==': left === right,
        '!=': left !== right,
      }[op];
    }
    case 'and':
      return node.operands.every(yesNoOf);
    case 'or':
      return node.operands.some(yesNoOf);
    case 'not':
      return !yesNoOf(node.operand);
    default:
      throw new Error(`${node.key} is not made of constants`);
  }
}

describe('arithmetic', () => {
  it.each([
    ['2 + 3 * 4', 14],
    ['(2 + 3) * 4', 20],
    ['10 - 4 - 3', 3],
    ['24 / 4 / 2', 3],
    ['24 / 4 * 2', 12],
    ['2 * -3', -6],
    ['-2 * -3', 6],
    ['--2', 2],
    ['-(2 + 3)', -5],
    ['+5 - +3', 2],
    ['abs(-5) + min(3, 1, 2) * max(4, 5)', 10],
    ['1.5k + .5', 1_500.5],
    ['1.1M', 1_100_000],
    ['123.', 123],
    ['1e3', 1_000],
    ['1.5e-3', 0.0015],
  ])('%s is %d', (text, value) => {
    expect(yesNoOf(rootOf(`${text} == ${value}`))).toBe(true);
  });

  it.each([
    ['1 < 2 and 2 < 1 or 3 < 4', true],
    ['1 < 2 and (2 < 1 or 4 < 3)', false],
    ['not 1 < 2 or 1 < 2', true],
    ['not (1 < 2 or 1 < 2)', false],
    ['1 < 2 < 3', true],
    ['1 < 3 < 2', false],
    ['3 >= 3 > 2', true],
  ])('%s is %s', (text, value) => {
    expect(yesNoOf(rootOf(text))).toBe(value);
  });
});

// Of a calculator's own tests those whose words mean the same here: + - * / and signs, comparisons, and, or, not.
const NUMBER_CASE = /^[-+*/(). 0-9eE]+$/;
const COMPARISON_CASE = /^[-+*/(). 0-9]+(?:<=?|>=?|==|!=)[-+*/(). 0-9]+$/;

const shared = hasSharedData
  ? (JSON.parse(sharedData('security/expression-arithmetic.json').toString('utf8')) as {
      expr: string;
      value: unknown;
    }[])
  : [];
const numberCases = shared.filter(
  ({ expr, value }) => NUMBER_CASE.test(expr) && typeof value === 'number' && Number.isFinite(value),
);
const comparisonCases = shared.filter(({ expr, value }) => COMPARISON_CASE.test(expr) && typeof value === 'boolean');

describe.skipIf(!hasSharedData)(`a calculator's tests${NO_SHARED_DATA}`, () => {
  it('are there', () => {
    expect([numberCases.length > 20, comparisonCases.length > 5]).toEqual([true, true]);
  });

  it.each(numberCases.map(({ expr, value }) => [expr, value as number] as const))('%s is %d', (expr, value) => {
    const root = rootOf(`${expr} == 0`);
    expect(root.kind === 'compare' && numberOf(root.left)).toBe(value === 0 ? 0 : value);
  });

  it.each(comparisonCases.map(({ expr, value }) => [expr, value] as const))('%s is %s', (expr, value) => {
    expect(yesNoOf(rootOf(expr))).toBe(value);
  });
});
