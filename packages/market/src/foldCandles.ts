import type { Candle, CandleColumns } from './candle.ts';
import { decimalSum } from './decimalSum.ts';
import { timeframeOpenMs, type Timeframe } from './timeframe.ts';

/**
 * Folds shorter candles into longer ones.
 *
 * Shape:  one coin's candles, oldest first → one candle per bucket that holds at least one of them. The last may be
 *         incomplete: it is what the input holds.
 * Edges:  gaps stay gaps; samples are added up; the 24 h figures are those of the last candle; `volume` is added up in
 *         decimals and is unknown as soon as one part of it is; a candle with an unknown price makes that part of the fold unknown.
 */
export function foldCandles(options: { candles: readonly Candle[]; to: Timeframe }): Candle[] {
  const { candles, to } = options;
  const folded: Candle[] = [];
  let from = 0;
  while (from < candles.length) {
    const openAtMs = timeframeOpenMs(to, candles[from]!.openAtMs);
    let end = from + 1;
    while (end < candles.length && timeframeOpenMs(to, candles[end]!.openAtMs) === openAtMs) end++;
    folded.push(foldRun(candles.slice(from, end), openAtMs));
    from = end;
  }
  return folded;
}

function foldRun(parts: readonly Candle[], openAtMs: number): Candle {
  const first = parts[0]!;
  const last = parts[parts.length - 1]!;
  let high = -Infinity;
  let low = Infinity;
  let samples = 0;
  for (const part of parts) {
    // Math.max and Math.min give NaN when either side is NaN: an unknown part leaves the whole unknown.
    high = Math.max(high, part.high);
    low = Math.min(low, part.low);
    samples += part.samples;
  }
  const withVolume = parts.some((part) => part.volume !== undefined);
  return {
    openAtMs,
    open: first.open,
    high,
    low,
    close: last.close,
    volume24hUsd: last.volume24hUsd,
    marketCapUsd: last.marketCapUsd,
    samples,
    ...(withVolume && { volume: decimalSum(parts.map((part) => part.volume ?? NaN)) }),
  };
}

/**
 * Folds the candles of many coins into one longer candle time.
 *
 * Shape:  candle columns in time order, all within the candle that opens at `openAtMs` → its columns, or null when
 *         there were none. Coins may differ from one to the next.
 */
export function foldColumns(options: {
  columns: readonly CandleColumns[];
  to: Timeframe;
  openAtMs: number;
}): CandleColumns | null {
  const rowOf = new Map<number, number>();
  for (const { coinIds } of options.columns) for (const coinId of coinIds) rowOf.set(coinId, 0);
  if (rowOf.size === 0) return null;
  const coinIds = Int32Array.from(rowOf.keys()).sort();
  coinIds.forEach((coinId, row) => rowOf.set(coinId, row));
  const column = () => new Float64Array(coinIds.length);
  const folded = {
    timeframe: options.to,
    openAtMs: options.openAtMs,
    coinIds,
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume24hUsd: column(),
    marketCapUsd: column(),
    samples: new Int32Array(coinIds.length),
    ...(options.columns.some(({ volume }) => volume !== undefined) && { volume: foldVolumes(options.columns, rowOf) }),
  };
  for (const part of options.columns) {
    for (let i = 0; i < part.coinIds.length; i++) {
      const row = rowOf.get(part.coinIds[i]!)!;
      if (folded.samples[row] === 0) {
        folded.open[row] = part.open[i]!;
        folded.high[row] = part.high[i]!;
        folded.low[row] = part.low[i]!;
      }
      folded.high[row] = Math.max(folded.high[row]!, part.high[i]!);
      folded.low[row] = Math.min(folded.low[row]!, part.low[i]!);
      folded.close[row] = part.close[i]!;
      folded.volume24hUsd[row] = part.volume24hUsd[i]!;
      folded.marketCapUsd[row] = part.marketCapUsd[i]!;
      folded.samples[row]! += part.samples[i]!;
    }
  }
  return folded;
}

/** A coin's own volumes added up in decimals; unknown as soon as one part of them is. */
function foldVolumes(columns: readonly CandleColumns[], rowOf: ReadonlyMap<number, number>): Float64Array {
  const parts = Array.from(rowOf, (): number[] => []);
  for (const { coinIds, volume } of columns) {
    coinIds.forEach((coinId, i) => parts[rowOf.get(coinId)!]!.push(volume?.[i] ?? NaN));
  }
  return Float64Array.from(parts, decimalSum);
}
