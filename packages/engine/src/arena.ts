import { regionName, type Layout } from './layout.ts';
import type { Program, TimeframeProgram } from './program.ts';
import { openRingHeader, ringColumn, type RingBuffers } from './ring.ts';
import type { Scratch } from './scratch.ts';
import { createSliceTimeframe, type SliceTimeframe } from './slice.ts';

const CELL_BYTES = 8;

/** The memory of one slice of coins: its state, and its rings of closed candles in the order of the program. */
export interface SliceMemory {
  readonly state: SharedArrayBuffer;
  readonly rings: readonly SharedArrayBuffer[];
}

export function allocateState(layout: Layout): SharedArrayBuffer {
  return new SharedArrayBuffer(layout.cells * CELL_BYTES);
}

/** Copies every part that both layouts have from one memory to the other; returns the names of the parts copied. */
export function moveState(from: { memory: SharedArrayBuffer; layout: Layout }, to: typeof from): Set<string> {
  const source = new Float64Array(from.memory);
  const target = new Float64Array(to.memory);
  const moved = new Set<string>();
  for (const [name, place] of to.layout.regions) {
    const old = from.layout.regions.get(name);
    if (old === undefined || old.length !== place.length) continue;
    target.set(source.subarray(old.offset, old.offset + old.length), place.offset);
    moved.add(name);
  }
  return moved;
}

export interface OpenSliceOptions {
  readonly program: Program;
  readonly layout: Layout;
  readonly slots: number;
  readonly rings: readonly RingBuffers[];
  readonly memory: SliceMemory;
  readonly scratch: Scratch;
}

/** Lays the views of every timeframe over a slice's memory. */
export function openSlice(options: OpenSliceOptions): SliceTimeframe[] {
  const memory = new Float64Array(options.memory.state);
  return options.program.timeframes.map((program, i) =>
    createSliceTimeframe({
      program,
      slots: options.slots,
      memory,
      layout: options.layout,
      ring: { buffers: options.rings[i]!, data: new Float64Array(options.memory.rings[i]!) },
      scratch: options.scratch,
    }),
  );
}

/**
 * Warms parts of one timeframe from its ring of closed candles: replays them in memory of its own, oldest first, and
 * then copies the wanted parts over. Parts that are not wanted keep their state, also when wanted ones stand on them.
 */
export function warmFromRing(
  options: OpenSliceOptions & { timeframe: number; wanted: readonly string[]; layoutOf: (p: Program) => Layout },
): void {
  const program = options.program.timeframes[options.timeframe]!;
  const ring = options.rings[options.timeframe]!;
  const alone: Program = { timeframes: [restrict(program, new Set(options.wanted))] };
  const layout = options.layoutOf(alone);
  const state = allocateState(layout);
  const memory = { state, rings: [options.memory.rings[options.timeframe]!] };
  const [replay] = openSlice({ ...options, program: alone, layout, rings: [ring], memory });
  replay!.initialise(() => false);
  for (const row of openRingHeader(ring).inOrder()) replay!.step(row);
  const wanted = new Set(options.wanted);
  const regions = new Map([...layout.regions].filter(([name]) => wanted.has(name)));
  moveState(
    { memory: state, layout: { regions, cells: layout.cells } },
    { memory: options.memory.state, layout: options.layout },
  );
}

/** The program of one timeframe without the parts that the wanted ones do not stand on, and without its yes/noes. */
function restrict(program: TimeframeProgram, wanted: ReadonlySet<string>): TimeframeProgram {
  const needed = new Set<number>();
  const visit = (index: number): void => {
    if (needed.has(index)) return;
    needed.add(index);
    const op = program.numbers[index]!;
    if (op.op === 'output') program.instances[op.instance]!.inputs.forEach(visit);
    else if (op.op === 'arithmetic') [op.left, op.right].forEach(visit);
    else if (op.op === 'negate') visit(op.operand);
    else if (op.op === 'function') op.args.forEach(visit);
  };
  program.numbers.forEach((op, i) => {
    if (wanted.has(regionName.number(program, op.key))) visit(i);
    const instance = op.op === 'output' ? program.instances[op.instance]!.key : null;
    if (instance !== null && wanted.has(regionName.instance(program, instance))) visit(i);
  });
  const kept = [...needed].sort((a, b) => a - b);
  const newIndex = new Map(kept.map((old, index) => [old, index]));
  const at = (old: number): number => newIndex.get(old)!;
  const instanceKeys = [...new Set(kept.flatMap((i) => instanceIndex(program, i)))];
  return {
    ...program,
    roots: { candle_close: [], snapshot: [] },
    bools: [],
    instances: instanceKeys.map((i) => {
      const instance = program.instances[i]!;
      return { ...instance, inputs: instance.inputs.map(at) };
    }),
    numbers: kept.map((i) => {
      const op = program.numbers[i]!;
      if (op.op === 'output') return { ...op, instance: instanceKeys.indexOf(op.instance) };
      if (op.op === 'arithmetic') return { ...op, left: at(op.left), right: at(op.right) };
      if (op.op === 'negate') return { ...op, operand: at(op.operand) };
      if (op.op === 'function') return { ...op, args: op.args.map(at) };
      return op;
    }),
  };
}

function instanceIndex(program: TimeframeProgram, number: number): number[] {
  const op = program.numbers[number]!;
  return op.op === 'output' ? [op.instance] : [];
}

/** Writes one candle time into a row of a slice's ring: all unknown, then the coins that have a candle. */
export function clearRingRow(data: Float64Array, ring: RingBuffers, at: { row: number; slots: number }): void {
  for (let column = 0; column < ring.columns.length; column++) {
    ringColumn(data, ring, { row: at.row, column, slots: at.slots }).fill(NaN);
  }
}
