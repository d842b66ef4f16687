import { LIMITS, type CandleWire } from '@ubot/contracts';
import { TIMEFRAME_MS, type Candle, type Timeframe } from '@ubot/market';

const CANDLES_DEFAULT = 500;

export interface CandleRange {
  timeframe: Timeframe;
  limit?: number;
  from?: number;
  to?: number;
  before?: number;
}

/**
 * The candles of a range, oldest first, the open one last where it belongs to it.
 *
 * Edges: of more than `limit` the newest; without a beginning 500, with one as many as a request may have.
 */
export async function candlesOf(
  range: CandleRange,
  given: {
    open: Candle | null;
    nowMs: number;
    read: (asked: { limit: number; beforeMs: number }) => Promise<Candle[]>;
  },
): Promise<CandleWire[]> {
  const { from = 0, timeframe } = range;
  const toMs = Math.min(range.to ?? Infinity, range.before ?? Infinity);
  const isOpenAsked = toMs === Infinity && given.open !== null && given.open.openAtMs >= from;
  const open = isOpenAsked ? given.open : null;
  const beforeMs = open?.openAtMs ?? Math.min(toMs, given.nowMs + 1);
  const most = range.limit ?? (range.from === undefined ? CANDLES_DEFAULT : LIMITS.candlesPerRequest);
  // No more can have opened in that time: a short range must not be looked for in all of the past.
  const within = Math.max(0, Math.ceil((beforeMs - from) / TIMEFRAME_MS[timeframe]));
  const limit = Math.min(open === null ? most : most - 1, within);
  const read = limit === 0 ? [] : await given.read({ limit, beforeMs });
  const closed = read.filter(({ openAtMs }) => openAtMs >= from).map((candle) => toWire(candle, true));
  return open === null ? closed : [...closed, toWire(open, false)];
}

const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

function toWire(candle: Candle, closed: boolean): CandleWire {
  const { openAtMs, open, high, low, close, samples } = candle;
  return {
    openAtMs,
    open,
    high,
    low,
    close,
    volume24hUsd: orNull(candle.volume24hUsd),
    marketCapUsd: orNull(candle.marketCapUsd),
    samples,
    closed,
  };
}

/** A line per candle under a line of names; times as epoch milliseconds and as people read them. Unknown is empty. */
export function csvOf(columns: readonly (keyof CandleWire)[], candles: readonly Partial<CandleWire>[]): string {
  const lines = candles.map((candle) => {
    const time = candle.openAtMs === undefined ? '' : new Date(candle.openAtMs).toISOString();
    return [time, ...columns.map((column) => candle[column] ?? '')].join(',');
  });
  return `${[['openAt', ...columns].join(','), ...lines].join('\r\n')}\r\n`;
}
