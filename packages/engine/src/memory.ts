import { grown } from './buffers.ts';
import type { Region } from './program.ts';

const CELL_BYTES = 8;
const FIRST_NUMBERS = 16;
const CHUNK_CELLS = 2 ** 16;

/** The memory of one timeframe of one slice of coins, which all threads see. */
export interface SliceMemory {
  /** The numbers as of each coin's last closed candle, one row of slots per number. */
  now: SharedArrayBuffer;
  /** As of the closed candle before that one. */
  before: SharedArrayBuffer;
  /** As of the open candle, at the last snapshot. */
  open: SharedArrayBuffer;
  /** The indicators' state. */
  readonly state: SharedArrayBuffer[];
  /** When each coin's last closed candle opened; NaN: it has none. */
  readonly last: SharedArrayBuffer;
  /** Bit of each slot that was evaluated: at the last close, at the last snapshot. */
  readonly evaluated: SharedArrayBuffer;
  /** The series over the open candle, one row of slots per column of the ring. */
  openColumns: SharedArrayBuffer;
  ring: SharedArrayBuffer;
}

export function createSliceMemory(slots: number, ring: SharedArrayBuffer): SliceMemory {
  const last = new SharedArrayBuffer(slots * CELL_BYTES);
  new Float64Array(last).fill(NaN);
  const matrix = (): SharedArrayBuffer => {
    const buffer = new SharedArrayBuffer(FIRST_NUMBERS * slots * CELL_BYTES);
    new Float64Array(buffer).fill(NaN);
    return buffer;
  };
  const evaluated = new SharedArrayBuffer(2 * (slots / 8));
  return {
    now: matrix(),
    before: matrix(),
    open: matrix(),
    state: [],
    last,
    evaluated,
    openColumns: new SharedArrayBuffer(0),
    ring,
  };
}

/** Room for so many numbers; true when buffers were replaced. */
export function growMatrices(memory: SliceMemory, numbers: number, slots: number): boolean {
  const bytes = numbers * slots * CELL_BYTES;
  const from = memory.now.byteLength / CELL_BYTES;
  if (memory.now.byteLength >= bytes) return false;
  for (const name of ['now', 'before', 'open'] as const) {
    memory[name] = grown(memory[name], bytes);
    new Float64Array(memory[name]).fill(NaN, from);
  }
  return true;
}

/** Bit masks of the coins evaluated, by mode. */
export function evaluatedOf(memory: SliceMemory, mode: 'candle_close' | 'snapshot', slots: number): Uint32Array {
  const words = slots / 32;
  return new Uint32Array(memory.evaluated, mode === 'candle_close' ? 0 : 4 * words, words);
}

/** Deals out parts of the chunks that every slice's state memory is made of. Zero-filled or as the last owner left it. */
export interface StateAllocator {
  allocate(cells: number): Region;
  free(region: Region): void;
  /** Cells of each chunk. */
  chunks(): readonly number[];
}

export function createStateAllocator(): StateAllocator {
  const chunks: number[] = [];
  const free = new Map<number, Region[]>();
  let used = 0;
  return {
    chunks: () => chunks,
    allocate(cells) {
      const again = free.get(cells)?.pop();
      if (again !== undefined) return again;
      if (chunks.length === 0 || used + cells > chunks.at(-1)!) {
        // Small at first: most timeframes are used by few indicators.
        chunks.push(Math.max(cells, Math.min(CHUNK_CELLS * 2 ** chunks.length, CHUNK_CELLS * 16)));
        used = 0;
      }
      const region = { chunk: chunks.length - 1, offset: used, length: cells };
      used += cells;
      return region;
    },
    free(region) {
      free.set(region.length, [...(free.get(region.length) ?? []), region]);
    },
  };
}

/** The chunks that a slice has not got yet. */
export function growState(memory: SliceMemory, allocator: StateAllocator): boolean {
  const wanted = allocator.chunks();
  const had = memory.state.length;
  for (let chunk = had; chunk < wanted.length; chunk++) {
    memory.state.push(new SharedArrayBuffer(wanted[chunk]! * CELL_BYTES));
  }
  return memory.state.length > had;
}

export function regionCells(memory: SliceMemory, region: Region): Float64Array {
  return new Float64Array(memory.state[region.chunk]!, region.offset * CELL_BYTES, region.length);
}
