import { TIMEFRAMES, TIMEFRAME_MS, timeframeOpenMs, type Timeframe } from '@ubot/market';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * How much history each timeframe gets, and how fine the path must be walked for it. The past is walked in coarse steps
 * and the last hours in minutes; a candle is built only where the steps are finer than it (the 1m candle has one sample,
 * as one polled once a minute has).
 */
export const HISTORY_PLAN: Readonly<Record<Timeframe, { candles: number; stepMs: number }>> = {
  '1m': { candles: 520, stepMs: MINUTE_MS },
  '5m': { candles: 520, stepMs: MINUTE_MS },
  '15m': { candles: 520, stepMs: 5 * MINUTE_MS },
  '30m': { candles: 520, stepMs: 5 * MINUTE_MS },
  '1h': { candles: 520, stepMs: 15 * MINUTE_MS },
  '4h': { candles: 520, stepMs: HOUR_MS },
  '12h': { candles: 520, stepMs: 4 * HOUR_MS },
  '1d': { candles: 520, stepMs: 4 * HOUR_MS },
  '1w': { candles: 156, stepMs: DAY_MS },
};

export interface HistoryWindow {
  readonly timeframe: Timeframe;
  readonly stepMs: number;
  /** The first candle of this timeframe that is built opens here. */
  readonly fromMs: number;
}

/** Where each timeframe's history begins, counted back from `toMs`. */
export function historyWindows(toMs: number): HistoryWindow[] {
  return TIMEFRAMES.map((timeframe) => {
    const { candles, stepMs } = HISTORY_PLAN[timeframe];
    return { timeframe, stepMs, fromMs: timeframeOpenMs(timeframe, toMs - candles * TIMEFRAME_MS[timeframe]) };
  });
}

/**
 * The instants of one forward path through all windows, oldest first, the last at `toMs`.
 *
 * Edges:  windows begin on their own timeframe's borders, which are borders of every finer step: no step crosses one.
 */
export function* historyInstants(windows: readonly HistoryWindow[], toMs: number): Generator<number> {
  let atMs = Math.min(...windows.map((window) => window.fromMs));
  while (atMs < toMs) {
    yield atMs;
    const covering = windows.filter((window) => window.fromMs <= atMs).map((window) => window.stepMs);
    atMs += Math.min(...covering);
  }
  yield toMs;
}
