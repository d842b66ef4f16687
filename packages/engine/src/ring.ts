import type { Timeframe } from '@ubot/market';
import type { ColumnName, ScalarName } from './program.ts';

/**
 * The last closed candles of one timeframe, as one row of columns per candle time.
 *
 * Shape:  the header is shared by all slices: newest row, count of rows, then the open time of each row; so are the
 *         scalars, row by row. Each slice has its own data: row by row, column by column, one cell per coin slot, NaN where
 *         the coin has no candle. `close` is always the first column.
 */
export interface RingBuffers {
  readonly timeframe: Timeframe;
  readonly rows: number;
  readonly columns: readonly ColumnName[];
  readonly scalars: readonly ScalarName[];
  readonly header: SharedArrayBuffer;
  readonly scalarData: SharedArrayBuffer;
}

const NEWEST = 0;
const COUNT = 1;
const TIMES = 2;
const CELL_BYTES = 8;

export interface RingHeader {
  newest(): number;
  count(): number;
  openAtMs(row: number): number;
  /** Row numbers, oldest first. */
  inOrder(): number[];
  /** Makes room for a candle time after the newest and returns its row; the newest itself when it is that time. */
  append(openAtMs: number): { row: number; fresh: boolean };
}

export function createRing(shape: Pick<RingBuffers, 'timeframe' | 'rows' | 'columns' | 'scalars'>): RingBuffers {
  const header = new SharedArrayBuffer((TIMES + shape.rows) * CELL_BYTES);
  new Float64Array(header)[NEWEST] = -1;
  const scalarData = new SharedArrayBuffer(shape.rows * shape.scalars.length * CELL_BYTES);
  return { ...shape, header, scalarData };
}

export function createRingData(ring: RingBuffers, slots: number): SharedArrayBuffer {
  const data = new SharedArrayBuffer(ring.rows * ring.columns.length * slots * CELL_BYTES);
  return data;
}

export function openRingHeader(ring: RingBuffers): RingHeader {
  const cells = new Float64Array(ring.header);
  const newest = (): number => cells[NEWEST]!;
  const count = (): number => cells[COUNT]!;
  return {
    newest,
    count,
    openAtMs: (row) => cells[TIMES + row]!,
    inOrder: () => Array.from({ length: count() }, (_, i) => (newest() - count() + 1 + i + ring.rows) % ring.rows),
    append(openAtMs) {
      if (count() > 0 && cells[TIMES + newest()] === openAtMs) return { row: newest(), fresh: false };
      if (count() > 0 && cells[TIMES + newest()]! > openAtMs) throw new Error('Candles must be given in time order.');
      const row = (newest() + 1) % ring.rows;
      cells[NEWEST] = row;
      cells[COUNT] = Math.min(count() + 1, ring.rows);
      cells[TIMES + row] = openAtMs;
      return { row, fresh: true };
    },
  };
}

/** One column of one row of a slice's data. */
export function ringColumn(data: Float64Array, ring: RingBuffers, at: { row: number; column: number; slots: number }) {
  const start = (at.row * ring.columns.length + at.column) * at.slots;
  return data.subarray(start, start + at.slots);
}

/** All columns of a row are unknown until written. */
export function clearRingRow(data: Float64Array, ring: RingBuffers, at: { row: number; slots: number }): void {
  const length = ring.columns.length * at.slots;
  data.fill(NaN, at.row * length, (at.row + 1) * length);
}
