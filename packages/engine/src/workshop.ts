import { TIMEFRAME_MS, TIMEFRAMES, timeframeCloseMs, type CandleColumns, type Timeframe } from '@ubot/market';
import { askedNumbers, createDomain, type Domain, type DomainCensus } from './domain.ts';
import type { RootHolder } from './rootBook.ts';
import type { MarketReading, SnapshotFigure } from './feed.ts';
import { cellsFor } from './kernels.ts';
import {
  createSliceMemory,
  createStateAllocator,
  evaluatedOf,
  growMatrices,
  growState,
  type SliceMemory,
  type StateAllocator,
} from './memory.ts';
import { createNumberTable, type NumberTable } from './numberTable.ts';
import {
  encodeProgram,
  EVALUATION_MODES,
  ringRows,
  type EngineDepth,
  type EngineStrategy,
  type EvaluationMode,
  type Program,
} from './program.ts';
import { clearRingRow, createRing, createRingData, openRingHeader, ringColumn, type RingBuffers } from './ring.ts';
import { initialiseInstance, initialiseNumber } from './slice.ts';
import type { SliceSteps, SliceTask, TaskTimeframe } from './task.ts';
import type { CoinNumbers } from './verdict.ts';
import type { ColdParts } from './warm.ts';
import { createScalarColumns, writeColumns, type ScalarColumns } from './writer.ts';

export interface RowSources {
  /** The slot of each candle; -1 leaves it out. */
  readonly slots: Int32Array;
  readonly reading: MarketReading | null;
  readonly figureOf: (figure: SnapshotFigure, slot: number) => number;
  readonly figureOfCoin: (figure: SnapshotFigure, coinId: number) => number;
}

/** The memory of an engine, and everything that lays it out while no task runs. */
export interface Workshop {
  put(strategy: EngineStrategy, slotOf: (coinId: number) => number): void;
  remove(strategy: EngineStrategy, slotOf: (coinId: number) => number): void;
  addSlices(count: number): void;
  /** Makes the memory fit what was put in; returns the rings that are new and empty. */
  layOut(): Pick<RingBuffers, 'timeframe' | 'rows' | 'columns' | 'scalars'>[];
  has(timeframe: Timeframe): boolean;
  /** Timeframes on which something is evaluated at snapshots. */
  peeked(): Timeframe[];
  writeRow(candles: CandleColumns, sources: RowSources): number;
  writeOpen(candles: CandleColumns, sources: RowSources & { atMs: number }): void;
  takeCold(): ColdParts[];
  tasks(steps: SliceSteps): SliceTask[];
  handlesOf(timeframe: Timeframe, mode: EvaluationMode, root: number): readonly RootHolder[];
  newestOpenAtMs(timeframe: Timeframe): number | null;
  wasEvaluated(timeframe: Timeframe, mode: EvaluationMode, slot: number): boolean;
  /** The same for many slots of one timeframe and mode. */
  evaluatedIn(timeframe: Timeframe, mode: EvaluationMode): (slot: number) => boolean;
  numbersOf(timeframe: Timeframe, mode: EvaluationMode, slot: number): CoinNumbers;
  census(): DomainCensus[];
}

interface Frame {
  readonly timeframe: Timeframe;
  readonly table: NumberTable;
  readonly allocator: StateAllocator;
  readonly domains: Readonly<Record<EvaluationMode, Domain>>;
  readonly scalars: ScalarColumns;
  readonly memories: SliceMemory[];
  ring: RingBuffers;
  openScalars: SharedArrayBuffer;
  version: number;
  /** No candle was ever stepped or replayed here. */
  untouched: boolean;
  /** The memories as this thread reads them; laid anew when buffers were replaced. */
  views: {
    now: Float64Array;
    before: Float64Array;
    open: Float64Array;
    evaluated: Record<EvaluationMode, Uint32Array>;
  }[];
}

export function createWorkshop(options: { name: string; slotsPerSlice: number; depth: EngineDepth }): Workshop {
  const { name, slotsPerSlice, depth } = options;
  const frames = new Map<Timeframe, Frame>();
  let sliceCount = 0;
  let program: Program = [];
  let encoded = encodeProgram(program);
  let programVersion = 0;

  const frameOf = (timeframe: Timeframe): Frame => {
    const known = frames.get(timeframe);
    if (known !== undefined) return known;
    const allocator = createStateAllocator();
    const table = createNumberTable({
      timeframe,
      depth,
      tableOf: (other) => frameOf(other).table,
      allocate: (kernel) => allocator.allocate(cellsFor(kernel, slotsPerSlice)),
      free: (region) => allocator.free(region),
    });
    const domain = (mode: EvaluationMode): Domain => createDomain({ mode, table, slotsPerSlice });
    const ring = createRing({ timeframe, rows: 1, columns: ['close'], scalars: [] });
    const frame: Frame = {
      timeframe,
      table,
      allocator,
      domains: { candle_close: domain('candle_close'), snapshot: domain('snapshot') },
      scalars: createScalarColumns(),
      memories: [],
      ring,
      openScalars: new SharedArrayBuffer(0),
      version: 0,
      untouched: true,
      views: [],
    };
    frames.set(timeframe, frame);
    for (let slice = 0; slice < sliceCount; slice++) addSlice(frame);
    return frame;
  };

  const addSlice = (frame: Frame): void => {
    const memory = createSliceMemory(slotsPerSlice, newRingData(frame.ring));
    frame.memories.push(memory);
    growMatrices(memory, frame.table.program().numbers.length, slotsPerSlice);
    growState(memory, frame.allocator);
    memory.openColumns = newOpenColumns(frame);
    const { numbers, instances } = frame.table.program();
    numbers.forEach((op, index) => op !== null && initialiseNumber(memory, slotsPerSlice, { index, op }));
    instances.forEach((op) => op !== null && initialiseInstance(memory, slotsPerSlice, op));
    for (const mode of EVALUATION_MODES) frame.domains[mode].addSlice();
    frame.version++;
    frame.views = [];
  };

  const newRingData = (ring: RingBuffers): SharedArrayBuffer => {
    const data = createRingData(ring, slotsPerSlice);
    new Float64Array(data).fill(NaN);
    return data;
  };
  const newOpenColumns = ({ ring }: Frame): SharedArrayBuffer =>
    new SharedArrayBuffer(ring.columns.length * slotsPerSlice * 8);

  /** Candles that a timeframe must keep: for its own numbers, and for those that others read while they warm up. */
  const rowsOf = (frame: Frame): number => {
    let rows = frame.table.depth();
    for (const other of frames.values()) {
      if (!other.table.framesTo().includes(frame.timeframe)) continue;
      const spanMs = other.table.depth() * TIMEFRAME_MS[other.timeframe];
      rows = Math.max(rows, frame.table.depth() + Math.ceil(spanMs / TIMEFRAME_MS[frame.timeframe]) + 1);
    }
    return ringRows(rows, depth);
  };

  /** Gives a timeframe a ring that is deep and wide enough; true when it is a new and empty one. */
  const fitRing = (frame: Frame): boolean => {
    const { ring, table } = frame;
    const rows = rowsOf(frame);
    const hasAll =
      table.columns().every((column) => ring.columns.includes(column)) &&
      table.scalars().every((scalar) => ring.scalars.includes(scalar));
    if (hasAll && rows <= ring.rows) return false;
    const { timeframe } = frame;
    // Columns keep their places: the program names them by these.
    frame.ring = createRing({ timeframe, rows, columns: [...table.columns()], scalars: [...table.scalars()] });
    frame.openScalars = new SharedArrayBuffer(8 * frame.ring.scalars.length);
    for (const memory of frame.memories) {
      memory.ring = newRingData(frame.ring);
      memory.openColumns = newOpenColumns(frame);
    }
    frame.version++;
    return true;
  };

  const layOutFrame = (frame: Frame, isChanged: boolean): boolean => {
    for (const mode of EVALUATION_MODES) frame.domains[mode].settle();
    if (!isChanged) return false;
    const { numbers } = frame.table.program();
    let moved = false;
    for (const memory of frame.memories) {
      moved = growMatrices(memory, numbers.length, slotsPerSlice) || moved;
      moved = growState(memory, frame.allocator) || moved;
    }
    if (moved) {
      frame.version++;
      frame.views = [];
    }
    return fitRing(frame);
  };

  /** Fresh memory for parts that are new, before anybody steps them. */
  const cold = new Map<Timeframe, { numbers: Set<number>; instances: Set<number> }>();
  const initialiseCold = (frame: Frame): void => {
    const { numbers, instances } = frame.table.takeCold();
    const program = frame.table.program();
    const kept = cold.get(frame.timeframe) ?? { numbers: new Set<number>(), instances: new Set<number>() };
    cold.set(frame.timeframe, kept);
    for (const index of numbers) kept.numbers.add(index);
    for (const index of instances) kept.instances.add(index);
    for (const memory of frame.memories) {
      for (const index of numbers) initialiseNumber(memory, slotsPerSlice, { index, op: program.numbers[index]! });
      for (const index of instances) initialiseInstance(memory, slotsPerSlice, program.instances[index]!);
    }
  };

  const viewsOf = (frame: Frame, slice: number): Frame['views'][number] => {
    if (frame.views.length === 0) {
      frame.views = frame.memories.map((memory) => ({
        now: new Float64Array(memory.now),
        before: new Float64Array(memory.before),
        open: new Float64Array(memory.open),
        evaluated: {
          candle_close: evaluatedOf(memory, 'candle_close', slotsPerSlice),
          snapshot: evaluatedOf(memory, 'snapshot', slotsPerSlice),
        },
      }));
    }
    return frame.views[slice]!;
  };

  const taskTimeframe = (frame: Frame, slice: number): TaskTimeframe => {
    const domain = (mode: EvaluationMode) => {
      const { version, buffers, sliceBuffers } = frame.domains[mode];
      return { version: version(), shared: buffers(), slice: sliceBuffers(slice) };
    };
    const { timeframe, version, ring, openScalars } = frame;
    const domains = { candle_close: domain('candle_close'), snapshot: domain('snapshot') };
    return { timeframe, version, memory: frame.memories[slice]!, ring, openScalars, domains };
  };

  return {
    put(strategy, slotOf) {
      const { condition, rearm, on } = strategy;
      const frame = frameOf(condition.timeframe);
      frame.domains[on].put(strategy, slotOf);
      // Asked for one coin at a time, from the numbers.
      for (const node of askedNumbers(strategy)) frame.table.hold(node, on === 'snapshot');
      if (rearm !== null && rearm.timeframe !== condition.timeframe)
        throw new Error('A rearm condition has another timeframe.');
    },

    remove(strategy, slotOf) {
      const frame = frameOf(strategy.condition.timeframe);
      frame.domains[strategy.on].remove(strategy, slotOf);
      for (const { key } of askedNumbers(strategy)) {
        const index = frame.table.indexOf(key);
        if (index !== undefined) frame.table.release(index);
      }
    },

    addSlices(count) {
      while (sliceCount < count) {
        for (const frame of frames.values()) addSlice(frame);
        sliceCount++;
      }
    },

    layOut() {
      const changed = [...frames.values()].filter(({ table }) => table.isChanged());
      // A timeframe that others read must keep as many candles as those need.
      const empty = [...frames.values()].filter((frame) => layOutFrame(frame, changed.length > 0));
      for (const frame of changed) {
        initialiseCold(frame);
        frame.table.takeChanged();
      }
      if (changed.length > 0) {
        program = [...frames.values()].map(({ table }) => table.program());
        encoded = encodeProgram(program);
        programVersion++;
      }
      return empty.map(({ ring }) => ring);
    },

    has: (timeframe) => frames.has(timeframe),
    peeked: () => TIMEFRAMES.filter((timeframe) => !(frames.get(timeframe)?.domains.snapshot.isEmpty() ?? true)),

    writeRow(candles, { slots, reading, figureOf, figureOfCoin }) {
      const frame = frameOf(candles.timeframe);
      const { ring } = frame;
      const { row, fresh } = openRingHeader(ring).append(candles.openAtMs);
      const data = frame.memories.map((memory) => new Float64Array(memory.ring));
      if (fresh) for (const each of data) clearRingRow(each, ring, { row, slots: slotsPerSlice });
      writeColumns({
        names: ring.columns,
        candles,
        slots,
        slotsPerSlice,
        cellsOf: (column) => data.map((each) => ringColumn(each, ring, { row, column, slots: slotsPerSlice })),
        figureOf,
      });
      const atMs = timeframeCloseMs(candles.timeframe, candles.openAtMs);
      const read = { names: ring.scalars, candles, reading, atMs, figureOf: figureOfCoin };
      new Float64Array(ring.scalarData).set(frame.scalars.read(read, true), row * ring.scalars.length);
      return row;
    },

    writeOpen(candles, { slots, reading, atMs, figureOf, figureOfCoin }) {
      const frame = frameOf(candles.timeframe);
      const { ring } = frame;
      const columns = frame.memories.map(({ openColumns }) => new Float64Array(openColumns).fill(NaN));
      writeColumns({
        names: ring.columns,
        candles,
        slots,
        slotsPerSlice,
        cellsOf: (column) => columns.map((each) => each.subarray(column * slotsPerSlice, (column + 1) * slotsPerSlice)),
        figureOf,
      });
      const read = { names: ring.scalars, candles, reading, atMs, figureOf: figureOfCoin };
      new Float64Array(frame.openScalars).set(frame.scalars.read(read, false));
    },

    takeCold() {
      const taken = [...cold].map(([timeframe, { numbers, instances }]): ColdParts => {
        const frame = frameOf(timeframe);
        const last = frame.untouched;
        frame.untouched = false;
        const held = frame.table.program();
        return {
          timeframe,
          last,
          numbers: [...numbers].filter((i) => held.numbers[i] !== null),
          instances: [...instances].filter((i) => held.instances[i] !== null),
        };
      });
      cold.clear();
      return taken.filter(({ numbers, instances, last }) => numbers.length > 0 || instances.length > 0 || last);
    },

    tasks(steps) {
      if (steps.cold.length === 0 && steps.closes.length === 0 && steps.peeks.length === 0) return [];
      for (const { timeframe } of steps.closes) frameOf(timeframe).untouched = false;
      return Array.from({ length: sliceCount }, (_, slice) => ({
        engine: name,
        slice,
        slots: slotsPerSlice,
        version: programVersion,
        program: encoded,
        timeframes: [...frames.values()].map((frame) => taskTimeframe(frame, slice)),
        steps,
      }));
    },

    handlesOf: (timeframe, mode, root) => frameOf(timeframe).domains[mode].handlesOf(root),

    newestOpenAtMs(timeframe) {
      const frame = frames.get(timeframe);
      if (frame === undefined) return null;
      const header = openRingHeader(frame.ring);
      return header.count() === 0 ? null : header.openAtMs(header.newest());
    },

    wasEvaluated(timeframe, mode, slot) {
      const frame = frames.get(timeframe);
      const slice = Math.floor(slot / slotsPerSlice);
      if (frame === undefined || slice >= frame.memories.length) return false;
      const inSlice = slot % slotsPerSlice;
      return ((viewsOf(frame, slice).evaluated[mode][inSlice >> 5]! >>> (inSlice & 31)) & 1) === 1;
    },

    evaluatedIn(timeframe, mode) {
      const frame = frameOf(timeframe);
      const masks = frame.memories.map((_, slice) => viewsOf(frame, slice).evaluated[mode]);
      return (slot) => {
        const inSlice = slot % slotsPerSlice;
        return ((masks[Math.floor(slot / slotsPerSlice)]![inSlice >> 5]! >>> (inSlice & 31)) & 1) === 1;
      };
    },

    numbersOf(timeframe, mode, slot) {
      const frame = frames.get(timeframe);
      const slice = Math.floor(slot / slotsPerSlice);
      if (frame === undefined || slice >= frame.memories.length) return NOTHING_KNOWN;
      const { now, before, open } = viewsOf(frame, slice);
      const inSlice = slot % slotsPerSlice;
      const reader = (matrix: Float64Array) => (key: string) => {
        const index = frame.table.indexOf(key);
        return index === undefined ? NaN : matrix[index * slotsPerSlice + inSlice]!;
      };
      return mode === 'snapshot'
        ? { now: reader(open), before: reader(now) }
        : { now: reader(now), before: reader(before) };
    },

    census: () => [...frames.values()].flatMap(({ domains }) => EVALUATION_MODES.map((mode) => domains[mode].census())),
  };
}

const NOTHING_KNOWN: CoinNumbers = { now: () => NaN, before: () => NaN };
