import { createHistory, type CandleSeries, type History } from '@ubot/engine';
import { foldCandles, TIMEFRAME_MS, TIMEFRAMES, type Candle, type Timeframe } from '@ubot/market';
import type { CandleFile } from './csvCandles.ts';

/** A candle of the wanted timeframe, or a row of the file that is a gap. */
export interface HistoryRow {
  readonly openAtMs: number;
  /** Which candle of the history it is; null: nobody observed one. */
  readonly candle: number | null;
}

/** A candle file as history that conditions of one timeframe can be asked of. */
export interface FileHistory {
  readonly history: History;
  readonly rows: readonly HistoryRow[];
  readonly notes: readonly string[];
}

/**
 * Makes history of a candle file.
 *
 * Edges:  rows closer together than the timeframe are folded to it, and serve every shorter timeframe that they can be
 *         folded to. A row without any price is a gap; it is told when rows are not folded.
 */
export function historyOfFile(file: CandleFile, timeframe: Timeframe): FileHistory {
  const stepMs = usualStepMs(file.openAtMs);
  const wantedMs = TIMEFRAME_MS[timeframe];
  const observed = candlesOf(file);
  if (stepMs < wantedMs) {
    const shortest = TIMEFRAMES.find((each) => TIMEFRAME_MS[each] % stepMs === 0) ?? timeframe;
    const from = TIMEFRAME_MS[shortest] < wantedMs ? shortest : timeframe;
    const candles = { [from]: seriesOf(foldCandles({ candles: observed, to: from })) };
    const history = createHistory({ candles });
    const rows = Array.from(history.openAtMs(timeframe), (openAtMs, candle) => ({ openAtMs, candle }));
    return { history, rows, notes: [`The rows are ${stepMs / 1_000} s apart and were folded to ${timeframe}.`] };
  }
  const candleAt = new Map(observed.map(({ openAtMs }, i) => [openAtMs, i]));
  const sparse = stepMs > wantedMs && stepMs < Infinity;
  const note = `The rows are ${stepMs / 1_000} s apart, further than ${timeframe}: what lies between counts as missing.`;
  return {
    history: createHistory({ candles: { [timeframe]: seriesOf(observed) } }),
    rows: Array.from(file.openAtMs, (openAtMs) => ({ openAtMs, candle: candleAt.get(openAtMs) ?? null })),
    notes: sparse ? [note] : [],
  };
}

/** The median distance of two rows; Infinity when there are fewer than two. */
function usualStepMs(openAtMs: Float64Array): number {
  const steps = openAtMs.slice(1).map((atMs, i) => atMs - openAtMs[i]!);
  return steps.sort()[steps.length >> 1] ?? Infinity;
}

/** The rows that somebody observed, which have a price at least. */
function candlesOf(file: CandleFile): Candle[] {
  const candles: Candle[] = [];
  file.openAtMs.forEach((openAtMs, at) => {
    const [open, high, low, close] = [file.open[at]!, file.high[at]!, file.low[at]!, file.close[at]!];
    if ([open, high, low, close].every(Number.isNaN)) return;
    const figures = { volume: file.volume[at]!, volume24hUsd: NaN, marketCapUsd: NaN, samples: 1 };
    candles.push({ openAtMs, open, high, low, close, ...figures });
  });
  return candles;
}

function seriesOf(candles: readonly Candle[]): CandleSeries {
  const column = (read: (candle: Candle) => number) => Float64Array.from(candles, read);
  return {
    openAtMs: column((candle) => candle.openAtMs),
    open: column((candle) => candle.open),
    high: column((candle) => candle.high),
    low: column((candle) => candle.low),
    close: column((candle) => candle.close),
    volume: column((candle) => candle.volume ?? NaN),
  };
}
