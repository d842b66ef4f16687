import type { CompareNode, CompareOperator, CrossesNode, NumberNode, SeriesName } from './plan.ts';
import type { Checking } from './checking.ts';
import type { Report, Span } from './report.ts';

interface Bounds {
  readonly min: number;
  readonly max: number;
}

const ANY: Bounds = { min: -Infinity, max: Infinity };
/** A coin without a positive price is left out of a snapshot; volume and capitalisation may be 0. */
const NOT_NEGATIVE: Bounds = { min: 0, max: Infinity };

const SERIES_BOUNDS: ReadonlyMap<SeriesName, Bounds> = new Map([
  ['price', NOT_NEGATIVE],
  ['open', NOT_NEGATIVE],
  ['high', NOT_NEGATIVE],
  ['low', NOT_NEGATIVE],
  ['close', NOT_NEGATIVE],
  ['volume_24h', NOT_NEGATIVE],
  ['market_cap', NOT_NEGATIVE],
  ['rank', { min: 1, max: Infinity }],
]);

/** Weighted means and extremes: never beyond what they are taken of. */
const WITHIN_INPUT = new Set(['sma', 'ema', 'wma', 'rma', 'vwma', 'kama', 'highest', 'lowest']);

type Entries = Checking['catalogue']['entries'];

function boundsOf(entries: Entries, node: NumberNode): Bounds {
  const of = (inner: NumberNode): Bounds => boundsOf(entries, inner);
  switch (node.kind) {
    case 'constant':
      return { min: node.value, max: node.value };
    case 'series':
      return SERIES_BOUNDS.get(node.series) ?? ANY;
    case 'market':
      return node.metric.endsWith('dominance') ? { min: 0, max: 100 } : NOT_NEGATIVE;
    case 'indicator':
      if (WITHIN_INPUT.has(node.name)) return node.input ? of(node.input) : NOT_NEGATIVE;
      return rangeOf(entries, node.name, node.outputIndex);
    case 'coin_series':
      return SERIES_BOUNDS.get(node.series) ?? ANY;
    case 'past':
    case 'frame':
      return of(node.of);
    case 'negate': {
      const { min, max } = of(node.operand);
      return { min: -max, max: -min };
    }
    case 'function': {
      const args = node.args.map(of);
      if (node.name === 'abs') {
        const { min, max } = args[0] ?? ANY;
        return { min: min > 0 ? min : max < 0 ? -max : 0, max: Math.max(Math.abs(min), Math.abs(max)) };
      }
      const pick = node.name === 'min' ? Math.min : Math.max;
      return { min: pick(...args.map((arg) => arg.min)), max: pick(...args.map((arg) => arg.max)) };
    }
    case 'arithmetic': {
      const [left, right] = [of(node.left), of(node.right)];
      if (node.op === '+') return { min: left.min + right.min, max: left.max + right.max };
      if (node.op === '-') return { min: left.min - right.max, max: left.max - right.min };
      return ANY;
    }
  }
}

function rangeOf(entries: Entries, name: string, output: number): Bounds {
  const range = entries.get(name)?.ranges[output] ?? null;
  return range === null ? ANY : { min: range[0], max: range[1] };
}

type Foregone = 'always' | 'never' | null;

function foregone(op: CompareOperator, left: Bounds, right: Bounds): Foregone {
  switch (op) {
    case '<':
      return left.max < right.min ? 'always' : left.min >= right.max ? 'never' : null;
    case '<=':
      return left.max <= right.min ? 'always' : left.min > right.max ? 'never' : null;
    case '>':
      return foregone('<', right, left);
    case '>=':
      return foregone('<=', right, left);
    case '==':
      return left.min > right.max || left.max < right.min ? 'never' : null;
    case '!=':
      return left.min > right.max || left.max < right.min ? 'always' : null;
  }
}

function warn(report: Report, span: Span, outcome: Foregone): void {
  if (outcome === 'always') {
    report.warn(
      'WARNING_ALWAYS_TRUE',
      span,
      'This is always true.',
      'It is so for every value that the two sides can have.',
    );
  } else if (outcome === 'never') {
    report.warn(
      'WARNING_NEVER_TRUE',
      span,
      'This is never true.',
      'No values that the two sides can have make it true.',
    );
  }
}

/** Notes a comparison, or a chain of them, whose outcome does not depend on the market. */
export function warnOfComparison({ report, catalogue }: Checking, span: Span, chain: readonly CompareNode[]): void {
  const bounds = (node: NumberNode): Bounds => boundsOf(catalogue.entries, node);
  const outcomes = chain.map(({ op, left, right }) => foregone(op, bounds(left), bounds(right)));
  const [first, last] = [chain[0], chain.at(-1)];
  // 70 < x < 30: each half can be true, both cannot.
  const ends = first && last && chain.length > 1 ? foregone(first.op, bounds(first.left), bounds(last.right)) : null;
  if (outcomes.includes('never') || ends === 'never') warn(report, span, 'never');
  else if (outcomes.every((outcome) => outcome === 'always')) warn(report, span, 'always');
}

/** Notes a line that can never be crossed. */
export function warnOfCrosses(
  { report, catalogue }: Checking,
  span: Span,
  { direction, left, right }: CrossesNode,
): void {
  const bounds = (node: NumberNode): Bounds => boundsOf(catalogue.entries, node);
  const [over, under] = [foregone('>', bounds(left), bounds(right)), foregone('<', bounds(left), bounds(right))];
  const neverAbove = over !== null;
  const neverBelow = under !== null;
  const never = direction === 'above' ? neverAbove : direction === 'below' ? neverBelow : neverAbove && neverBelow;
  if (never) warn(report, span, 'never');
}
