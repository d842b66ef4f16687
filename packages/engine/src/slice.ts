import { GAP_LIMIT_CANDLES, type IndicatorColumns } from '@ubot/indicators';
import { TIMEFRAME_MS } from '@ubot/market';
import type { VerdictBits } from './bits.ts';
import { createInstance, EVALUATION_MODES, regionName, type Layout } from './layout.ts';
import { computeNumber, type NumberView } from './numbers.ts';
import type { EvaluationMode, TimeframeProgram } from './program.ts';
import { openRingHeader, ringColumn, type RingBuffers } from './ring.ts';
import type { Scratch } from './scratch.ts';
import { judge } from './verdicts.ts';

/** What threads share of one timeframe of one slice, beside the slice's own memory. */
export interface SliceRing {
  readonly buffers: RingBuffers;
  readonly data: Float64Array;
}

export interface SliceTimeframe {
  /** Marks everything in fresh memory as unknown, but for the named parts, which hold state already. */
  initialise(isKept: (regionName: string) => boolean): void;
  /** A candle closed: steps every number with the given row of the ring. */
  step(row: number): void;
  /** Looks at the open candle: state stays as it is. */
  peek(openAtMs: number): void;
  /** Says again which coins have the newest closed candle: what was warmed was not stepped here. */
  markNewest(): void;
  /** Brings the wanted yes/noes of a mode up to date. */
  judge(mode: EvaluationMode): void;
  numberOf(key: string): NumberView | undefined;
  rootOf(mode: EvaluationMode, key: string): VerdictBits | undefined;
  evaluatedOf(mode: EvaluationMode): Uint32Array;
  openColumn(column: number): Float64Array;
}

export interface SliceTimeframeOptions {
  readonly program: TimeframeProgram;
  readonly slots: number;
  readonly memory: Float64Array;
  readonly layout: Layout;
  readonly ring: SliceRing;
  readonly scratch: Scratch;
}

/**
 * One timeframe of one slice of coins, laid over memory that other threads may see as well.
 *
 * Edges:  lay the first one over fresh, zero-filled memory and `initialise` it before another thread lays its own.
 */
export function createSliceTimeframe(options: SliceTimeframeOptions): SliceTimeframe {
  const { program, slots, ring, scratch } = options;
  const region = regionReader(options);
  const lastOpenAt = region(regionName.lastOpenAt(program));
  const instances = program.instances.map((op) => {
    const cells = region(regionName.instance(program, op.key));
    let used = 0;
    return createInstance(op, slots, (length) => cells.subarray(used, (used += length)));
  });
  const numbers = program.numbers.map((op) => numberView(options, region, op));
  const index = new Map(program.numbers.map((op, i) => [op.key, i]));
  const openColumns =
    program.roots.snapshot.length === 0
      ? []
      : program.columns.map((column) => region(regionName.openColumn(program, column)));
  const roots = rootViews(program, region);
  const evaluated = new Map(
    EVALUATION_MODES.map((mode) => [mode, words(region(regionName.evaluated(program, mode)))] as const),
  );
  const openColumnsOf = openOutputs(program, instances, numbers, scratch.unread(slots));
  const header = openRingHeader(ring.buffers);
  const lengthMs = TIMEFRAME_MS[program.timeframe];
  // A ring outlives programs, so it may hold more columns, in another order.
  const ringAt = program.columns.map((column) => ring.buffers.columns.indexOf(column));
  const plan = executionOrder(program);

  /** After a gap longer than the limit a coin starts afresh. */
  const restartAfterGaps = (openAtMs: number): void => {
    const oldest = openAtMs - (GAP_LIMIT_CANDLES + 1) * lengthMs;
    for (let slot = 0; slot < slots; slot++) {
      if (!(lastOpenAt[slot]! < oldest)) continue;
      lastOpenAt[slot] = NaN;
      for (const instance of instances) instance.reset(slot, slot + 1);
      for (const view of numbers) forget(view, slot);
    }
  };

  const markPresent = (close: Float64Array, mode: EvaluationMode): Uint8Array => {
    const present = scratch.present(slots);
    const mask = evaluated.get(mode)!;
    mask.fill(0);
    for (let slot = 0; slot < slots; slot++) {
      const here = Number.isNaN(close[slot]!) ? 0 : 1;
      present[slot] = here;
      mask[slot >> 5]! |= here << (slot & 31);
    }
    return present;
  };

  return {
    initialise(isKept) {
      if (!isKept(regionName.lastOpenAt(program))) lastOpenAt.fill(NaN);
      program.numbers.forEach((op, i) => {
        if (op.op === 'constant') return;
        const { now, before, open } = numbers[i]!;
        if (!isKept(regionName.number(program, op.key))) for (const column of [now, before]) column.fill(NaN);
        if (!isKept(regionName.peek(program, op.key))) open.fill(NaN);
      });
      program.columns.forEach((column, i) => {
        if (!isKept(regionName.openColumn(program, column))) openColumns[i]?.fill(NaN);
      });
      for (const mode of EVALUATION_MODES) {
        for (const [key, root] of roots.get(mode)!) {
          if (!isKept(regionName.root(program, mode, key))) root.unknown.fill(~0);
        }
      }
    },

    step(row) {
      const openAtMs = header.openAtMs(row);
      const column = (at: number) => ringColumn(ring.data, ring.buffers, { row, column: ringAt[at]!, slots });
      restartAfterGaps(openAtMs);
      const present = markPresent(column(0), 'candle_close');
      for (let slot = 0; slot < slots; slot++) if (present[slot] === 1) lastOpenAt[slot] = openAtMs;
      for (const each of plan) {
        if (each.kind === 'instance') {
          const inputs = program.instances[each.index]!.inputs.map((i) => numbers[i]!.now);
          instances[each.index]!.step({ from: 0, to: slots, openAtMs, inputs, present });
          continue;
        }
        const op = program.numbers[each.index]!;
        if (op.op === 'constant') continue;
        const { now, before } = numbers[each.index]!;
        for (let slot = 0; slot < slots; slot++) if (present[slot] === 1) before[slot] = now[slot]!;
        computeNumber({ op, into: now, present, column, outputs: instances, operand: (i) => numbers[i]!.now });
      }
    },

    peek(openAtMs) {
      restartAfterGaps(openAtMs);
      const present = markPresent(openColumns[0]!, 'snapshot');
      for (const each of plan) {
        if (each.kind === 'instance') {
          const inputs = program.instances[each.index]!.inputs.map((i) => numbers[i]!.open);
          instances[each.index]!.peek({ from: 0, to: slots, openAtMs, inputs, present }, openColumnsOf[each.index]!.outputs);
          continue;
        }
        const op = program.numbers[each.index]!;
        // An output is already there: the indicator wrote it.
        if (op.op === 'constant' || op.op === 'output') continue;
        const into = numbers[each.index]!.open;
        const column = (at: number) => openColumns[at]!;
        computeNumber({ op, into, present, column, outputs: openColumnsOf, operand: (i) => numbers[i]!.open });
      }
    },

    markNewest() {
      const row = header.newest();
      markPresent(ringColumn(ring.data, ring.buffers, { row, column: ringAt[0]!, slots }), 'candle_close');
    },

    judge: (mode) => judge({ program, mode, numbers, roots: roots.get(mode)!, scratch, slots }),
    numberOf(key) {
      const at = index.get(key);
      return at === undefined ? undefined : numbers[at];
    },
    rootOf: (mode, key) => roots.get(mode)!.get(key),
    evaluatedOf: (mode) => evaluated.get(mode)!,
    openColumn: (at) => openColumns[at]!,
  };
}

type Region = (name: string) => Float64Array;

function regionReader({ memory, layout }: SliceTimeframeOptions): Region {
  return (name) => {
    const place = layout.regions.get(name);
    if (place === undefined) throw new Error(`The layout has no ${name}.`);
    return memory.subarray(place.offset, place.offset + place.length);
  };
}

function words(cells: Float64Array): Uint32Array {
  return new Uint32Array(cells.buffer, cells.byteOffset, cells.length * 2);
}

function numberView(
  { program, slots, scratch }: SliceTimeframeOptions,
  region: Region,
  op: TimeframeProgram['numbers'][number],
): NumberView {
  if (op.op === 'constant') {
    const same = scratch.constant(slots, op.value);
    return { now: same, before: same, open: same };
  }
  const both = region(regionName.number(program, op.key));
  const peeks = program.roots.snapshot.length > 0;
  return {
    now: both.subarray(0, slots),
    before: both.subarray(slots),
    open: peeks ? region(regionName.peek(program, op.key)) : both.subarray(0, 0),
  };
}

function forget(view: NumberView, slot: number): void {
  if (view.now === view.before) return; // a constant
  view.now[slot] = NaN;
  view.before[slot] = NaN;
}

function rootViews(program: TimeframeProgram, region: Region): Map<EvaluationMode, Map<string, VerdictBits>> {
  return new Map(
    EVALUATION_MODES.map((mode) => {
      const views = program.roots[mode].map((root): [string, VerdictBits] => {
        const { key } = program.bools[root]!;
        const both = words(region(regionName.root(program, mode, key)));
        const half = both.length / 2;
        return [key, { isTrue: both.subarray(0, half), unknown: both.subarray(half) }];
      });
      return [mode, new Map(views)];
    }),
  );
}

/** Numbers in their order, each indicator right before the first number that reads it. */
function executionOrder(program: TimeframeProgram): { kind: 'instance' | 'number'; index: number }[] {
  const order: { kind: 'instance' | 'number'; index: number }[] = [];
  const done = new Set<number>();
  program.numbers.forEach((op, index) => {
    if (op.op === 'output' && !done.has(op.instance)) {
      done.add(op.instance);
      order.push({ kind: 'instance', index: op.instance });
    }
    order.push({ kind: 'number', index });
  });
  return order;
}

/** The indicators write their outputs for the open candle straight into the numbers that read them. */
function openOutputs(
  program: TimeframeProgram,
  instances: readonly IndicatorColumns[],
  numbers: readonly NumberView[],
  unread: Float64Array,
): { outputs: Float64Array[] }[] {
  const columns = instances.map((instance) => ({ outputs: instance.outputs.map(() => unread) }));
  program.numbers.forEach((op, i) => {
    if (op.op === 'output') columns[op.instance]!.outputs[op.output] = numbers[i]!.open;
  });
  return columns;
}
