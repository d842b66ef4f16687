import { openSlice, warmFromRing, type OpenSliceOptions, type SliceMemory } from './arena.ts';
import { createLayoutOf, type Layout } from './layout.ts';
import type { Program } from './program.ts';
import type { RingBuffers } from './ring.ts';
import { createScratch } from './scratch.ts';
import type { SliceTimeframe } from './slice.ts';

/** One thing to do with one timeframe (its index in the program) of a slice. */
export type SliceStep =
  | { readonly kind: 'close'; readonly timeframe: number; readonly row: number }
  | { readonly kind: 'snapshot'; readonly timeframe: number; readonly openAtMs: number }
  | { readonly kind: 'warm'; readonly timeframe: number; readonly wanted: readonly string[] }
  | { readonly kind: 'judge'; readonly timeframe: number };

/**
 * The work on one slice of coins. Small, whatever the number of coins: state, rings and program are shared memory, so a
 * task can be posted to any thread. Tasks of different slices touch different memory and may run in any order.
 */
export interface SliceTask {
  readonly slice: number;
  /** Changes with the program; a thread keeps what it has laid out until then. */
  readonly version: string;
  readonly slots: number;
  readonly program: SharedArrayBuffer;
  readonly memory: SliceMemory;
  readonly rings: readonly RingBuffers[];
  readonly steps: readonly SliceStep[];
}

export function encodeProgram(program: Program): SharedArrayBuffer {
  const bytes = new TextEncoder().encode(JSON.stringify(program));
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  return shared;
}

function decodeProgram(shared: SharedArrayBuffer): Program {
  // Written by `encodeProgram` in this process. TextDecoder does not read shared memory, hence the copy.
  const parsed: unknown = JSON.parse(new TextDecoder().decode(new Uint8Array(shared).slice()));
  return parsed as Program;
}

interface OpenedSlice {
  readonly options: OpenSliceOptions;
  readonly timeframes: SliceTimeframe[];
}

/** Runs slice tasks in this thread, and remembers the views it has laid out. */
export function createSliceRunner(): { run(task: SliceTask): void } {
  const scratch = createScratch();
  let version = '';
  let program: Program = { timeframes: [] };
  let layoutOf: (program: Program) => Layout = createLayoutOf(64);
  let layout: Layout = layoutOf(program);
  const opened = new Map<number, OpenedSlice>();

  const open = (task: SliceTask): OpenedSlice => {
    if (task.version !== version) {
      version = task.version;
      program = decodeProgram(task.program);
      layoutOf = createLayoutOf(task.slots);
      layout = layoutOf(program);
      opened.clear();
    }
    const known = opened.get(task.slice);
    if (known !== undefined) return known;
    const { slots, rings, memory } = task;
    const options = { program, layout, slots, rings, memory, scratch };
    const slice = { options, timeframes: openSlice(options) };
    opened.set(task.slice, slice);
    return slice;
  };

  return {
    run(task) {
      const { options, timeframes } = open(task);
      for (const step of task.steps) {
        const timeframe = timeframes[step.timeframe]!;
        switch (step.kind) {
          case 'close':
            timeframe.step(step.row);
            timeframe.judge('candle_close');
            break;
          case 'snapshot':
            timeframe.peek(step.openAtMs);
            timeframe.judge('snapshot');
            break;
          case 'warm':
            warmFromRing({ ...options, timeframe: step.timeframe, wanted: step.wanted, layoutOf });
            break;
          case 'judge':
            timeframe.markNewest();
            timeframe.judge('candle_close');
        }
      }
    },
  };
}
