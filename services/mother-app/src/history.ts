import { ERRORS, type CoinWire } from '@ubot/contracts';
import { storeCandles, storeGlobalCandles, upsertCoins, withTransaction, type Database, type EventLog } from '@ubot/db';
import type { MarketSource } from '@ubot/sources';
import { writeRecord, type SourceRecord } from './sourceRecord.ts';

export interface FillOptions {
  db: Database;
  source: MarketSource;
  record: SourceRecord;
  /** Nothing at or after this time: from here on live candles are built. */
  toMs: number;
  /** true: some of these candles may be stored already. */
  overStored: boolean;
  nowMs: () => number;
  /** The warm-up is a comfort: polls begin after this time with what has come by then, the best-ranked coins first. */
  limitMs: number;
  signal: AbortSignal;
  log: EventLog;
}

export const HISTORY_LIMIT_MS = 60_000;

/**
 * The warm-up at a first start: writes the candles that the source has of the past, so that charts and indicators work
 * at once. A fill that was broken off begins again at the next start and leaves what it finds stored.
 *
 * Shape:  → the record to go on with.
 * Errors: a failure of the source is logged, and the fill is tried again at the next start when that may help.
 */
export async function fillHistory(options: FillOptions): Promise<SourceRecord> {
  const { db, source, toMs, nowMs, log } = options;
  const limit = AbortSignal.timeout(options.limitMs);
  const signal = AbortSignal.any([options.signal, limit]);
  if (source.history === undefined || options.record.history?.done === true) return options.record;
  const skipStored = options.overStored || options.record.history !== null;
  let record: SourceRecord = { ...options.record, history: { toMs, done: false } };
  const startedAtMs = nowMs();
  const coins: readonly CoinWire[] = source.coins?.() ?? [];
  await withTransaction(db, async (tx) => {
    await upsertCoins(tx, coins, { nowMs: nowMs() });
    await writeRecord(tx, { source: source.name, record, nowMs: nowMs() });
  });
  let candleCount = 0;
  for await (const part of source.history({ toMs, signal })) {
    if (options.signal.aborted) return record;
    if (limit.aborted) break;
    if (!part.ok) {
      const { code, detail } = part.failure;
      log.warn({ event: 'history.failed', source: source.name, code, detail });
      if (ERRORS[code].retryable) return record;
      break;
    }
    const { candles, globalCandles } = part.value;
    await withTransaction(db, async (tx) => {
      await storeCandles(tx, candles, { skipStored });
      await storeGlobalCandles(tx, globalCandles, { skipStored });
    });
    candleCount += candles.reduce((sum, columns) => sum + columns.coinIds.length, 0);
  }
  if (options.signal.aborted) return record;
  record = { ...record, history: { toMs, done: true } };
  await writeRecord(db, { source: source.name, record, nowMs: nowMs() });
  log.info({
    event: 'history.filled',
    source: source.name,
    candleCount,
    whole: !limit.aborted,
    tookMs: nowMs() - startedAtMs,
  });
  return record;
}
