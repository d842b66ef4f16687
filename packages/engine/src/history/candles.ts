import type { GlobalMetric } from '@ubot/contracts';
import { GAP_LIMIT_CANDLES } from '@ubot/indicators';
import { TIMEFRAME_MS, type Timeframe } from '@ubot/market';
import type { SeriesName } from '@ubot/strategy';
import { bucketStarts, foldSeries, foldTimes } from './fold.ts';

/**
 * Candles of one coin and one timeframe as columns of equal length, oldest first.
 *
 * Units:  those of the language's series: prices in USD, percentages with 5 for 5 %. NaN is unknown.
 * Edges:  a column that is absent is unknown throughout; `price` is `close` where it is absent. Times ascend; gaps stay gaps.
 */
export interface CandleSeries extends Readonly<Partial<Record<SeriesName, Float64Array>>> {
  readonly openAtMs: Float64Array;
}

/** A coin's candles by timeframe. A timeframe that is absent is folded from the longest given one that is shorter. */
export type CoinCandles = Readonly<Partial<Record<Timeframe, CandleSeries>>>;

/**
 * The market's own figures as they became known, oldest first.
 *
 * Edges:  a candle reads the last one before its close, as long as that is not older than `validMs`. One at the very close
 *         belongs to the next candle, as a tick does.
 */
export interface MarketReadings extends Readonly<Partial<Record<GlobalMetric, Float64Array>>> {
  readonly takenAtMs: Float64Array;
  /** An hour when nothing is said. */
  readonly validMs?: number;
}

export interface CandleHistory {
  readonly candles: CoinCandles;
  /** Coins that conditions name, by id; also the coin itself, when they name it. */
  readonly coins?: ReadonlyMap<number, CoinCandles>;
  readonly market?: MarketReadings;
}

/** The candles of one coin and timeframe as the evaluator reads them. */
export interface Grid {
  readonly timeframe: Timeframe;
  readonly openAtMs: Float64Array;
  /** Where the runs without a longer gap begin, and the number of candles at the end. */
  readonly bounds: Int32Array;
  /** null: no source has it. */
  series(name: SeriesName): Float64Array | null;
}

const NO_TIMES = new Float64Array(0);

/** The candles of one timeframe, folded when they must be; of a timeframe shorter than all given ones there are none. */
export function createGrid(coin: CoinCandles, timeframe: Timeframe): Grid {
  const given = coin[timeframe];
  if (given !== undefined) return gridOf(timeframe, checkedTimes(given), (name) => given[name] ?? null);
  const shorter = longestBelow(coin, timeframe);
  if (shorter === undefined) return gridOf(timeframe, NO_TIMES, () => null);
  const starts = bucketStarts(checkedTimes(shorter), timeframe);
  const folded = new Map<SeriesName, Float64Array | null>();
  return gridOf(timeframe, foldTimes(shorter.openAtMs, { starts, to: timeframe }), (name) => {
    const known = folded.get(name);
    if (known !== undefined) return known;
    const values = shorter[name];
    const result = values === undefined ? null : foldSeries(name, values, starts);
    folded.set(name, result);
    return result;
  });
}

function gridOf(timeframe: Timeframe, openAtMs: Float64Array, read: Grid['series']): Grid {
  const series = (name: SeriesName) => read(name) ?? (name === 'price' ? read('close') : null);
  return { timeframe, openAtMs, bounds: runBounds(openAtMs, TIMEFRAME_MS[timeframe]), series };
}

function longestBelow(coin: CoinCandles, timeframe: Timeframe): CandleSeries | undefined {
  const entries = Object.entries(coin) as [Timeframe, CandleSeries][]; // keys of a record by timeframe
  return entries
    .filter(([each]) => TIMEFRAME_MS[each] < TIMEFRAME_MS[timeframe])
    .toSorted(([a], [b]) => TIMEFRAME_MS[b] - TIMEFRAME_MS[a])[0]?.[1];
}

function checkedTimes(series: CandleSeries): Float64Array {
  const { openAtMs } = series;
  for (const [name, column] of Object.entries(series)) {
    if (column.length !== openAtMs.length) throw new Error(`The column ${name} has another length than the times.`);
  }
  return openAtMs;
}

/** More than GAP_LIMIT_CANDLES missing candles make everything begin afresh. */
function runBounds(openAtMs: Float64Array, lengthMs: number): Int32Array {
  const longest = (GAP_LIMIT_CANDLES + 1) * lengthMs;
  const bounds: number[] = [];
  for (let at = 0; at < openAtMs.length; at++) {
    if (at === 0 || openAtMs[at]! - openAtMs[at - 1]! > longest) bounds.push(at);
  }
  return Int32Array.from([...bounds, openAtMs.length]);
}
