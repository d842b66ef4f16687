import type { GlobalMetric } from '@ubot/contracts';
import { INDICATORS } from '@ubot/indicators';
import { shortestFirst, type Timeframe } from '@ubot/market';
import type {
  ArithmeticOperator,
  BoolNode,
  CompareOperator,
  ConditionPlan,
  CrossDirection,
  NumberFunction,
  NumberNode,
  SeriesName,
} from '@ubot/strategy';

/** What the engine needs to know of a strategy. `id` is any name; it comes back with the verdicts. */
export interface EngineStrategy {
  readonly id: string;
  readonly condition: ConditionPlan;
  readonly rearm: ConditionPlan | null;
  readonly on: EvaluationMode;
}

/** At the close of a candle, or at every snapshot over the open candle. */
export type EvaluationMode = 'candle_close' | 'snapshot';

/** A number that comes from outside, one column over the coins. `price` is `close`: the latest sample of the candle. */
export type ColumnName = Exclude<SeriesName, 'price'> | `market.${GlobalMetric}`;

/** An indicator over all coins of a slice; inputs are indices of numbers. */
export interface InstanceOp {
  readonly op: 'instance';
  readonly key: string;
  readonly name: string;
  readonly params: readonly number[];
  readonly inputs: readonly number[];
}
/** One distinct number: index i of `numbers`. Operands are indices of earlier numbers. */
export type NumberOp = { readonly key: string } & (
  | { readonly op: 'constant'; readonly value: number }
  | { readonly op: 'column'; readonly column: number }
  | { readonly op: 'output'; readonly instance: number; readonly output: number }
  | { readonly op: 'arithmetic'; readonly sign: ArithmeticOperator; readonly left: number; readonly right: number }
  | { readonly op: 'negate'; readonly operand: number }
  | { readonly op: 'function'; readonly name: NumberFunction; readonly args: readonly number[] }
);
/** One distinct yes/no: numbers are indices of numbers, operands indices of earlier yes/noes. */
export type BoolOp = { readonly key: string } & (
  | { readonly op: 'compare'; readonly sign: CompareOperator; readonly left: number; readonly right: number }
  | { readonly op: 'crosses'; readonly direction: CrossDirection; readonly left: number; readonly right: number }
  | { readonly op: 'and' | 'or'; readonly operands: readonly number[] }
  | { readonly op: 'not'; readonly operand: number }
);

/** Everything that is evaluated on one timeframe, each distinct part once. Plain data. */
export interface TimeframeProgram {
  readonly timeframe: Timeframe;
  /** Columns of the ring of candles; `close` is always the first. */
  readonly columns: readonly ColumnName[];
  /** Closed candles until every number is defined, with room for recursive averages to settle. */
  readonly rows: number;
  readonly instances: readonly InstanceOp[];
  readonly numbers: readonly NumberOp[];
  readonly bools: readonly BoolOp[];
  /** Which yes/noes are wanted, by mode. */
  readonly roots: Readonly<Record<EvaluationMode, readonly number[]>>;
}

export interface Program {
  readonly timeframes: readonly TimeframeProgram[];
}

// A recursive average still holds a little of its seed: after sixteen times its length less than a ten-millionth, Wilder's
// slower one included.
const SETTLE_FACTOR = 16;
/** These see a window and nothing before it, so they are exact as soon as they are defined. */
const WINDOWED: ReadonlySet<string> = new Set(['sma', 'bbands']);
/** Closed candles kept per timeframe at least, so that a strategy that comes later finds some. */
export const MIN_RING_ROWS = 256;
/** However long an indicator is, no more candles than these are kept (the language's look-back limit). */
export const MAX_RING_ROWS = 5_000;

/** Rounded up in doublings, so that the next strategy, a little longer, mostly fits the ring that is there. */
function ringRows(deepest: number): number {
  let rows = MIN_RING_ROWS;
  while (rows < deepest && rows < MAX_RING_ROWS) rows *= 2;
  return Math.min(rows, MAX_RING_ROWS);
}

interface Builder {
  addStrategy(strategy: EngineStrategy): void;
  build(): TimeframeProgram;
}

/** The shared plan of all strategies: equal parts of different conditions become one. */
export function compileProgram(strategies: readonly EngineStrategy[]): Program {
  const builders = new Map<Timeframe, Builder>();
  for (const strategy of strategies) {
    const { timeframe } = strategy.condition;
    const builder = builders.get(timeframe) ?? createBuilder(timeframe);
    builders.set(timeframe, builder);
    builder.addStrategy(strategy);
  }
  return { timeframes: shortestFirst([...builders.keys()]).map((timeframe) => builders.get(timeframe)!.build()) };
}

function createBuilder(timeframe: Timeframe): Builder {
  const numbers = createNumberBuilder();
  const bools: BoolOp[] = [];
  const boolOf = new Map<string, number>();
  const roots: Record<EvaluationMode, Set<number>> = { candle_close: new Set(), snapshot: new Set() };

  const addBool = (node: BoolNode): number => {
    const known = boolOf.get(node.key);
    if (known !== undefined) return known;
    const op = boolOpOf(node, numbers.add, addBool);
    boolOf.set(node.key, bools.length);
    return bools.push(op) - 1;
  };

  return {
    addStrategy({ condition, rearm, on }) {
      roots[on].add(addBool(condition.root));
      if (rearm !== null) roots[on].add(addBool(rearm.root));
      // Named parts that the condition does not use are shown in messages, so they are computed as well.
      for (const { node } of condition.named) numbers.add(node);
    },
    build: () => ({
      timeframe,
      ...numbers.build(),
      bools,
      roots: { candle_close: [...roots.candle_close], snapshot: [...roots.snapshot] },
    }),
  };
}

function boolOpOf(node: BoolNode, number: (n: NumberNode) => number, bool: (n: BoolNode) => number): BoolOp {
  const { key } = node;
  switch (node.kind) {
    case 'compare':
      return { key, op: 'compare', sign: node.op, left: number(node.left), right: number(node.right) };
    case 'crosses':
      return { key, op: 'crosses', direction: node.direction, left: number(node.left), right: number(node.right) };
    case 'and':
    case 'or':
      return { key, op: node.kind, operands: node.operands.map(bool) };
    case 'not':
      return { key, op: 'not', operand: bool(node.operand) };
  }
}

function createNumberBuilder() {
  const columns: ColumnName[] = ['close'];
  const instances: InstanceOp[] = [];
  const numbers: NumberOp[] = [];
  const numberOf = new Map<string, number>();
  const instanceOf = new Map<string, number>();
  /** Candles that each number needs before it is defined and settled. */
  const depth: number[] = [];
  let deepest = 1;

  const put = (op: NumberOp, candles: number): number => {
    numberOf.set(op.key, numbers.length);
    depth.push(candles);
    deepest = Math.max(deepest, candles);
    return numbers.push(op) - 1;
  };

  const addColumn = (key: string, name: ColumnName): number => {
    const known = numberOf.get(key);
    if (known !== undefined) return known;
    const at = columns.indexOf(name);
    return put({ key, op: 'column', column: at >= 0 ? at : columns.push(name) - 1 }, 1);
  };

  const deepestOf = (operands: readonly number[]): number => Math.max(1, ...operands.map((i) => depth[i]!));

  const addInstance = (node: NumberNode & { kind: 'indicator' }): { instance: number; candles: number } => {
    const definition = INDICATORS.get(node.name);
    if (definition === undefined) throw new Error(`A checked plan names the indicator ${node.name}, which is unknown.`);
    const inputs =
      definition.inputs === 'series'
        ? [node.input === null ? addColumn('close', 'close') : add(node.input)]
        : definition.inputs.map((name) => addColumn(name, name));
    const key = `${node.name}(${node.params.join(',')})<${inputs.map((i) => numbers[i]!.key).join(',')}>`;
    const settling = WINDOWED.has(node.name) ? 1 : SETTLE_FACTOR;
    const candles = definition.warmUp(node.params) * settling + deepestOf(inputs) - 1;
    const known = instanceOf.get(key);
    if (known !== undefined) return { instance: known, candles };
    instanceOf.set(key, instances.length);
    const op: InstanceOp = { op: 'instance', key, name: node.name, params: node.params, inputs };
    return { instance: instances.push(op) - 1, candles };
  };

  const add = (node: NumberNode): number => {
    const known = numberOf.get(node.key);
    if (known !== undefined) return known;
    const { key } = node;
    switch (node.kind) {
      case 'constant':
        return put({ key, op: 'constant', value: node.value }, 1);
      case 'series':
        return addColumn(key, node.series === 'price' ? 'close' : node.series);
      case 'market':
        return addColumn(key, `market.${node.metric}`);
      case 'indicator': {
        const { instance, candles } = addInstance(node);
        return put({ key, op: 'output', instance, output: node.outputIndex }, candles);
      }
      case 'arithmetic': {
        const left = add(node.left);
        const right = add(node.right);
        return put({ key, op: 'arithmetic', sign: node.op, left, right }, deepestOf([left, right]));
      }
      case 'negate': {
        const operand = add(node.operand);
        return put({ key, op: 'negate', operand }, deepestOf([operand]));
      }
      case 'function': {
        const args = node.args.map(add);
        return put({ key, op: 'function', name: node.name, args }, deepestOf(args));
      }
    }
  };

  const build = () => ({ columns, rows: ringRows(deepest), instances, numbers });
  return { add, build };
}
