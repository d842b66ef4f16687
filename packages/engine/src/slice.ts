import { GAP_LIMIT_CANDLES, type IndicatorColumns } from '@ubot/indicators';
import { TIMEFRAME_MS, type Timeframe } from '@ubot/market';
import { layInstance } from './kernels.ts';
import { evaluatedOf, regionCells, type SliceMemory } from './memory.ts';
import { computeNumber } from './numbers.ts';
import type { EvaluationMode, InstanceOp, NumberOp, TimeframeProgram } from './program.ts';
import { openRingHeader, ringColumn, type RingBuffers } from './ring.ts';

/**
 * The numbers of one timeframe over one slice of coins, laid over memory that other threads may see as well.
 *
 * Numbers that read other timeframes are computed in a second phase, when every timeframe that closes at the same time has
 * had its first: so the order of the timeframes does not matter.
 */
export interface SliceTimeframe {
  readonly timeframe: Timeframe;
  /** A candle closed: marks the coins that have one and steps the numbers that stand on this timeframe alone. */
  step(row: number): void;
  /** Steps the numbers that read other timeframes, for the row just stepped. */
  stepFramed(row: number, frames: FrameReader): void;
  /** Computes the numbers wanted over the open candle; state stays as it is. */
  peek(openAtMs: number, atMs: number, frames: FrameReader): void;
  /** Says again which coins have the newest closed candle: what was warmed was not stepped here. */
  markNewest(): void;
  /** When the coin's last closed candle opened. */
  lastOpenAt(slot: number): number;
  /** A number as of the last closed candle, by slot. */
  nowOf(number: number): Float64Array;
}

export type FrameReader = (timeframe: Timeframe) => SliceTimeframe;

export interface SliceTimeframeOptions {
  readonly program: TimeframeProgram;
  readonly slots: number;
  readonly memory: SliceMemory;
  readonly ring: RingBuffers;
  /** Scalars of the open candle, in the order of the ring's. */
  readonly openScalars: Float64Array;
}

interface NumberRow {
  readonly op: NumberOp;
  readonly now: Float64Array;
  readonly before: Float64Array;
  readonly open: Float64Array;
}

interface Instance {
  readonly op: InstanceOp;
  readonly columns: IndicatorColumns;
  readonly openOutputs: Float64Array[];
}

/** One thing to compute, operands first. */
type Work = { readonly instance: Instance; readonly inputs: readonly NumberRow[] } | { readonly number: NumberRow };

export function createSliceTimeframe(options: SliceTimeframeOptions): SliceTimeframe {
  const { program, slots, memory, ring, openScalars } = options;
  const lengthMs = TIMEFRAME_MS[program.timeframe];
  const last = new Float64Array(memory.last);
  const matrices = {
    now: new Float64Array(memory.now),
    before: new Float64Array(memory.before),
    open: new Float64Array(memory.open),
  };
  const rowOf = (matrix: Float64Array, number: number) => matrix.subarray(number * slots, (number + 1) * slots);
  const ringData = new Float64Array(memory.ring);
  const openColumns = new Float64Array(memory.openColumns);
  const scalarData = new Float64Array(ring.scalarData);
  const header = openRingHeader(ring);
  const present = new Uint8Array(slots);
  const unread = new Float64Array(slots);
  const evaluated = {
    candle_close: evaluatedOf(memory, 'candle_close', slots),
    snapshot: evaluatedOf(memory, 'snapshot', slots),
  };
  const numbers = program.numbers.map((op, i): NumberRow | null =>
    op === null
      ? null
      : { op, now: rowOf(matrices.now, i), before: rowOf(matrices.before, i), open: rowOf(matrices.open, i) },
  );
  const instances = program.instances.map((op): Instance | null => {
    if (op === null) return null;
    const columns = layInstance(op, slots, regionCells(memory, op.state));
    return { op, columns, openOutputs: columns.outputs.map(() => unread) };
  });
  for (const row of numbers) {
    if (row?.op.op === 'output') instances[row.op.instance]!.openOutputs[row.op.output] = row.open;
  }
  const work = inOrder(numbers, instances);
  const own = work.filter((each) => !isFramed(each));
  const framed = work.filter(isFramed);
  const peeked = work.filter((each) =>
    'number' in each ? each.number.op.peek : each.inputs.every(({ op }) => op.peek),
  );

  /** After a gap longer than the limit a coin starts afresh. */
  const restartAfterGaps = (openAtMs: number): void => {
    const oldest = openAtMs - (GAP_LIMIT_CANDLES + 1) * lengthMs;
    for (let slot = 0; slot < slots; slot++) {
      if (!(last[slot]! < oldest)) continue;
      last[slot] = NaN;
      for (const instance of instances) instance?.columns.reset(slot, slot + 1);
      for (const row of numbers) {
        if (row === null || row.op.op === 'constant') continue;
        row.now[slot] = NaN;
        row.before[slot] = NaN;
      }
    }
  };

  const markPresent = (close: Float64Array, mode: EvaluationMode): void => {
    const mask = evaluated[mode];
    mask.fill(0);
    for (let slot = 0; slot < slots; slot++) {
      const here = Number.isNaN(close[slot]!) ? 0 : 1;
      present[slot] = here;
      mask[slot >> 5]! |= here << (slot & 31);
    }
  };

  /** The value on another timeframe as of an instant; unknown when too many of its candles are missing. */
  const readFrame = (
    op: NumberOp & { op: 'frame' },
    into: Float64Array,
    at: { atMs: number; frames: FrameReader },
  ): void => {
    const other = at.frames(op.timeframe);
    const values = other.nowOf(op.number);
    const otherMs = TIMEFRAME_MS[op.timeframe];
    for (let slot = 0; slot < slots; slot++) {
      if (present[slot] === 0) continue;
      const missing = Math.floor((at.atMs - other.lastOpenAt(slot)) / otherMs) - 1;
      into[slot] = missing <= GAP_LIMIT_CANDLES ? values[slot]! : NaN;
    }
  };

  const stepWork = (items: readonly Work[], row: number, frames: FrameReader | null): void => {
    const openAtMs = header.openAtMs(row);
    const column = (at: number) => ringColumn(ringData, ring, { row, column: at, slots });
    const scalar = (at: number) => scalarData[row * ring.scalars.length + at]!;
    for (const each of items) {
      if ('instance' in each) {
        const inputs = each.inputs.map(({ now }) => now);
        each.instance.columns.step({ from: 0, to: slots, openAtMs, inputs, present });
        continue;
      }
      const { op, now, before } = each.number;
      if (op.op === 'constant') continue;
      for (let slot = 0; slot < slots; slot++) if (present[slot] === 1) before[slot] = now[slot]!;
      if (op.op === 'frame') readFrame(op, now, { atMs: openAtMs + lengthMs, frames: frames! });
      else if (op.op === 'output') keepPresent(now, instances[op.instance]!.columns.outputs[op.output]!, present);
      else computeNumber({ op, into: now, present, column, scalar, operand: (i) => numbers[i]!.now });
    }
  };

  return {
    timeframe: program.timeframe,
    step(row) {
      const openAtMs = header.openAtMs(row);
      restartAfterGaps(openAtMs);
      markPresent(ringColumn(ringData, ring, { row, column: 0, slots }), 'candle_close');
      for (let slot = 0; slot < slots; slot++) if (present[slot] === 1) last[slot] = openAtMs;
      stepWork(own, row, null);
    },

    stepFramed(row, frames) {
      if (framed.length === 0) return;
      // Another mode's coins may have been marked in between.
      markPresent(ringColumn(ringData, ring, { row, column: 0, slots }), 'candle_close');
      stepWork(framed, row, frames);
    },

    peek(openAtMs, atMs, frames) {
      restartAfterGaps(openAtMs);
      const column = (at: number) => openColumns.subarray(at * slots, (at + 1) * slots);
      markPresent(column(0), 'snapshot');
      for (const each of peeked) {
        if ('instance' in each) {
          const inputs = each.inputs.map(({ open }) => open);
          each.instance.columns.peek({ from: 0, to: slots, openAtMs, inputs, present }, each.instance.openOutputs);
          continue;
        }
        const { op, open } = each.number;
        // An output is already there: the indicator wrote it.
        if (op.op === 'constant' || op.op === 'output') continue;
        if (op.op === 'frame') readFrame(op, open, { atMs, frames });
        else
          computeNumber({
            op,
            into: open,
            present,
            column,
            scalar: (at) => openScalars[at]!,
            operand: (i) => numbers[i]!.open,
          });
      }
    },

    markNewest() {
      if (header.count() > 0)
        markPresent(ringColumn(ringData, ring, { row: header.newest(), column: 0, slots }), 'candle_close');
    },

    lastOpenAt: (slot) => last[slot]!,
    nowOf: (number) => numbers[number]!.now,
  };
}

function keepPresent(into: Float64Array, from: Float64Array, present: Uint8Array): void {
  for (let slot = 0; slot < into.length; slot++) if (present[slot] === 1) into[slot] = from[slot]!;
}

const isFramed = (work: Work): boolean =>
  'number' in work ? work.number.op.framed : work.inputs.some(({ op }) => op.framed);

/** Numbers by their level, each indicator right before the first number that reads it. */
function inOrder(numbers: readonly (NumberRow | null)[], instances: readonly (Instance | null)[]): Work[] {
  const rows = numbers.filter((row) => row !== null).sort((a, b) => a.op.level - b.op.level);
  const work: Work[] = [];
  const done = new Set<number>();
  for (const row of rows) {
    if (row.op.op === 'output' && !done.has(row.op.instance)) {
      done.add(row.op.instance);
      const instance = instances[row.op.instance]!;
      work.push({ instance, inputs: instance.op.inputs.map((i) => numbers[i]!) });
    }
    work.push({ number: row });
  }
  return work;
}

/** Fresh memory of a number: a constant is itself, everything else unknown. */
export function initialiseNumber(memory: SliceMemory, slots: number, at: { index: number; op: NumberOp }): void {
  const value = at.op.op === 'constant' ? at.op.value : NaN;
  for (const buffer of [memory.now, memory.before, memory.open]) {
    new Float64Array(buffer).fill(value, at.index * slots, (at.index + 1) * slots);
  }
}

/** Fresh memory of an indicator: zeros, laid out once before another thread lays its own. */
export function initialiseInstance(memory: SliceMemory, slots: number, op: InstanceOp): void {
  const cells = regionCells(memory, op.state);
  cells.fill(0);
  layInstance(op, slots, cells);
}
