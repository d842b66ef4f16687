import {
  TIMEFRAME_MS,
  timeframeOpenMs,
  type Candle,
  type CandleColumns,
  type CandleField,
  type Timeframe,
} from '@ubot/market';
import {
  binaryRows,
  constantTextField,
  constantTimestampField,
  float8Field,
  int4Field,
  type RowBlock,
} from '../binaryRows.ts';
import type { Executor, Transaction } from '../database.ts';
import { packFloat8, packInt4, packTimestamp, unpackFloat8, unpackInt4, unpackTimestamp } from '../packedColumns.ts';
import { ensurePartitions, partitionAt } from './partitions.ts';

const tableOf = (timeframe: Timeframe) => `candles_${timeframe}` as const;

export interface StoreCandlesOptions {
  /** true: a candle that is stored already stays as it is. Costs a second copy. */
  skipStored?: boolean;
}

const CANDLE_FIELDS = 'timeframe, open_at, coin_id, open, high, low, close, volume_24h_usd, market_cap_usd, samples';

/**
 * Stores closed candles.
 *
 * Errors: without `skipStored` a candle that is stored already is a unique violation, because it means that two
 *         writers disagree about what has been closed.
 */
export async function storeCandles(
  tx: Transaction,
  candles: readonly CandleColumns[],
  options: StoreCandlesOptions = {},
): Promise<void> {
  if (candles.length === 0) return;
  const byPartition = new Map<string, CandleColumns[]>();
  for (const columns of candles) {
    const { name } = partitionAt(tableOf(columns.timeframe), columns.openAtMs);
    const group = byPartition.get(name);
    if (group === undefined) byPartition.set(name, [columns]);
    else group.push(columns);
  }
  await ensurePartitions(
    tx,
    candles.map(({ timeframe, openAtMs }) => ({ table: tableOf(timeframe), atMs: openAtMs })),
  );
  for (const [name, group] of byPartition) {
    const rows = binaryRows(group.map(candleBlock));
    if (options.skipStored === true) await copyMissing(tx, name, rows);
    else await tx.copyFrom(`copy market.${name} (${CANDLE_FIELDS}) from stdin (format binary)`, rows);
  }
}

async function copyMissing(tx: Transaction, partition: string, rows: Iterable<Buffer>): Promise<void> {
  await tx.query(
    `create temporary table if not exists candles_to_add (like market.candles) on commit drop;
     truncate candles_to_add`,
  );
  await tx.copyFrom(`copy candles_to_add (${CANDLE_FIELDS}) from stdin (format binary)`, rows);
  await tx.query(
    `insert into market.${partition} (${CANDLE_FIELDS}) select ${CANDLE_FIELDS} from candles_to_add
     on conflict do nothing`,
  );
}

function candleBlock(candles: CandleColumns): RowBlock {
  return {
    rowCount: candles.coinIds.length,
    fields: [
      constantTextField(candles.timeframe),
      constantTimestampField(candles.openAtMs),
      int4Field(candles.coinIds),
      float8Field(candles.open),
      float8Field(candles.high),
      float8Field(candles.low),
      float8Field(candles.close),
      float8Field(candles.volume24hUsd),
      float8Field(candles.marketCapUsd),
      int4Field(candles.samples),
    ],
  };
}

/** Open times looked up in one statement at most: a coin's whole request when it has no gaps. */
const LOOK_UP_LIMIT = 5_000;

/**
 * The last closed candles of a coin that opened before `beforeMs`, oldest first.
 *
 * Edges:  gaps stay gaps and do not count towards `limit`.
 */
export async function readCandles(
  db: Executor,
  options: { coinId: number; timeframe: Timeframe; limit: number; beforeMs: number },
): Promise<Candle[]> {
  const { coinId, timeframe, limit } = options;
  const stepMs = TIMEFRAME_MS[timeframe];
  const found: Candle[] = [];
  // The key is (open time, coin): the rows of one coin are looked up one by one at the times they would have, which
  // costs what is asked for, where a scan would cost what is stored. Gaps make another, longer round necessary.
  let lastMs = timeframeOpenMs(timeframe, options.beforeMs - 1);
  let count = limit;
  let stored: { firstMs: number; lastMs: number } | null = null;
  while (found.length < limit) {
    const firstMs = lastMs - (count - 1) * stepMs;
    found.push(...(await lookUp(db, { coinId, timeframe, firstMs, lastMs })));
    if (found.length >= limit) break;
    stored ??= await storedSpan(db, timeframe);
    if (stored === null || firstMs <= stored.firstMs) break;
    lastMs = Math.min(firstMs - stepMs, stored.lastMs);
    count = Math.min(2 * count, LOOK_UP_LIMIT, (lastMs - stored.firstMs) / stepMs + 1);
  }
  return found.slice(0, limit).reverse();
}

/**
 * The candles of a coin that had closed at an instant, of the last `count` places before it, oldest first; gaps stay gaps.
 *
 * Shape: one statement, whatever is stored; `lengthMs` is how long a candle of the timeframe lasts.
 */
export async function readCandlesUntil(
  db: Executor,
  options: { coinId: number; timeframe: Timeframe; count: number; untilMs: number },
): Promise<{ lengthMs: number; candles: Candle[] }> {
  const { coinId, timeframe, count, untilMs } = options;
  const lengthMs = TIMEFRAME_MS[timeframe];
  const lastMs = timeframeOpenMs(timeframe, untilMs) - lengthMs;
  const found = await lookUp(db, { coinId, timeframe, firstMs: lastMs - (count - 1) * lengthMs, lastMs });
  return { lengthMs, candles: found.reverse() };
}

/** Newest first. */
async function lookUp(
  db: Executor,
  options: { coinId: number; timeframe: Timeframe; firstMs: number; lastMs: number },
): Promise<Candle[]> {
  const { coinId, timeframe, firstMs, lastMs } = options;
  const [row] = await db.query<PackedCandles>(
    `select ${packTimestamp('open_at')}, ${PACKED_CANDLES}
     from market.${tableOf(timeframe)}
     where timeframe = '${timeframe}' and coin_id = $1
       and open_at = any(array(select generate_series($2::timestamptz, $3::timestamptz, $4::interval)))
       and open_at between $2 and $3`,
    [coinId, new Date(firstMs).toISOString(), new Date(lastMs).toISOString(), `${TIMEFRAME_MS[timeframe]} ms`],
  );
  // Of one coin at many times here, where `readCandleColumns` has many coins at one time; packed alike.
  const columns = unpackCandles(row!);
  const candles = Array.from(unpackTimestamp(row!.open_at), (openAtMs, i) => ({
    openAtMs,
    open: columns.open[i]!,
    high: columns.high[i]!,
    low: columns.low[i]!,
    close: columns.close[i]!,
    volume24hUsd: columns.volume24hUsd[i]!,
    marketCapUsd: columns.marketCapUsd[i]!,
    samples: columns.samples[i]!,
  }));
  return candles.sort((a, b) => b.openAtMs - a.openAtMs);
}

/** Open times of the first and the last candle of any coin; null when there are none. */
export async function storedSpan(
  db: Executor,
  timeframe: Timeframe,
): Promise<{ firstMs: number; lastMs: number } | null> {
  const [row] = await db.query<{ first: Date | null; last: Date | null }>(
    `select min(open_at) as first, max(open_at) as last
     from market.${tableOf(timeframe)} where timeframe = '${timeframe}'`,
  );
  if (row?.first == null || row.last == null) return null;
  return { firstMs: row.first.getTime(), lastMs: row.last.getTime() };
}

interface PackedCandles {
  open_at: Buffer | null;
  coin_id: Buffer | null;
  open: Buffer | null;
  high: Buffer | null;
  low: Buffer | null;
  close: Buffer | null;
  volume_24h_usd: Buffer | null;
  market_cap_usd: Buffer | null;
  samples: Buffer | null;
}

/** Where each number of a candle is stored. Candles of exchanges, which have a volume, are in files. */
const STORED_FIELDS: Readonly<Partial<Record<CandleField, string>>> = {
  open: 'open',
  high: 'high',
  low: 'low',
  close: 'close',
  volume24hUsd: 'volume_24h_usd',
  marketCapUsd: 'market_cap_usd',
};

/** Packing costs as much as reading, so that what nobody wants is not packed. */
function packed(fields: readonly CandleField[]): string {
  const columns = fields.map((field) => STORED_FIELDS[field]).filter((column) => column !== undefined);
  return [packInt4('coin_id'), ...columns.map(packFloat8), packInt4('samples')].join(', ');
}

const PACKED_CANDLES = packed(['open', 'high', 'low', 'close', 'volume24hUsd', 'marketCapUsd']);

/** Candle times read in one statement: 10,000 coins × 32 are 18 MB. */
const TIMES_PER_READ = 32;

/**
 * The closed candles of all coins with `fromMs <= open time < toMs`, in time order. With `fields` only these numbers are
 * read, and the others are NaN.
 */
export async function* readCandleColumns(
  db: Executor,
  options: { timeframe: Timeframe; fromMs: number; toMs: number; fields?: readonly CandleField[] | undefined },
): AsyncGenerator<CandleColumns> {
  const { timeframe, toMs } = options;
  const wanted = options.fields === undefined ? PACKED_CANDLES : packed(options.fields);
  let fromMs = options.fromMs;
  for (;;) {
    const rows = await db.query<Omit<PackedCandles, 'open_at'> & { at: Date }>(
      `select c.open_at as at, ${wanted}
       from (
         select * from market.${tableOf(timeframe)}
         where timeframe = '${timeframe}' and open_at = any(array(${nextTimes(timeframe)}))
           and open_at >= $1 and open_at < $2
         order by open_at, coin_id
       ) c
       group by c.open_at order by c.open_at`,
      [new Date(fromMs).toISOString(), new Date(toMs).toISOString()],
    );
    for (const row of rows) yield { timeframe, openAtMs: row.at.getTime(), ...unpackCandles(row) };
    const last = rows.at(-1);
    if (last === undefined || rows.length < TIMES_PER_READ) return;
    fromMs = last.at.getTime() + 1;
  }
}

/** The closed candles of a few coins with `fromMs <= open time < toMs`, in time order; both are open times. */
export async function readCandleColumnsOf(
  db: Executor,
  options: { coinIds: readonly number[]; timeframe: Timeframe; fromMs: number; toMs: number },
): Promise<CandleColumns[]> {
  const { coinIds, timeframe, fromMs, toMs } = options;
  // The times are listed, as for one coin: what other coins have costs nothing.
  const rows = await db.query<Omit<PackedCandles, 'open_at'> & { at: Date }>(
    `select c.open_at as at, ${PACKED_CANDLES}
     from (
       select * from market.${tableOf(timeframe)}
       where timeframe = '${timeframe}' and coin_id = any($1::integer[])
         and open_at = any(array(select generate_series($2::timestamptz, $3::timestamptz, $4::interval)))
         and open_at >= $2 and open_at < $3
       order by open_at, coin_id
     ) c
     group by c.open_at order by c.open_at`,
    [[...coinIds], new Date(fromMs).toISOString(), new Date(toMs).toISOString(), `${TIMEFRAME_MS[timeframe]} ms`],
  );
  return rows.map((row) => ({ timeframe, openAtMs: row.at.getTime(), ...unpackCandles(row) }));
}

/** SQL for the next candle times that exist from $1 on: each is one look into the index, gaps cost nothing. */
function nextTimes(timeframe: Timeframe): string {
  const next = (condition: string): string =>
    `(select open_at from market.${tableOf(timeframe)}
      where timeframe = '${timeframe}' and open_at < $2 and ${condition} order by open_at limit 1)`;
  return `with recursive times(at) as (
      ${next('open_at >= $1')}
      union all
      select ${next('open_at > times.at')} from times where times.at is not null
    )
    select at from times where at is not null limit ${TIMES_PER_READ}`;
}

function unpackCandles(row: Omit<PackedCandles, 'open_at'>): Omit<CandleColumns, 'timeframe' | 'openAtMs'> {
  const coinIds = unpackInt4(row.coin_id);
  // undefined: not read. Of no coins null is packed.
  const column = (values: Buffer | null | undefined) =>
    values === undefined ? new Float64Array(coinIds.length).fill(NaN) : unpackFloat8(values);
  return {
    coinIds,
    open: column(row.open),
    high: column(row.high),
    low: column(row.low),
    close: column(row.close),
    volume24hUsd: column(row.volume_24h_usd),
    marketCapUsd: column(row.market_cap_usd),
    samples: unpackInt4(row.samples),
  };
}
