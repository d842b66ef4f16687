import { GAP_LIMIT_CANDLES } from '@ubot/indicators';
import { TIMEFRAME_MS, type CandleColumns } from '@ubot/market';
import { columnSource, marketValue, scalarSource, type MarketReading, type SnapshotFigure } from './feed.ts';
import { UNKNOWN_CLOSE } from './numbers.ts';
import type { ColumnName, ScalarName } from './program.ts';

export interface ColumnWrite {
  readonly names: readonly ColumnName[];
  readonly candles: CandleColumns;
  /** The slot of each row of the candles; -1 leaves a row out. */
  readonly slots: Int32Array;
  readonly slotsPerSlice: number;
  /** Where a column goes: one part per slice. */
  readonly cellsOf: (column: number) => readonly Float64Array[];
  readonly figureOf: (figure: SnapshotFigure, slot: number) => number;
}

/** Writes candles, with the figures that come from elsewhere, into columns by coin slot. */
export function writeColumns(write: ColumnWrite): void {
  const { names, candles, slots, slotsPerSlice } = write;
  names.forEach((name, column) => {
    const cells = write.cellsOf(column);
    const source = columnSource(name, candles);
    if (source.from === 'none') return;
    for (let row = 0; row < slots.length; row++) {
      const slot = slots[row]!;
      if (slot < 0) continue;
      let value = source.from === 'candle' ? source.values[row]! : write.figureOf(source.figure, slot);
      // The close, column 0, also says that there is a candle.
      if (column === 0 && Number.isNaN(value)) value = UNKNOWN_CLOSE;
      cells[Math.floor(slot / slotsPerSlice)]![slot % slotsPerSlice] = value;
    }
  });
}

export interface ScalarWrite {
  readonly names: readonly ScalarName[];
  readonly candles: CandleColumns;
  readonly reading: MarketReading | null;
  /** When the market's figures are asked for. */
  readonly atMs: number;
  readonly figureOf: (figure: SnapshotFigure, coinId: number) => number;
}

/**
 * The numbers that are the same for every coin, candle time by candle time of one timeframe. A named coin that has no candle
 * now has the values of its last one, unless too many are missing.
 */
export interface ScalarColumns {
  /** The values as of these candles, in the order of the names; `keep`: they closed, and are what later ones fall back on. */
  read(write: ScalarWrite, keep: boolean): number[];
}

export function createScalarColumns(): ScalarColumns {
  const lasts = new Map<ScalarName, { value: number; openAtMs: number }>();

  const ofCoin = (name: ScalarName, write: ScalarWrite, source: { coinId: number; column: ColumnName }): number => {
    const { candles } = write;
    const row = candles.coinIds.indexOf(source.coinId);
    if (row >= 0) {
      const from = columnSource(source.column, candles);
      if (from.from === 'none') return NaN;
      return from.from === 'candle' ? from.values[row]! : write.figureOf(from.figure, source.coinId);
    }
    const last = lasts.get(name);
    if (last === undefined) return NaN;
    const missing = (candles.openAtMs - last.openAtMs) / TIMEFRAME_MS[candles.timeframe];
    return missing <= GAP_LIMIT_CANDLES ? last.value : NaN;
  };

  return {
    read(write, keep) {
      return write.names.map((name) => {
        const source = scalarSource(name);
        if ('metric' in source) return marketValue(write.reading, source.metric, write.atMs);
        const value = ofCoin(name, write, source);
        const isHere = write.candles.coinIds.includes(source.coinId);
        if (keep && isHere) lasts.set(name, { value, openAtMs: write.candles.openAtMs });
        return value;
      });
    },
  };
}
