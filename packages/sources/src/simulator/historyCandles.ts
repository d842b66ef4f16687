import {
  createCandleFolder,
  createGlobalCandleFolder,
  TIMEFRAMES,
  type CandleColumns,
  type GlobalCandleColumns,
} from '@ubot/market';
import type { HistoryPart, HistoryRequest } from '../types.ts';
import { historyWindows } from './history.ts';
import type { Sampler } from './samples.ts';
import type { MarketWalk } from './walk.ts';

const MINUTE_MS = 60_000;
/** Candle columns handed over at a time: about 16 KB each for 250 coins. */
const PART_COLUMNS = 64;

/** Walks a market through its history and folds it into closed candles, as live samples are folded. */
export function* historyCandles(walk: MarketWalk, sampler: Sampler, request: HistoryRequest): Generator<HistoryPart> {
  const toMs = Math.floor(request.toMs / MINUTE_MS) * MINUTE_MS;
  const wantedFrom = new Map(
    historyWindows(toMs).map((window) => [window.timeframe, Math.max(window.fromMs, request.fromMs ?? 0)]),
  );
  const isWanted = (columns: Pick<CandleColumns, 'timeframe' | 'openAtMs'>) =>
    columns.openAtMs >= wantedFrom.get(columns.timeframe)!;
  const folder = createCandleFolder({ timeframes: TIMEFRAMES });
  const globalFolder = createGlobalCandleFolder({ timeframes: TIMEFRAMES });
  let candles: CandleColumns[] = [];
  let globalCandles: GlobalCandleColumns[] = [];
  for (const atMs of walk.history(toMs)) {
    const sample = sampler.sample(atMs);
    candles.push(...folder.addSnapshot(sample).filter(isWanted));
    globalCandles.push(...globalFolder.addSnapshot(sample).filter(isWanted));
    if (candles.length < PART_COLUMNS) continue;
    yield { candles, globalCandles };
    candles = [];
    globalCandles = [];
  }
  if (candles.length > 0) yield { candles, globalCandles };
}
