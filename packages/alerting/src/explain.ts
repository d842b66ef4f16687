import type { AlertValue } from '@ubot/contracts';
import { formatApart, formatNumber } from './format.ts';

interface Part {
  readonly key: string;
  readonly text: string;
}

/** A number of a condition, as the plan of @ubot/strategy has it. */
export type ExplainedNumber = Part &
  (
    | { readonly kind: 'constant'; readonly value: number }
    | { readonly kind: 'series' | 'market' | 'indicator' | 'coin_series' | 'past' | 'frame' }
    | { readonly kind: 'arithmetic'; readonly left: ExplainedNumber; readonly right: ExplainedNumber }
    | { readonly kind: 'negate'; readonly operand: ExplainedNumber }
    | { readonly kind: 'function'; readonly args: readonly ExplainedNumber[] }
  );

type CompareOperator = '<' | '<=' | '>' | '>=' | '==' | '!=';

/** A yes/no of a condition, as the plan of @ubot/strategy has it. */
export type ExplainedYesNo = Part &
  (
    | {
        readonly kind: 'compare';
        readonly op: CompareOperator;
        readonly left: ExplainedNumber;
        readonly right: ExplainedNumber;
      }
    | {
        readonly kind: 'crosses';
        readonly direction: 'above' | 'below' | 'either';
        readonly left: ExplainedNumber;
        readonly right: ExplainedNumber;
      }
    | { readonly kind: 'trend'; readonly direction: 'rising' | 'falling'; readonly of: ExplainedNumber }
    | { readonly kind: 'and' | 'or'; readonly operands: readonly ExplainedYesNo[] }
    | { readonly kind: 'not'; readonly operand: ExplainedYesNo }
  );

export interface ExplainInput {
  readonly root: ExplainedYesNo;
  /** The value of a number of the plan by its key; NaN is unknown. */
  valueOf(key: string): number;
  /** The same one candle ago, where it is known. */
  previousOf?(key: string): number;
  /** The user's own names, whose values are stored even where the condition does not use them. */
  readonly named?: readonly { readonly name: string; readonly node: ExplainedNumber }[];
}

export interface Explanation {
  /** "rsi(14) = 28.4 < 30 and close = 101.2 crosses above sma(50) = 100.9" */
  readonly explanation: string;
  /** Every named and inlined number as it stood, in the order of the condition, then the user's other names. */
  readonly values: AlertValue[];
}

const HOLDS: Readonly<Record<CompareOperator, (left: number, right: number) => boolean>> = {
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
};

function valueOfNumber(input: ExplainInput, node: ExplainedNumber): number {
  return node.kind === 'constant' ? node.value : input.valueOf(node.key);
}

function holdsCross(
  { direction, left, right }: Extract<ExplainedYesNo, { kind: 'crosses' }>,
  input: ExplainInput,
): boolean | null {
  const before = (node: ExplainedNumber): number =>
    node.kind === 'constant' ? node.value : (input.previousOf?.(node.key) ?? Number.NaN);
  const [now, was] = [valueOfNumber(input, left) - valueOfNumber(input, right), before(left) - before(right)];
  if (Number.isNaN(now) || Number.isNaN(was)) return null;
  const above = now > 0 && was <= 0;
  const below = now < 0 && was >= 0;
  return direction === 'above' ? above : direction === 'below' ? below : above || below;
}

/** Whether a yes/no held, by Kleene's tables; null when it is unknown or cannot be told from the values given. */
function holds(node: ExplainedYesNo, input: ExplainInput): boolean | null {
  switch (node.kind) {
    case 'compare': {
      const [left, right] = [valueOfNumber(input, node.left), valueOfNumber(input, node.right)];
      return Number.isNaN(left) || Number.isNaN(right) ? null : HOLDS[node.op](left, right);
    }
    case 'crosses':
      return holdsCross(node, input);
    case 'trend': {
      // The value of a trend is 1 or 0.
      const value = input.valueOf(node.key);
      return Number.isNaN(value) ? null : value === 1;
    }
    case 'not': {
      const operand = holds(node.operand, input);
      return operand === null ? null : !operand;
    }
    default: {
      const decisive = node.kind === 'or';
      const outcomes = new Set(node.operands.map((operand) => holds(operand, input)));
      if (outcomes.has(decisive)) return decisive;
      return outcomes.has(null) ? null : !decisive;
    }
  }
}

/** The numbers inside a number, each before what is made of it. */
function numbersIn(node: ExplainedNumber): ExplainedNumber[] {
  switch (node.kind) {
    case 'constant':
      return [];
    case 'arithmetic':
      return [...numbersIn(node.left), ...numbersIn(node.right), node];
    case 'negate':
      return [...numbersIn(node.operand), node];
    case 'function':
      return [...node.args.flatMap(numbersIn), node];
    default:
      return [node];
  }
}

interface Mention {
  readonly node: ExplainedNumber;
  readonly crossing: boolean;
}

function mentionsIn(node: ExplainedYesNo): Mention[] {
  switch (node.kind) {
    case 'compare':
    case 'crosses': {
      const crossing = node.kind === 'crosses';
      return [...numbersIn(node.left), ...numbersIn(node.right)].map((number) => ({ node: number, crossing }));
    }
    case 'trend':
      return numbersIn(node.of).map((number) => ({ node: number, crossing: false }));
    case 'not':
      return mentionsIn(node.operand);
    default:
      return node.operands.flatMap(mentionsIn);
  }
}

function storedValues(input: ExplainInput): AlertValue[] {
  const values = new Map<string, AlertValue>();
  const add = (text: string, value: number): void => {
    if (!values.has(text)) values.set(text, { text, value: Number.isFinite(value) ? value : null });
  };
  for (const { node, crossing } of mentionsIn(input.root)) {
    add(node.text, input.valueOf(node.key));
    if (crossing && input.previousOf) add(`${node.text}, one candle before`, input.previousOf(node.key));
  }
  for (const { name, node } of input.named ?? []) add(name, input.valueOf(node.key));
  return [...values.values()];
}

/**
 * Says in one line why a condition is true: each part with its value, at its first mention.
 *
 * Edges:  of an `or` only the parts that held are told. A value is shown with as many digits as it takes to differ from
 *         what it is compared with. Unknown values are shown as such and stored as null.
 */
export function explainCondition(input: ExplainInput): Explanation {
  const told = new Set<string>();
  const tell = (node: ExplainedNumber, other: ExplainedNumber): string => {
    if (node.kind === 'constant' || told.has(node.key)) return node.text;
    told.add(node.key);
    return `${node.text} = ${formatApart(valueOfNumber(input, node), valueOfNumber(input, other))}`;
  };
  const explain = (node: ExplainedYesNo, inList: boolean): string => {
    switch (node.kind) {
      case 'compare':
        return `${tell(node.left, node.right)} ${node.op} ${tell(node.right, node.left)}`;
      case 'crosses': {
        const direction = node.direction === 'either' ? '' : ` ${node.direction}`;
        return `${tell(node.left, node.right)} crosses${direction} ${tell(node.right, node.left)}`;
      }
      case 'trend': {
        if (node.of.kind === 'constant' || told.has(node.of.key)) return node.text;
        told.add(node.of.key);
        return `${node.text} with ${node.of.text} = ${formatNumber(input.valueOf(node.of.key))}`;
      }
      case 'not':
        return `not (${explain(node.operand, false)})`;
      default: {
        const held = node.operands.filter((operand) => holds(operand, input) === true);
        const operands = node.kind === 'or' && held.length > 0 ? held : node.operands;
        const [only] = operands;
        if (only && operands.length === 1) return explain(only, inList);
        const text = operands.map((operand) => explain(operand, true)).join(` ${node.kind} `);
        return inList ? `(${text})` : text;
      }
    }
  };
  return { explanation: explain(input.root, false), values: storedValues(input) };
}

const WORDS: Readonly<Record<CompareOperator, string>> = {
  '<': 'below',
  '<=': 'at or below',
  '>': 'above',
  '>=': 'at or above',
  '==': 'equal to',
  '!=': 'different from',
};

/**
 * Answers "why no alert?" for a condition that is not true: "rsi(14) is 41.2, which is not below 30."
 *
 * Edges:  of an `and` the parts that failed are told; what is unknown is told before what is false.
 */
export function explainUnmet(input: ExplainInput): string {
  const shown = (node: ExplainedNumber, other: ExplainedNumber): string =>
    node.kind === 'constant'
      ? node.text
      : `${node.text} (${formatApart(valueOfNumber(input, node), valueOfNumber(input, other))})`;
  const unmet = (node: ExplainedYesNo): string[] => {
    if (holds(node, input) === true) return [];
    switch (node.kind) {
      case 'compare':
      case 'crosses': {
        const { left, right } = node;
        const unknown = [left, right].find((side) => Number.isNaN(valueOfNumber(input, side)));
        if (unknown) return [`${unknown.text} is not known yet`];
        if (node.kind === 'compare') {
          const value = formatApart(valueOfNumber(input, left), valueOfNumber(input, right));
          return [`${left.text} is ${value}, which is not ${WORDS[node.op]} ${shown(right, left)}`];
        }
        const direction = node.direction === 'either' ? '' : ` ${node.direction}`;
        return [`${shown(left, right)} did not cross${direction} ${shown(right, left)}`];
      }
      case 'trend':
        return [holds(node, input) === null ? `${node.text} is not known yet` : `${node.text} does not hold`];
      case 'not':
        return [`"${node.text}" is not true: ${explainCondition({ ...input, root: node.operand }).explanation}`];
      default:
        return node.operands.flatMap(unmet);
    }
  };
  const reasons = [...new Set(unmet(input.root))];
  return reasons.length === 0 ? 'The condition is true.' : `${reasons.join('; ')}.`;
}

/** A value as alerts and decisions show it. */
export function formatValue(value: number | null): string {
  return formatNumber(value ?? Number.NaN);
}
