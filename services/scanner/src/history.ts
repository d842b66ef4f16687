import {
  lastSnapshotBefore,
  readCandleColumns,
  readCandleColumnsOf,
  readGlobalCandleColumns,
  readPushedAfter,
  readSnapshotsBetween,
  type Database,
} from '@ubot/db';
import type { Engine, HistoryRequest, MarketReading } from '@ubot/engine';
import {
  createCandleFolder,
  snapshotFromMessage,
  timeframeCloseMs,
  timeframeOpenMs,
  TIMEFRAME_MS,
  type CandleColumns,
  type CandleField,
  type GlobalCandleColumns,
  type SnapshotColumns,
  type Timeframe,
} from '@ubot/market';
import type { Position } from './position.ts';

/** Posted snapshots read in one statement. */
const PUSHED_PER_READ = 100;

/**
 * The posted snapshots up to a position that are newer than the market's own, oldest first.
 *
 * Edges:  only as many as are kept. Where both feeds are used, the candles of the market's tables are the ones that count.
 */
export async function* readPushedUpTo(db: Database, position: Position): AsyncGenerator<SnapshotColumns> {
  const { market, pushed } = position;
  if (pushed === null) return;
  let afterId = '0';
  for (;;) {
    const page = await readPushedAfter(db, { afterId, limit: PUSHED_PER_READ });
    for (const { id, message } of page) {
      if (BigInt(id) > BigInt(pushed.snapshotId)) return;
      if (market === null || message.takenAtMs > market.takenAtMs) yield snapshotFromMessage(message);
    }
    const last = page.at(-1);
    if (last === undefined) return;
    afterId = last.id;
  }
}

/** The stored candles of all coins, or of a few. */
export function readCandlesOf(
  db: Database,
  {
    coinIds,
    fields,
    ...range
  }: {
    timeframe: Timeframe;
    fromMs: number;
    toMs: number;
    coinIds: readonly number[] | undefined;
    /** Of all coins these numbers alone. */
    fields?: readonly CandleField[];
  },
): AsyncIterable<CandleColumns> {
  return coinIds === undefined ? readCandleColumns(db, { ...range, fields }) : readFew(db, { ...range, coinIds });
}

async function* readFew(db: Database, range: Parameters<typeof readCandleColumnsOf>[1]): AsyncGenerator<CandleColumns> {
  yield* await readCandleColumnsOf(db, range);
}

/** Gives the engine the closed candles that it asks for, as they were at a position; with `coinIds` of these coins alone. */
export async function loadHistory(options: {
  db: Database;
  engine: Engine;
  requests: readonly HistoryRequest[];
  position: Position;
  coinIds?: readonly number[];
  /** Is shown every candle that the engine is given. */
  onHistory?: (candles: CandleColumns) => void;
}): Promise<void> {
  const { db, engine, requests, position, coinIds, onHistory } = options;
  if (requests.length === 0) return;
  const { market } = position;
  if (market !== null) {
    for (const { timeframe, rows, figures, fields } of requests) {
      const toMs = timeframeOpenMs(timeframe, market.takenAtMs);
      const range = { timeframe, fromMs: toMs - rows * TIMEFRAME_MS[timeframe], toMs };
      const readingAt = marketReadings(timeframe, await readGlobalCandleColumns(db, range));
      // Only the last candle's figures are looked up: they are "one candle ago" at the next close.
      const last = figures ? await snapshotBefore(db, { beforeMs: toMs, coinIds }) : null;
      for await (const candles of readCandlesOf(db, { ...range, coinIds, fields })) {
        const isLast = candles.openAtMs + TIMEFRAME_MS[timeframe] === toMs;
        engine.addHistory(candles, { market: readingAt(candles), snapshot: isLast ? last : null });
        onHistory?.(candles);
      }
    }
  }
  const folder = createCandleFolder({ timeframes: requests.map(({ timeframe }) => timeframe) });
  for await (const snapshot of readPushedUpTo(db, position)) {
    for (const closed of folder.addSnapshot(snapshot)) {
      engine.addHistory(closed, { market: null, snapshot: null });
      onHistory?.(closed);
    }
  }
}

async function snapshotBefore(
  db: Database,
  { beforeMs, coinIds }: { beforeMs: number; coinIds: readonly number[] | undefined },
): Promise<SnapshotColumns | null> {
  const cursor = await lastSnapshotBefore(db, beforeMs);
  if (cursor === null) return null;
  const [row] = await readSnapshotsBetween(db, { fromMs: cursor.takenAtMs, toMs: cursor.takenAtMs, coinIds });
  return row?.snapshot ?? null;
}

/** What the market's figures were as of each candle's close: those of its own candle, or of the last one before. */
function marketReadings(
  timeframe: Timeframe,
  columns: readonly GlobalCandleColumns[],
): (candles: CandleColumns) => MarketReading | null {
  let next = 0;
  return ({ openAtMs }) => {
    while (next < columns.length && columns[next]!.openAtMs <= openAtMs) next++;
    const last = columns[next - 1];
    if (last === undefined) return null;
    const value = (metric: GlobalCandleColumns['metrics'][number]): number => {
      const at = last.metrics.indexOf(metric);
      return at < 0 ? NaN : last.close[at]!;
    };
    const global = {
      totalMarketCapUsd: value('total_market_cap'),
      totalVolume24hUsd: value('total_volume_24h'),
      btcDominancePct: value('btc_dominance'),
      ethDominancePct: value('eth_dominance'),
      providerTimeMs: NaN,
    };
    return { global, takenAtMs: timeframeCloseMs(timeframe, last.openAtMs), pollIntervalMs: 0 };
  };
}
