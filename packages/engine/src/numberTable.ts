import type { Timeframe } from '@ubot/market';
import type { NumberNode, SeriesName } from '@ubot/strategy';
import { definitionOf } from './kernels.ts';
import {
  settledAfter,
  operandsOf,
  type ColumnName,
  type EngineDepth,
  type InstanceOp,
  type NumberOp,
  type Region,
  type ScalarName,
  type TimeframeProgram,
} from './program.ts';

export interface NumberTable {
  readonly timeframe: Timeframe;
  /** The index of a number, which is held until `release`; `peek`: it is wanted over the open candle too. */
  hold(node: NumberNode, peek: boolean): number;
  release(index: number): void;
  indexOf(key: string): number | undefined;
  program(): TimeframeProgram;
  columns(): readonly ColumnName[];
  scalars(): readonly ScalarName[];
  /** Candles until every number is defined and has forgotten what came before. */
  depth(): number;
  /** Timeframes whose numbers are read here. */
  framesTo(): readonly Timeframe[];
  /** Numbers and instances that are new since the last call. */
  takeCold(): { numbers: number[]; instances: number[] };
  /** Whether the program has changed since it was last taken. */
  isChanged(): boolean;
  takeChanged(): void;
}

export interface NumberTableOptions {
  readonly timeframe: Timeframe;
  readonly depth: EngineDepth;
  readonly tableOf: (timeframe: Timeframe) => NumberTable;
  readonly allocate: (kernel: { name: string; params: readonly number[] }) => Region;
  readonly free: (region: Region) => void;
}

/** Something that is held by those who use it; its place is given away when nobody does. */
interface Held<Value> {
  value: Value;
  holders: number;
  /** Candles until it is defined and settled. */
  readonly candles: number;
}

/** Places of a list whose entries come and go; an index stays the same as long as its entry is there. */
function createPlaces<Value>() {
  const entries: (Held<Value> | null)[] = [];
  const free: number[] = [];
  return {
    entries,
    add(value: Value, candles: number): number {
      const index = free.pop() ?? entries.length;
      entries[index] = { value, candles, holders: 0 };
      return index;
    },
    at: (index: number): Held<Value> => entries[index]!,
    remove(index: number): void {
      entries[index] = null;
      free.push(index);
    },
    values: (): (Value | null)[] => entries.map((entry) => entry?.value ?? null),
  };
}

const columnOf = (series: SeriesName): ColumnName => (series === 'price' ? 'close' : series);

/** The numbers of one timeframe: equal parts of different conditions are one number. */
export function createNumberTable(options: NumberTableOptions): NumberTable {
  const { timeframe, tableOf } = options;
  const columns: ColumnName[] = ['close'];
  const scalars: ScalarName[] = [];
  const numbers = createPlaces<NumberOp>();
  const instances = createPlaces<InstanceOp>();
  const numberOf = new Map<string, number>();
  const instanceOf = new Map<string, number>();
  const frames = new Set<Timeframe>();
  let cold = { numbers: new Set<number>(), instances: new Set<number>() };
  let deepest = 1;
  let changed = true;

  const levelOf = (operands: readonly number[]): number =>
    operands.reduce((level, i) => Math.max(level, numbers.at(i).value.level + 1), 0);
  const framedBy = (operands: readonly number[]): boolean => operands.some((i) => numbers.at(i).value.framed);
  const candlesOf = (operands: readonly number[]): number =>
    operands.reduce((candles, i) => Math.max(candles, numbers.at(i).candles), 1);

  const put = (op: NumberOp, candles: number): number => {
    const index = numbers.add(op, candles);
    numberOf.set(op.key, index);
    cold.numbers.add(index);
    deepest = Math.max(deepest, candles);
    changed = true;
    return index;
  };

  const holdAll = (nodes: readonly NumberNode[], peek: boolean): number[] => nodes.map((node) => hold(node, peek));

  const addColumn = (key: string, name: ColumnName, peek: boolean): number => {
    if (!columns.includes(name)) columns.push(name);
    return put({ key, op: 'column', column: columns.indexOf(name), level: 0, framed: false, peek }, 1);
  };

  const addScalar = (key: string, name: ScalarName, peek: boolean): number => {
    if (!scalars.includes(name)) scalars.push(name);
    return put({ key, op: 'scalar', scalar: scalars.indexOf(name), level: 0, framed: false, peek }, 1);
  };

  const holdColumn = (name: ColumnName, peek: boolean): number => {
    const index = numberOf.get(name) ?? addColumn(name, name, peek);
    numbers.at(index).holders += 1;
    if (peek) showOpen(index);
    return index;
  };

  /** Holds an instance of a kernel over inputs that are already held for it. */
  const holdInstance = (kernel: { name: string; params: readonly number[] }, inputs: number[]): number => {
    const inputKeys = inputs.map((i) => numbers.at(i).value.key);
    const key = `${kernel.name}(${kernel.params.join(',')})<${inputKeys.join(',')}>`;
    const known = instanceOf.get(key);
    if (known !== undefined) {
      instances.at(known).holders += 1;
      inputs.forEach(release);
      return known;
    }
    const { params } = kernel;
    const candles = settledAfter(definitionOf(kernel.name), params, options.depth) + candlesOf(inputs) - 1;
    const index = instances.add({ key, ...kernel, inputs, state: options.allocate(kernel) }, candles);
    instances.at(index).holders = 1;
    instanceOf.set(key, index);
    cold.instances.add(index);
    return index;
  };

  const addOutput = (output: { key: string; instance: number; output: number }, peek: boolean): number => {
    const { value, candles } = instances.at(output.instance);
    const level = levelOf(value.inputs);
    return put({ ...output, op: 'output', level, framed: framedBy(value.inputs), peek }, candles);
  };

  const add = (node: NumberNode, peek: boolean): number => {
    const { key } = node;
    switch (node.kind) {
      case 'constant':
        return put({ key, op: 'constant', value: node.value, level: 0, framed: false, peek }, 1);
      case 'series':
        return addColumn(key, columnOf(node.series), peek);
      case 'market':
        return addScalar(key, `market.${node.metric}`, peek);
      case 'coin_series':
        return addScalar(key, `coin(${node.coinId}).${columnOf(node.series)}`, peek);
      case 'indicator': {
        const { name, params, input, outputIndex } = node;
        const wanted = definitionOf(name).inputs;
        const inputs =
          wanted === 'series'
            ? [input === null ? holdColumn('close', peek) : hold(input, peek)]
            : wanted.map((column) => holdColumn(column, peek));
        return addOutput({ key, instance: holdInstance({ name, params }, inputs), output: outputIndex }, peek);
      }
      case 'past': {
        const instance = holdInstance({ name: 'past', params: [node.candles] }, [hold(node.of, peek)]);
        return addOutput({ key, instance, output: 0 }, peek);
      }
      case 'frame': {
        if (node.timeframe === timeframe) return aliasOf(key, node.of, peek);
        frames.add(node.timeframe);
        const number = tableOf(node.timeframe).hold(node.of, false);
        return put({ key, op: 'frame', timeframe: node.timeframe, number, level: 0, framed: true, peek }, 1);
      }
      default:
        return addSum(node, peek);
    }
  };

  /** The strategy's own timeframe named: a number under two keys. */
  const aliasOf = (key: string, of: NumberNode, peek: boolean): number => {
    const args = [hold(of, peek)];
    const op = { key, op: 'function', name: 'min', args } as const; // the least of one number is that number
    return put({ ...op, level: levelOf(args), framed: framedBy(args), peek }, candlesOf(args));
  };

  const addSum = (node: NumberNode & { kind: 'arithmetic' | 'negate' | 'function' }, peek: boolean): number => {
    const { key } = node;
    const nodes =
      node.kind === 'arithmetic' ? [node.left, node.right] : node.kind === 'negate' ? [node.operand] : node.args;
    const operands = holdAll(nodes, peek);
    const common = { key, level: levelOf(operands), framed: framedBy(operands), peek };
    const candles = candlesOf(operands);
    const [left, right] = operands as [number, number];
    if (node.kind === 'arithmetic') return put({ ...common, op: 'arithmetic', sign: node.op, left, right }, candles);
    if (node.kind === 'negate') return put({ ...common, op: 'negate', operand: left }, candles);
    return put({ ...common, op: 'function', name: node.name, args: operands }, candles);
  };

  /** Marks a number, and those that it stands on, as wanted over the open candle. */
  const showOpen = (index: number): void => {
    const held = numbers.at(index);
    if (held.value.peek) return;
    held.value = { ...held.value, peek: true };
    changed = true;
    operandsOf(held.value, instances.values()).forEach(showOpen);
  };

  const hold = (node: NumberNode, peek: boolean): number => {
    const known = numberOf.get(node.key);
    const index = known ?? add(node, peek);
    if (peek && known !== undefined) showOpen(index);
    numbers.at(index).holders += 1;
    return index;
  };

  const release = (index: number): void => {
    const held = numbers.at(index);
    held.holders -= 1;
    if (held.holders > 0) return;
    const op = held.value;
    numberOf.delete(op.key);
    cold.numbers.delete(index);
    numbers.remove(index);
    changed = true;
    if (op.op === 'output') return releaseInstance(op.instance);
    if (op.op === 'frame') return tableOf(op.timeframe).release(op.number);
    operandsOf(op, []).forEach(release);
  };

  const releaseInstance = (index: number): void => {
    const held = instances.at(index);
    held.holders -= 1;
    if (held.holders > 0) return;
    instanceOf.delete(held.value.key);
    cold.instances.delete(index);
    instances.remove(index);
    options.free(held.value.state);
    held.value.inputs.forEach(release);
  };

  return {
    timeframe,
    hold,
    release,
    indexOf: (key) => numberOf.get(key),
    program: () => ({ timeframe, instances: instances.values(), numbers: numbers.values() }),
    columns: () => columns,
    scalars: () => scalars,
    depth: () => deepest,
    framesTo: () => [...frames],
    takeCold() {
      const taken = { numbers: [...cold.numbers], instances: [...cold.instances] };
      cold = { numbers: new Set(), instances: new Set() };
      return taken;
    },
    isChanged: () => changed,
    takeChanged() {
      changed = false;
    },
  };
}
