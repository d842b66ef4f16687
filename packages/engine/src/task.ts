import type { Timeframe } from '@ubot/market';
import { createEvents } from './buffers.ts';
import type { DomainBuffers, SliceDomainBuffers } from './domain.ts';
import { judgeDomain, viewDomain, type DomainViews } from './judge.ts';
import { evaluatedOf, type SliceMemory } from './memory.ts';
import { decodeProgram, type EvaluationMode, type Program } from './program.ts';
import type { RingBuffers } from './ring.ts';
import { createSliceTimeframe, type SliceTimeframe } from './slice.ts';
import { warmFromRings, type ColdParts } from './warm.ts';

/** What there is to do with a slice, in this order. */
export interface SliceSteps {
  /** Parts to bring up to date from the rings. */
  readonly cold: readonly ColdParts[];
  /** Candles that closed: their rows in the rings. */
  readonly closes: readonly { readonly timeframe: Timeframe; readonly row: number }[];
  /** Timeframes whose open candle is looked at. */
  readonly peeks: readonly { readonly timeframe: Timeframe; readonly openAtMs: number }[];
  readonly atMs: number;
}

/** A domain and what it keeps of this slice; the version changes when a buffer was replaced. */
export interface TaskDomain {
  readonly version: number;
  readonly shared: DomainBuffers;
  readonly slice: SliceDomainBuffers;
}

export interface TaskTimeframe {
  readonly timeframe: Timeframe;
  /** Changes when a buffer was replaced. */
  readonly version: number;
  readonly memory: SliceMemory;
  readonly ring: RingBuffers;
  readonly openScalars: SharedArrayBuffer;
  readonly domains: Readonly<Record<EvaluationMode, TaskDomain>>;
}

/**
 * The work on one slice of coins. Small, whatever the number of coins and strategies: all that it is about is shared
 * memory, so a task can be posted to any thread. Tasks of different slices touch different memory and may run in any order.
 */
export interface SliceTask {
  readonly engine: string;
  readonly slice: number;
  readonly slots: number;
  /** Changes with the program. */
  readonly version: number;
  readonly program: SharedArrayBuffer;
  readonly timeframes: readonly TaskTimeframe[];
  readonly steps: SliceSteps;
}

/** What a slice has to tell: per domain the events noted, as pairs of words. */
export interface SliceResult {
  readonly timeframe: Timeframe;
  readonly mode: EvaluationMode;
  readonly events: Uint32Array;
}

interface OpenedTimeframe {
  readonly version: string;
  readonly slice: SliceTimeframe;
}

/** Runs slice tasks in this thread, and remembers the views it has laid out. */
export function createSliceRunner(): { run(task: SliceTask): SliceResult[] } {
  const events = createEvents();
  let engine = '';
  let version = -1;
  let program: Program = [];
  const slices = new Map<string, OpenedTimeframe>();
  const domains = new Map<string, { version: number; views: DomainViews }>();

  const takeProgram = (task: SliceTask): void => {
    if (task.engine !== engine) {
      slices.clear();
      domains.clear();
    } else if (task.version === version) return;
    engine = task.engine;
    version = task.version;
    program = decodeProgram(task.program);
  };

  const sliceOf = (task: SliceTask, timeframe: Timeframe): SliceTimeframe => {
    const given = task.timeframes.find((each) => each.timeframe === timeframe)!;
    const key = `${task.slice} ${timeframe}`;
    const wanted = `${task.version} ${given.version}`;
    const known = slices.get(key);
    if (known?.version === wanted) return known.slice;
    const slice = createSliceTimeframe({
      program: program.find((each) => each.timeframe === timeframe)!,
      slots: task.slots,
      memory: given.memory,
      ring: given.ring,
      openScalars: new Float64Array(given.openScalars),
    });
    slices.set(key, { version: wanted, slice });
    return slice;
  };

  const viewsOf = (task: SliceTask, given: TaskTimeframe, mode: EvaluationMode): DomainViews => {
    const domain = given.domains[mode];
    const key = `${task.slice} ${given.timeframe} ${mode}`;
    const known = domains.get(key);
    if (known?.version === domain.version) return known.views;
    const views = viewDomain(domain.shared, domain.slice);
    domains.set(key, { version: domain.version, views });
    return views;
  };

  const judge = (task: SliceTask, timeframe: Timeframe, mode: EvaluationMode): SliceResult => {
    const given = task.timeframes.find((each) => each.timeframe === timeframe)!;
    const { memory } = given;
    const closed = mode === 'candle_close';
    judgeDomain(viewsOf(task, given, mode), {
      matrices: {
        now: new Float64Array(closed ? memory.now : memory.open),
        before: new Float64Array(closed ? memory.before : memory.now),
        slots: task.slots,
      },
      evaluated: evaluatedOf(memory, mode, task.slots),
      firstSlot: task.slice * task.slots,
      events,
    });
    return { timeframe, mode, events: events.take() };
  };

  const warm = (task: SliceTask): void => {
    const of = (timeframe: Timeframe) => task.timeframes.find((each) => each.timeframe === timeframe)!;
    warmFromRings({
      program,
      cold: task.steps.cold,
      slots: task.slots,
      memoryOf: (timeframe) => of(timeframe).memory,
      ringOf: (timeframe) => of(timeframe).ring,
    });
    for (const { timeframe } of task.timeframes) sliceOf(task, timeframe).markNewest();
  };

  return {
    run(task) {
      takeProgram(task);
      const { cold, closes, peeks, atMs } = task.steps;
      if (cold.length > 0) warm(task);
      const frames = (timeframe: Timeframe) => sliceOf(task, timeframe);
      // All timeframes first, then what reads other timeframes, then the verdicts: nothing is decided midway.
      for (const { timeframe, row } of closes) sliceOf(task, timeframe).step(row);
      for (const { timeframe, row } of closes) sliceOf(task, timeframe).stepFramed(row, frames);
      for (const { timeframe, openAtMs } of peeks) sliceOf(task, timeframe).peek(openAtMs, atMs, frames);
      return [
        ...closes.map(({ timeframe }) => judge(task, timeframe, 'candle_close')),
        ...peeks.map(({ timeframe }) => judge(task, timeframe, 'snapshot')),
      ];
    },
  };
}
