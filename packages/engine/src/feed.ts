import { GLOBAL_METRICS, type GlobalMetric } from '@ubot/contracts';
import {
  globalMetricValue,
  type CandleColumns,
  type CandleField,
  type GlobalMetrics,
  type SnapshotColumns,
} from '@ubot/market';
import type { ColumnName, ScalarName } from './program.ts';
import type { Slots } from './slots.ts';

const HOUR_MS = 3_600_000;
// Global metrics are polled about every fifth to fifteenth snapshot; three of those intervals, and never under an hour.
const MARKET_VALID_POLLS = 15;

/** What the market as a whole was last known to be. */
export interface MarketReading {
  readonly global: GlobalMetrics;
  readonly takenAtMs: number;
  readonly pollIntervalMs: number;
}

/** A metric as of an instant; NaN when what is known is too old. */
export function marketValue(reading: MarketReading | null, metric: GlobalMetric, atMs: number): number {
  if (reading === null) return NaN;
  const validMs = Math.max(HOUR_MS, MARKET_VALID_POLLS * reading.pollIntervalMs);
  return atMs - reading.takenAtMs > validMs ? NaN : globalMetricValue(reading.global, metric);
}

/** The figures of a snapshot that candles do not hold: rank and changes, by coin slot. */
export type SnapshotFigure = 'rank' | 'percent_change_1h' | 'percent_change_24h' | 'percent_change_7d';
const FIGURES: readonly SnapshotFigure[] = ['rank', 'percent_change_1h', 'percent_change_24h', 'percent_change_7d'];

export function isFigure(column: string): boolean {
  return FIGURES.some((figure) => figure === column);
}

export interface LatestFigures {
  update(snapshot: SnapshotColumns, slots: Slots): void;
  read(figure: SnapshotFigure, slot: number): number;
}

/** Coins that are absent from the latest snapshot have no figures. Columns are made when they are first asked for. */
export function createLatestFigures(): LatestFigures {
  let columns = new Map<SnapshotFigure, Float64Array>();
  let latest: { snapshot: SnapshotColumns; slots: Slots } | null = null;
  const columnOf = (figure: SnapshotFigure): Float64Array | null => {
    if (latest === null) return null;
    const known = columns.get(figure);
    if (known !== undefined) return known;
    const { snapshot, slots } = latest;
    const column = new Float64Array(slots.count()).fill(NaN);
    const values = figureColumn(snapshot, figure);
    snapshot.coinIds.forEach((coinId, i) => {
      const value = values[i]!;
      column[slots.assign(coinId)] = figure === 'rank' && value === 0 ? NaN : value;
    });
    columns.set(figure, column);
    return column;
  };
  return {
    update(snapshot, slots) {
      latest = { snapshot, slots };
      columns = new Map();
    },
    read: (figure, slot) => columnOf(figure)?.[slot] ?? NaN,
  };
}

function figureColumn(snapshot: SnapshotColumns, figure: SnapshotFigure): Float64Array | Int32Array {
  switch (figure) {
    case 'rank':
      return snapshot.rank;
    case 'percent_change_1h':
      return snapshot.percentChange1h;
    case 'percent_change_24h':
      return snapshot.percentChange24h;
    case 'percent_change_7d':
      return snapshot.percentChange7d;
  }
}

/** Where a column's values come from; `none`: no source of this engine has it. */
export type ColumnSource =
  | { readonly from: 'candle'; readonly values: Float64Array }
  | { readonly from: 'figure'; readonly figure: SnapshotFigure }
  | { readonly from: 'none' };

export function columnSource(name: ColumnName, candles: CandleColumns): ColumnSource {
  switch (name) {
    case 'open':
    case 'high':
    case 'low':
    case 'close':
      return { from: 'candle', values: candles[name] };
    case 'volume_24h':
      return { from: 'candle', values: candles.volume24hUsd };
    case 'market_cap':
      return { from: 'candle', values: candles.marketCapUsd };
    case 'rank':
    case 'percent_change_1h':
    case 'percent_change_24h':
    case 'percent_change_7d':
      return { from: 'figure', figure: name };
    case 'volume':
      return candles.volume === undefined ? { from: 'none' } : { from: 'candle', values: candles.volume };
  }
}

/** The part of a candle that a column is; null: it is none. */
export function candleField(name: ColumnName): CandleField | null {
  switch (name) {
    case 'open':
    case 'high':
    case 'low':
    case 'close':
    case 'volume':
      return name;
    case 'volume_24h':
      return 'volume24hUsd';
    case 'market_cap':
      return 'marketCapUsd';
    default:
      return null;
  }
}

/** The column of a named coin that a scalar is; null: it is the market's. */
export function columnOfScalar(name: ScalarName): ColumnName | null {
  const source = scalarSource(name);
  return 'column' in source ? source.column : null;
}

/** Whose number a scalar is. */
export function scalarSource(name: ScalarName): { metric: GlobalMetric } | { coinId: number; column: ColumnName } {
  const [, coinId, column] = /^coin\(([0-9]+)\)\.(.+)$/.exec(name) ?? [];
  if (coinId === undefined) return { metric: metricOf(name) };
  return { coinId: Number(coinId), column: column as ColumnName }; // as the name was put together
}

function metricOf(name: string): GlobalMetric {
  const metric = GLOBAL_METRICS.find((each) => `market.${each}` === name);
  if (metric === undefined) throw new Error(`There is no column ${name}.`);
  return metric;
}
