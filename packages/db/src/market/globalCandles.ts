import { GLOBAL_METRICS, type GlobalMetric } from '@ubot/contracts';
import type { Candle, GlobalCandleColumns, Timeframe } from '@ubot/market';
import type { Executor, Transaction } from '../database.ts';

/**
 * Stores closed candles of the market's own metrics.
 *
 * Errors: as `storeCandles`.
 */
export async function storeGlobalCandles(
  tx: Transaction,
  candles: readonly GlobalCandleColumns[],
  options: { skipStored?: boolean } = {},
): Promise<void> {
  if (candles.length === 0) return;
  const rows = candles.flatMap((columns) =>
    columns.metrics.map((metric, i) => ({
      timeframe: columns.timeframe,
      metric,
      at: new Date(columns.openAtMs).toISOString(),
      open: columns.open[i],
      high: columns.high[i],
      low: columns.low[i],
      close: columns.close[i],
      samples: columns.samples[i],
    })),
  );
  // Arrays and not rows of parameters: a history fill would pass the 65,535 parameters of one statement.
  await tx.query(
    `insert into market.global_candles (timeframe, metric, open_at, open, high, low, close, samples)
     select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::float8[], $5::float8[], $6::float8[],
       $7::float8[], $8::integer[])
     ${options.skipStored === true ? 'on conflict do nothing' : ''}`,
    [
      rows.map((row) => row.timeframe),
      rows.map((row) => row.metric),
      rows.map((row) => row.at),
      rows.map((row) => row.open),
      rows.map((row) => row.high),
      rows.map((row) => row.low),
      rows.map((row) => row.close),
      rows.map((row) => row.samples),
    ],
  );
}

interface GlobalCandleRow {
  metric: GlobalMetric;
  open_at: Date;
  open: number;
  high: number;
  low: number;
  close: number;
  samples: number;
}

/** The last closed candles of a metric that opened before `beforeMs`, oldest first. */
export async function readGlobalCandles(
  db: Executor,
  options: { metric: GlobalMetric; timeframe: Timeframe; limit: number; beforeMs: number },
): Promise<Candle[]> {
  const rows = await db.query<GlobalCandleRow>(
    `select * from market.global_candles
     where timeframe = $1 and metric = $2 and open_at < $3 order by open_at desc limit $4`,
    [options.timeframe, options.metric, new Date(options.beforeMs).toISOString(), options.limit],
  );
  return rows.reverse().map((row) => ({
    openAtMs: row.open_at.getTime(),
    open: row.open,
    high: row.high,
    low: row.low,
    close: row.close,
    volume24hUsd: NaN,
    marketCapUsd: NaN,
    samples: row.samples,
  }));
}

/** The closed candles of all metrics with `fromMs <= open time < toMs`, in time order. */
export async function readGlobalCandleColumns(
  db: Executor,
  options: { timeframe: Timeframe; fromMs: number; toMs: number },
): Promise<GlobalCandleColumns[]> {
  const rows = await db.query<GlobalCandleRow>(
    'select * from market.global_candles where timeframe = $1 and open_at >= $2 and open_at < $3 order by open_at',
    [options.timeframe, new Date(options.fromMs).toISOString(), new Date(options.toMs).toISOString()],
  );
  const byTime = new Map<number, GlobalCandleRow[]>();
  for (const row of rows) {
    const openAtMs = row.open_at.getTime();
    const group = byTime.get(openAtMs);
    if (group === undefined) byTime.set(openAtMs, [row]);
    else group.push(row);
  }
  return [...byTime].map(([openAtMs, group]) => {
    const sorted = group.sort((a, b) => GLOBAL_METRICS.indexOf(a.metric) - GLOBAL_METRICS.indexOf(b.metric));
    return {
      timeframe: options.timeframe,
      openAtMs,
      metrics: sorted.map((row) => row.metric),
      open: Float64Array.from(sorted, (row) => row.open),
      high: Float64Array.from(sorted, (row) => row.high),
      low: Float64Array.from(sorted, (row) => row.low),
      close: Float64Array.from(sorted, (row) => row.close),
      samples: Int32Array.from(sorted, (row) => row.samples),
    };
  });
}
