import { allocateState, moveState, openSlice, type SliceMemory } from './arena.ts';
import type { Layout } from './layout.ts';
import type { Program } from './program.ts';
import { createRing, createRingData, type RingBuffers } from './ring.ts';
import type { Scratch } from './scratch.ts';
import type { SliceTimeframe } from './slice.ts';
import { encodeProgram } from './task.ts';

/** A program laid out over memory: one memory and one set of views per slice. */
export interface EngineState {
  readonly program: Program;
  readonly layout: Layout;
  readonly encoded: SharedArrayBuffer;
  readonly rings: readonly RingBuffers[];
  readonly memories: SliceMemory[];
  readonly views: SliceTimeframe[][];
}

export interface StateOptions {
  readonly slotsPerSlice: number;
  readonly layoutOf: (program: Program) => Layout;
  readonly scratch: Scratch;
}

export function emptyState({ layoutOf }: StateOptions): EngineState {
  const program: Program = { timeframes: [] };
  return { program, layout: layoutOf(program), encoded: encodeProgram(program), rings: [], memories: [], views: [] };
}

/** Adds slices, all unknown, until there are `sliceCount`. */
export function addSlices(state: EngineState, sliceCount: number, options: StateOptions): void {
  while (state.memories.length < sliceCount) {
    const rings = state.rings.map((ring) => newRingData(ring, options));
    addSlice(state, { state: allocateState(state.layout), rings }, { options, isKept: () => false });
  }
}

function addSlice(
  state: EngineState,
  memory: SliceMemory,
  { options, isKept }: { options: StateOptions; isKept: (name: string) => boolean },
): void {
  const { program, layout, rings } = state;
  const views = openSlice({ program, layout, rings, memory, slots: options.slotsPerSlice, scratch: options.scratch });
  for (const view of views) view.initialise(isKept);
  state.memories.push(memory);
  state.views.push(views);
}

/**
 * Lays another program out, and moves over what both have: state of equal parts, and rings that are deep and wide enough.
 *
 * Shape:  → the new state, the names of the parts that were moved, and the rings that are new and empty.
 */
export function replaceProgram(
  old: EngineState,
  program: Program,
  options: StateOptions,
): { state: EngineState; moved: ReadonlySet<string>; emptyRings: RingBuffers[] } {
  const layout = options.layoutOf(program);
  const rings = program.timeframes.map(({ timeframe, columns, rows }) => {
    const ring = old.rings.find((each) => each.timeframe === timeframe);
    const fits = ring !== undefined && rows <= ring.rows && columns.every((column) => ring.columns.includes(column));
    return fits ? ring : createRing(timeframe, rows, columns);
  });
  const state: EngineState = { program, layout, encoded: encodeProgram(program), rings, memories: [], views: [] };
  let moved = new Set<string>();
  for (const memory of old.memories) {
    const ringData = rings.map((ring) => memory.rings[old.rings.indexOf(ring)] ?? newRingData(ring, options));
    const fresh = { state: allocateState(layout), rings: ringData };
    moved = moveState({ memory: memory.state, layout: old.layout }, { memory: fresh.state, layout });
    const kept = moved;
    addSlice(state, fresh, { options, isKept: (name) => kept.has(name) });
  }
  return { state, moved, emptyRings: rings.filter((ring) => !old.rings.includes(ring)) };
}

function newRingData(ring: RingBuffers, { slotsPerSlice }: StateOptions): SharedArrayBuffer {
  const data = createRingData(ring, slotsPerSlice);
  new Float64Array(data).fill(NaN);
  return data;
}
