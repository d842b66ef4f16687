// Packages that may import only this one speak in these too.
export type { Failure, Result } from '@ubot/contracts';
export {
  TIMEFRAMES,
  TIMEFRAME_MS,
  timeframeOpenMs,
  timeframeCloseMs,
  shortestFirst,
  type Timeframe,
} from './timeframe.ts';
export { type Candle, type CandleColumns, type CandleField } from './candle.ts';
export {
  snapshotFromMessage,
  snapshotToMessage,
  globalFromWire,
  globalToWire,
  type SnapshotColumns,
  type GlobalMetrics,
} from './snapshot.ts';
export { createCandleFolder, type CandleFolder } from './candleFolder.ts';
export {
  createGlobalCandleFolder,
  globalMetricValue,
  restoreOpenGlobalCandles,
  type GlobalCandleFolder,
  type GlobalCandleColumns,
} from './globalFolder.ts';
export { foldCandles, foldColumns } from './foldCandles.ts';
export { decimalSum } from './decimalSum.ts';
export { restoreOpenCandles } from './restore.ts';
export { createStaleness, STALE_AFTER_POLLS, type Staleness } from './staleness.ts';
