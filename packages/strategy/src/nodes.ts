import type { GlobalMetric, Timeframe } from '@ubot/contracts';
import { printNumber } from './numbers.ts';
import type {
  ArithmeticNode,
  ArithmeticOperator,
  BoolNode,
  CoinSeriesNode,
  CompareNode,
  CompareOperator,
  ConstantNode,
  CrossDirection,
  CrossesNode,
  FrameNode,
  FunctionNode,
  IndicatorNode,
  ListNode,
  MarketNode,
  NegateNode,
  NotNode,
  NumberFunction,
  NumberNode,
  PastNode,
  SeriesName,
  SeriesNode,
  TrendDirection,
  TrendNode,
} from './plan.ts';

/** How tightly each kind of expression binds; the grammar's layers, loosest first. */
const LEVEL = { or: 1, and: 2, not: 3, compare: 4, sum: 5, product: 6, unary: 7, atom: 8 } as const;

type Texts = Pick<BoolNode, 'key' | 'text'>;

const OWN_NAME = /^[a-z_][a-z0-9_]*$/;

function levelOf(node: NumberNode | BoolNode): number {
  switch (node.kind) {
    case 'or':
      return LEVEL.or;
    case 'and':
      return LEVEL.and;
    case 'not':
      return LEVEL.not;
    case 'compare':
    case 'crosses':
      return LEVEL.compare;
    case 'arithmetic':
      return node.op === '+' || node.op === '-' ? LEVEL.sum : LEVEL.product;
    case 'negate':
      return LEVEL.unary;
    case 'constant':
      return node.value < 0 ? LEVEL.unary : LEVEL.atom;
    default:
      return LEVEL.atom;
  }
}

/** A part as it stands inside another: in parentheses where it binds more loosely than its place demands. */
function placed(node: NumberNode | BoolNode, level: number): Texts {
  if (levelOf(node) >= level) return node;
  // A part with an own name reads as that name, whatever it stands for.
  return { key: `(${node.key})`, text: OWN_NAME.test(node.text) ? node.text : `(${node.text})` };
}

function compose(parts: readonly (string | Texts)[]): Texts {
  return {
    key: parts.map((part) => (typeof part === 'string' ? part : part.key)).join(''),
    text: parts.map((part) => (typeof part === 'string' ? part : part.text)).join(''),
  };
}

function list(nodes: readonly Texts[], separator: string): (string | Texts)[] {
  return nodes.flatMap((node, index) => (index === 0 ? [node] : [separator, node]));
}

/** `text` is the number as written, `50k`; without it the canonical digits. */
export function constantNode(value: number, text?: string): ConstantNode {
  const key = printNumber(value);
  return { kind: 'constant', value: value === 0 ? 0 : value, key, text: text ?? key };
}

export function seriesNode(series: SeriesName): SeriesNode {
  return { kind: 'series', series, key: series, text: series };
}

export function marketNode(metric: GlobalMetric): MarketNode {
  return { kind: 'market', metric, key: `market.${metric}`, text: `market.${metric}` };
}

export interface IndicatorParts {
  readonly name: string;
  readonly params: readonly number[];
  readonly outputs: readonly string[];
  readonly outputIndex: number;
  readonly input: NumberNode | null;
  /** Leave the output out of the text that the user reads, because the user left it out. */
  readonly hideOutput?: boolean;
  /** The call as the user wrote it, where that is not how it is read back: `avg(close, 20)`. */
  readonly written?: string;
}

/** What these are over is always said: elsewhere `highest(20)` would be taken for the highest high. */
export const SAYS_ITS_INPUT: ReadonlySet<string> = new Set(['highest', 'lowest']);

/** `rsi(14)`, `rsi(close, 14)` and `RSI( 14 )` are one node: an input of `close` is the default and is left out. */
export function indicatorNode(parts: IndicatorParts): IndicatorNode {
  const { name, params, outputs, outputIndex } = parts;
  const input = parts.input?.key === 'close' ? null : parts.input;
  const shown = input ?? (SAYS_ITS_INPUT.has(name) ? seriesNode('close') : null);
  const args = list([...(shown ? [shown] : []), ...params.map((value) => constantNode(value))], ', ');
  const call = compose([`${name}(`, ...args, ')']);
  const output = outputs[outputIndex] ?? 'value';
  const suffix = outputs.length > 1 ? `.${output}` : '';
  return {
    kind: 'indicator',
    name,
    params,
    output,
    outputIndex,
    input,
    key: call.key + suffix,
    text: parts.written ?? (parts.hideOutput ? call.text : call.text + suffix),
  };
}

export function arithmeticNode(op: ArithmeticOperator, left: NumberNode, right: NumberNode): ArithmeticNode {
  const level = op === '+' || op === '-' ? LEVEL.sum : LEVEL.product;
  return {
    kind: 'arithmetic',
    op,
    left,
    right,
    ...compose([placed(left, level), ` ${op} `, placed(right, level + 1)]),
  };
}

export function coinSeriesNode(coinId: number, series: SeriesName, written: string): CoinSeriesNode {
  return { kind: 'coin_series', coinId, series, key: `coin(${coinId}).${series}`, text: `coin(${written}).${series}` };
}

/** `written` is how the user said how long ago: a count or a duration. */
export function pastNode(of: NumberNode, candles: number, written: string): PastNode {
  const inner = placed(of, LEVEL.atom);
  return { kind: 'past', of, candles, key: `${inner.key}[${candles}]`, text: `${inner.text}[${written}]` };
}

export function frameNode(of: NumberNode, timeframe: Timeframe): FrameNode {
  return { kind: 'frame', of, timeframe, ...compose([placed(of, LEVEL.atom), ` @ ${timeframe}`]) };
}

export function trendNode(
  direction: TrendDirection,
  parts: { of: NumberNode; candles: number; written: string },
): TrendNode {
  const { of, candles, written } = parts;
  const [key, text] = [`${direction}(${of.key}, ${candles})`, `${direction}(${of.text}, ${written})`];
  return { kind: 'trend', direction, of, candles, key, text };
}

/** A minus before a constant belongs to the constant. */
export function negateNode(operand: NumberNode): NegateNode | ConstantNode {
  if (operand.kind === 'constant') {
    return constantNode(-operand.value, operand.value > 0 ? `-${operand.text}` : undefined);
  }
  return { kind: 'negate', operand, ...compose(['-', placed(operand, LEVEL.unary)]) };
}

export function functionNode(name: NumberFunction, args: readonly NumberNode[]): FunctionNode {
  return { kind: 'function', name, args, ...compose([`${name}(`, ...list(args, ', '), ')']) };
}

export function compareNode(op: CompareOperator, left: NumberNode, right: NumberNode): CompareNode {
  return {
    kind: 'compare',
    op,
    left,
    right,
    ...compose([placed(left, LEVEL.sum), ` ${op} `, placed(right, LEVEL.sum)]),
  };
}

export function crossesNode(direction: CrossDirection, left: NumberNode, right: NumberNode): CrossesNode {
  const words = direction === 'either' ? ' crosses ' : ` crosses ${direction} `;
  return {
    kind: 'crosses',
    direction,
    left,
    right,
    ...compose([placed(left, LEVEL.sum), words, placed(right, LEVEL.sum)]),
  };
}

/** Two operands or more; those that are lists of the same kind are taken into this one. */
export function listNode(kind: 'and' | 'or', operands: readonly BoolNode[]): ListNode {
  const flat = operands.flatMap((operand) => (operand.kind === kind ? operand.operands : [operand]));
  const parts = flat.map((operand) => placed(operand, LEVEL[kind] + 1));
  return { kind, operands: flat, ...compose(list(parts, ` ${kind} `)) };
}

export function notNode(operand: BoolNode): NotNode {
  // `not a < b` means the same, but nobody should have to know that.
  const inner = operand.kind === 'not' ? operand : placed(operand, LEVEL.atom);
  return { kind: 'not', operand, ...compose(['not ', inner]) };
}

/** The same part, read by the name that the user gave it. */
export function ownNamed<Node extends NumberNode>(node: Node, name: string): Node {
  return { ...node, text: name };
}
