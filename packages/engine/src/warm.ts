import type { Timeframe } from '@ubot/market';
import { timeframeCloseMs } from '@ubot/market';
import { cellsFor } from './kernels.ts';
import {
  createSliceMemory,
  createStateAllocator,
  growMatrices,
  growState,
  regionCells,
  type SliceMemory,
} from './memory.ts';
import { operandsOf, type NumberOp, type Program, type TimeframeProgram } from './program.ts';
import { openRingHeader, type RingBuffers } from './ring.ts';
import { createSliceTimeframe, initialiseInstance, initialiseNumber, type SliceTimeframe } from './slice.ts';

/** Parts of a timeframe that hold no state yet. */
export interface ColdParts {
  readonly timeframe: Timeframe;
  readonly numbers: readonly number[];
  readonly instances: readonly number[];
  /** Nothing was ever stepped here: which candle was each coin's last is to be found out too. */
  readonly last: boolean;
}

export interface WarmOptions {
  readonly program: Program;
  readonly cold: readonly ColdParts[];
  readonly slots: number;
  readonly memoryOf: (timeframe: Timeframe) => SliceMemory;
  readonly ringOf: (timeframe: Timeframe) => RingBuffers;
}

/**
 * Brings cold parts up to date from the rings of closed candles: replays all timeframes that they stand on, in memory of its
 * own and in the order of time, and copies the cold parts over. Warm parts keep their state, also when cold ones need them.
 */
export function warmFromRings(options: WarmOptions): void {
  const { program, cold, slots, memoryOf, ringOf } = options;
  const alone = restrict(program, cold);
  const replays = alone.map((part) => {
    const ring = ringOf(part.program.timeframe);
    const memory = replayMemory(part.program, slots, memoryOf(part.program.timeframe).ring);
    const openScalars = new Float64Array(ring.scalars.length);
    return {
      ...part,
      ring,
      memory,
      slice: createSliceTimeframe({ program: part.program, slots, memory, ring, openScalars }),
    };
  });
  replay(replays);
  for (const { timeframe, numbers, instances, last } of cold) {
    const from = replays.find((each) => each.program.timeframe === timeframe);
    if (from === undefined) continue;
    const to = memoryOf(timeframe);
    if (last) new Float64Array(to.last).set(new Float64Array(from.memory.last));
    for (const number of numbers) {
      for (const matrix of ['now', 'before'] as const) {
        const source = rowOf(from.memory[matrix], slots, from.numberAt.get(number)!);
        rowOf(to[matrix], slots, number).set(source);
      }
    }
    const original = program.find((each) => each.timeframe === timeframe)!;
    for (const instance of instances) {
      const copy = from.program.instances[from.instanceAt.get(instance)!]!;
      regionCells(to, original.instances[instance]!.state).set(regionCells(from.memory, copy.state));
    }
  }
}

const rowOf = (matrix: SharedArrayBuffer, slots: number, row: number): Float64Array =>
  new Float64Array(matrix, row * slots * 8, slots);

function replayMemory(program: TimeframeProgram, slots: number, ring: SharedArrayBuffer): SliceMemory {
  const memory = createSliceMemory(slots, ring);
  growMatrices(memory, program.numbers.length, slots);
  const allocator = createStateAllocator();
  // The regions were dealt out by an allocator like this one, in this order.
  for (const instance of program.instances) allocator.allocate(cellsFor(instance!, slots));
  growState(memory, allocator);
  program.numbers.forEach((op, index) => initialiseNumber(memory, slots, { index, op: op! }));
  for (const instance of program.instances) initialiseInstance(memory, slots, instance!);
  return memory;
}

/** Steps all timeframes through their rings, oldest candle first; what closes together is stepped together. */
function replay(replays: readonly { ring: RingBuffers; slice: SliceTimeframe }[]): void {
  const closes = replays.flatMap(({ ring, slice }) => {
    const header = openRingHeader(ring);
    return header
      .inOrder()
      .map((row) => ({ slice, row, atMs: timeframeCloseMs(ring.timeframe, header.openAtMs(row)) }));
  });
  closes.sort((a, b) => a.atMs - b.atMs);
  const frames = (timeframe: Timeframe) => replays.find(({ ring }) => ring.timeframe === timeframe)!.slice;
  for (let from = 0; from < closes.length;) {
    let to = from;
    while (to < closes.length && closes[to]!.atMs === closes[from]!.atMs) to++;
    const together = closes.slice(from, to);
    for (const { slice, row } of together) slice.step(row);
    for (const { slice, row } of together) slice.stepFramed(row, frames);
    from = to;
  }
}

interface Restricted {
  readonly program: TimeframeProgram;
  /** Where numbers and instances of the whole program are in this one. */
  readonly numberAt: ReadonlyMap<number, number>;
  readonly instanceAt: ReadonlyMap<number, number>;
}

/** The program without the parts that the cold ones do not stand on. */
function restrict(program: Program, cold: readonly ColdParts[]): Restricted[] {
  const needed = new Map<Timeframe, { numbers: Set<number>; instances: Set<number> }>();
  const of = (timeframe: Timeframe) => {
    const known = needed.get(timeframe) ?? { numbers: new Set<number>(), instances: new Set<number>() };
    needed.set(timeframe, known);
    return known;
  };
  const visit = (whole: TimeframeProgram, index: number): void => {
    const { numbers, instances } = of(whole.timeframe);
    if (numbers.has(index)) return;
    numbers.add(index);
    const op = whole.numbers[index]!;
    if (op.op === 'output') instances.add(op.instance);
    if (op.op === 'frame')
      visit(
        program.find(({ timeframe }) => timeframe === op.timeframe)!,
        op.number,
      );
    for (const operand of operandsOf(op, whole.instances)) visit(whole, operand);
  };
  for (const part of cold) {
    const whole = program.find(({ timeframe }) => timeframe === part.timeframe);
    if (whole === undefined) continue;
    of(part.timeframe);
    for (const number of part.numbers) visit(whole, number);
    for (const instance of part.instances) {
      of(part.timeframe).instances.add(instance);
      for (const input of whole.instances[instance]!.inputs) visit(whole, input);
    }
  }
  // Every timeframe must know the new places of those that it reads.
  const places = new Map([...needed].map(([timeframe, { numbers }]) => [timeframe, indexOf([...numbers])]));
  return [...needed].map(([timeframe, { numbers, instances }]) => {
    const whole = program.find((each) => each.timeframe === timeframe)!;
    const numberAt = places.get(timeframe)!;
    const instanceAt = indexOf([...instances]);
    return {
      numberAt,
      instanceAt,
      program: {
        timeframe,
        numbers: [...numbers].map((i) => renumbered(whole.numbers[i]!, { numberAt, instanceAt, places })),
        instances: placed([...instances].map((i) => whole.instances[i]!)).map((instance) => ({
          ...instance,
          inputs: instance.inputs.map((i) => numberAt.get(i)!),
        })),
      },
    };
  });
}

const indexOf = (indices: readonly number[]): Map<number, number> => new Map(indices.map((old, index) => [old, index]));

/** The instances with regions of a memory that holds nothing else. */
function placed(instances: readonly NonNullable<TimeframeProgram['instances'][number]>[]) {
  const allocator = createStateAllocator();
  return instances.map((instance) => ({ ...instance, state: allocator.allocate(instance.state.length) }));
}

interface Places {
  readonly numberAt: ReadonlyMap<number, number>;
  readonly instanceAt: ReadonlyMap<number, number>;
  readonly places: ReadonlyMap<Timeframe, ReadonlyMap<number, number>>;
}

function renumbered(op: NumberOp, { numberAt, instanceAt, places }: Places): NumberOp {
  const at = (index: number): number => numberAt.get(index)!;
  const closed = { ...op, peek: false };
  switch (closed.op) {
    case 'output':
      return { ...closed, instance: instanceAt.get(closed.instance)! };
    case 'frame':
      return { ...closed, number: places.get(closed.timeframe)!.get(closed.number)! };
    case 'arithmetic':
      return { ...closed, left: at(closed.left), right: at(closed.right) };
    case 'negate':
      return { ...closed, operand: at(closed.operand) };
    case 'function':
      return { ...closed, args: closed.args.map(at) };
    default:
      return closed;
  }
}
