import { GAP_LIMIT_CANDLES } from '@ubot/indicators';
import { TIMEFRAME_MS } from '@ubot/market';
import type { Grid, MarketReadings } from './candles.ts';

const HOUR_MS = 3_600_000;

/**
 * The values of other candles as of each candle's close: those of the last one that has closed by then.
 *
 * Edges:  unknown when more than GAP_LIMIT_CANDLES that should have closed since are missing, or none has closed yet.
 */
export function asOfClose(to: Grid, from: Grid, values: Float64Array): Float64Array {
  const toMs = TIMEFRAME_MS[to.timeframe];
  const fromMs = TIMEFRAME_MS[from.timeframe];
  const result = new Float64Array(to.openAtMs.length);
  let closed = 0;
  for (let at = 0; at < result.length; at++) {
    const closeAtMs = to.openAtMs[at]! + toMs;
    while (closed < from.openAtMs.length && from.openAtMs[closed]! + fromMs <= closeAtMs) closed++;
    const sinceMs = closed === 0 ? Infinity : closeAtMs - from.openAtMs[closed - 1]! - fromMs;
    const missing = Math.floor(sinceMs / fromMs);
    result[at] = missing > GAP_LIMIT_CANDLES ? NaN : values[closed - 1]!;
  }
  return result;
}

/** A figure of the market as of each candle's close. */
export function readingsAtClose(to: Grid, market: MarketReadings, values: Float64Array): Float64Array {
  const lengthMs = TIMEFRAME_MS[to.timeframe];
  const { takenAtMs, validMs = HOUR_MS } = market;
  const result = new Float64Array(to.openAtMs.length);
  let taken = 0;
  for (let at = 0; at < result.length; at++) {
    const closeAtMs = to.openAtMs[at]! + lengthMs;
    while (taken < takenAtMs.length && takenAtMs[taken]! < closeAtMs) taken++;
    result[at] = taken > 0 && closeAtMs - takenAtMs[taken - 1]! <= validMs ? values[taken - 1]! : NaN;
  }
  return result;
}
