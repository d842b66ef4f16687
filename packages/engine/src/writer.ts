import type { GlobalMetric } from '@ubot/contracts';
import type { CandleColumns } from '@ubot/market';
import { columnSource, type SnapshotFigure } from './feed.ts';
import { UNKNOWN_CLOSE } from './numbers.ts';
import type { ColumnName } from './program.ts';

export interface ColumnWrite {
  readonly names: readonly ColumnName[];
  readonly candles: CandleColumns;
  /** The slot of each row of the candles; -1 leaves a row out. */
  readonly slots: Int32Array;
  readonly slotsPerSlice: number;
  /** Where a column goes: one part per slice. */
  readonly cellsOf: (column: number) => readonly Float64Array[];
  readonly figureOf: (figure: SnapshotFigure, slot: number) => number;
  readonly marketOf: (metric: GlobalMetric) => number;
}

/** Writes candles, with the figures that come from elsewhere, into columns by coin slot. */
export function writeColumns(write: ColumnWrite): void {
  const { names, candles, slots, slotsPerSlice } = write;
  names.forEach((name, column) => {
    const cells = write.cellsOf(column);
    const source = columnSource(name, candles);
    const market = source.from === 'market' ? write.marketOf(source.metric) : NaN;
    for (let row = 0; row < slots.length; row++) {
      const slot = slots[row]!;
      if (slot < 0) continue;
      let value = market;
      if (source.from === 'candle') value = source.values[row]!;
      else if (source.from === 'figure') value = write.figureOf(source.figure, slot);
      // The close, column 0, also says that there is a candle.
      if (column === 0 && Number.isNaN(value)) value = UNKNOWN_CLOSE;
      cells[Math.floor(slot / slotsPerSlice)]![slot % slotsPerSlice] = value;
    }
  });
}
