import type { Result } from '@ubot/contracts';
import { createCandleFolder, type CandleColumns, type SnapshotColumns, type Timeframe } from '@ubot/market';
import type { HistoryPart, HistoryRequest, SourceLog } from '../types.ts';
import type { CallContext, Endpoints } from './endpoints.ts';
import { finite, notNegative, snapshotOf, type Ticker } from '../shared/tickers.ts';
import { timeMs, usdOf } from './normalise.ts';
import { historicalCoin } from './schemas.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const POINTS_PER_CREDIT = 100;
/** Coins that one call asks for: answers stay small, and the columns that come out hold many coins. */
const COINS_PER_CALL = 10;

/** What the free plan gives: a month within days, a year by days. Each series feeds the timeframes it is fine enough for. */
const SERIES: readonly { interval: string; stepMs: number; count: number; timeframes: readonly Timeframe[] }[] = [
  { interval: '1h', stepMs: HOUR_MS, count: 24 * 30, timeframes: ['1h', '4h', '12h'] },
  { interval: '24h', stepMs: DAY_MS, count: 365, timeframes: ['1d', '1w'] },
];
const CREDITS_PER_COIN = SERIES.reduce((sum, { count }) => sum + Math.ceil(count / POINTS_PER_CREDIT), 0);
const MAP_CREDITS = 1;

interface HistoryOptions {
  readonly endpoints: Endpoints;
  readonly coins: number;
  readonly request: HistoryRequest;
  readonly budgetCredits: number;
  readonly context: (signal: AbortSignal) => CallContext;
  readonly onSpent: (creditCount: number) => void;
  readonly log: SourceLog;
}

/**
 * Warms the best-ranked coins up from historical quotes, as many as the budget pays for.
 *
 * Edges:  a point is a sample, so candles say how many they hold; only candles closed by `toMs` are given. The first
 *         failure ends it: a warm-up is a comfort, and the live polls need the rest of the allowance.
 */
export async function* historyOf(options: HistoryOptions): AsyncGenerator<Result<HistoryPart>> {
  const { endpoints, request, log } = options;
  const signal = request.signal ?? new AbortController().signal;
  const affordable = Math.min(options.coins, Math.floor((options.budgetCredits - MAP_CREDITS) / CREDITS_PER_COIN));
  if (affordable < 1) return;
  const map = await endpoints.map(affordable, options.context(signal));
  if (!map.ok) {
    yield { ok: false, failure: map.failure };
    return;
  }
  options.onSpent(map.creditCount);
  const ids = map.value.slice(0, affordable).map((coin) => coin.id);
  let credits = map.creditCount;
  for (let from = 0; from < ids.length; from += COINS_PER_CALL) {
    const batch = ids.slice(from, from + COINS_PER_CALL);
    for (const series of SERIES) {
      if (signal.aborted || credits >= options.budgetCredits) return;
      const fromMs = Math.max(request.fromMs ?? 0, request.toMs - series.count * series.stepMs);
      const query = {
        id: batch.join(','),
        interval: series.interval,
        time_start: new Date(fromMs).toISOString(),
        time_end: new Date(request.toMs).toISOString(),
        count: series.count,
      };
      const result = await endpoints.historical(query, options.context(signal));
      if (!result.ok) {
        log({ event: 'source.history-failed', code: result.failure.code, detail: result.failure.detail });
        yield { ok: false, failure: result.failure };
        return;
      }
      credits += result.answer.creditCount;
      options.onSpent(result.answer.creditCount);
      const candles = candlesOf(result.answer.data, series.timeframes, request.toMs);
      if (candles.length > 0) yield { ok: true, value: { candles, globalCandles: [] } };
    }
  }
}

/** Points of several coins → closed candles, folded by the same code as live samples. */
export function candlesOf(data: unknown, timeframes: readonly Timeframe[], toMs: number): CandleColumns[] {
  const byTime = new Map<number, Map<number, Ticker>>();
  for (const coin of coinsOf(data)) {
    if (!historicalCoin.Check(coin)) continue;
    for (const point of coin.quotes) {
      const ticker = tickerAt(coin.id, usdOf(point.quote));
      const atMs = timeMs(point.timestamp);
      if (ticker === null || !(atMs < toMs)) continue;
      const row = byTime.get(atMs) ?? new Map<number, Ticker>();
      byTime.set(atMs, row.set(coin.id, ticker));
    }
  }
  const folder = createCandleFolder({ timeframes });
  const closed: CandleColumns[] = [];
  for (const atMs of [...byTime.keys()].sort((a, b) => a - b)) {
    closed.push(...folder.addSnapshot(samplesAt(atMs, [...byTime.get(atMs)!.values()])));
  }
  // The end of the request closes what ended by then, without a sample of its own.
  closed.push(...folder.addSnapshot(samplesAt(toMs, [])));
  return closed;
}

const samplesAt = (atMs: number, tickers: readonly Ticker[]): SnapshotColumns =>
  snapshotOf(tickers, { takenAtMs: atMs, source: 'coinmarketcap', pollIntervalMs: HOUR_MS, global: null });

/** {id, quotes} for one coin, {"1": {id, quotes}, …} for several. */
function coinsOf(data: unknown): unknown[] {
  if (historicalCoin.Check(data)) return [data];
  return typeof data === 'object' && data !== null ? Object.values(data) : [];
}

function tickerAt(id: number, usd: Readonly<Record<string, unknown>> | null): Ticker | null {
  const priceUsd = finite(usd?.price);
  if (usd === null || !(priceUsd > 0)) return null;
  return {
    info: { id, symbol: '', name: '', slug: '', rank: null },
    priceUsd,
    volume24hUsd: notNegative(usd.volume_24h),
    marketCapUsd: notNegative(usd.market_cap),
    percentChange1h: NaN,
    percentChange24h: NaN,
    percentChange7d: NaN,
    // Unknown on purpose: a point of the past cannot be stale.
    providerTimeMs: NaN,
  };
}
