import { GLOBAL_METRICS } from '@ubot/contracts';
import {
  foldCandles,
  globalMetricValue,
  TIMEFRAME_MS,
  TIMEFRAMES,
  timeframeOpenMs,
  type Candle,
  type GlobalMetrics,
  type Timeframe,
} from '@ubot/market';
import type { ConditionPlan } from '@ubot/strategy';
import { hasSharedData, sharedData } from '@ubot/testing';
import * as fc from 'fast-check';
import type { Beside, CandlesByTimeframe } from '../reference.testing.ts';
import type { CandleSeries, MarketReadings } from './candles.ts';

/** What an evaluator is given: several coins on every timeframe from the shortest on, and the market's figures. */
export interface TestMarket {
  /** That of the conditions. */
  readonly timeframe: Timeframe;
  readonly shortest: Timeframe;
  readonly coins: ReadonlyMap<number, CandlesByTimeframe>;
  readonly readings: NonNullable<Beside['market']>;
}

/**
 * Something that evaluates conditions over history: for each coin and condition a verdict per candle of the market's timeframe.
 * 1 is true, 0 false, -1 unknown.
 */
export type Evaluator = (
  conditions: readonly ConditionPlan[],
  market: TestMarket,
) => ReadonlyMap<number, readonly ArrayLike<number>[]>;

/** A candle without its time: how many candles after the first one it stands. */
type Bar = Omit<Candle, 'openAtMs'> & { readonly at: number };

/** Minutes of exchanges: minutes without a trade are missing. */
const FILES = [
  'ohlcv/binance/BTCUSDT_1m_2021-02-19_week.csv.gz',
  'ohlcv/binance/DASHUSDT_1m_2020-09-09_week.csv.gz',
  'ohlcv/lean/coinbase_btcusd_minute_20161007.csv.gz',
  'ohlcv/lean/coinbase_btcusd_minute_20180404.csv.gz',
  'ohlcv/bybit/ADAUSDT_1m.csv.gz',
];
const MOST_BARS = 12_000;

function readBars(path: string): Bar[] {
  const [, ...lines] = sharedData(path).toString('utf8').trim().split('\n').slice(0, MOST_BARS);
  const timeOf = (text = ''): number => (/^\d+$/.test(text) ? Number(text) : Date.parse(text.replace(' ', 'T')));
  const firstMs = timeOf(lines[0]?.split(',')[0]);
  return lines.map((line) => {
    const [time, open, high, low, close, volume] = line.split(',');
    const at = Math.round((timeOf(time) - firstMs) / 60_000);
    const figures = { volume24hUsd: Number(volume) * 1_000, marketCapUsd: Number(close) * 1e7, samples: 1 };
    const prices = { open: Number(open), high: Number(high), low: Number(low), close: Number(close) };
    return { at, ...prices, volume: Number(volume), ...figures };
  });
}

/** Where there is no recorded data: prices on a coarse grid, so that equal ones meet. */
function waves(): Bar[] {
  return Array.from({ length: 2_000 }, (_, at) => {
    const [open, close] = [at, at + 1].map((i) => Math.round(100 + 20 * Math.sin(i / 7) + 5 * Math.cos(i * i)));
    const figures = { volume: (at * 37) % 101, volume24hUsd: at % 50, marketCapUsd: close! * 10, samples: 1 };
    return {
      at,
      open: open!,
      close: close!,
      high: Math.max(open!, close!) + 1,
      low: Math.min(open!, close!),
      ...figures,
    };
  });
}

const SOURCES: readonly (readonly Bar[])[] = [waves(), ...(hasSharedData ? FILES.map(readBars) : [])];

// The reference takes the third power of this for an indicator of an indicator.
const LONGEST = 48;

/** A stretch of recorded candles as those of another time and timeframe, with more gaps and unknown cells. */
const stretch = fc.record({
  source: fc.nat(SOURCES.length - 1),
  from: fc.nat(MOST_BARS),
  count: fc.integer({ min: 5, max: LONGEST }),
  late: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(30) }),
  gaps: fc.array(
    fc.record({
      before: fc.nat(LONGEST - 1),
      missing: fc.oneof(
        { weight: 2, arbitrary: fc.integer({ min: 1, max: 9 }) },
        { weight: 2, arbitrary: fc.integer({ min: 10, max: 12 }) },
        { weight: 1, arbitrary: fc.integer({ min: 13, max: 60 }) },
      ),
    }),
    { maxLength: 3 },
  ),
  unknown: fc.array(
    fc.tuple(
      fc.nat(LONGEST - 1),
      fc.constantFrom('close', 'high', 'low', 'open', 'volume', 'volume24hUsd', 'marketCapUsd'),
    ),
    { maxLength: 3 },
  ),
});
type Stretch = typeof stretch extends fc.Arbitrary<infer Value> ? Value : never;

function cut(
  { source, from, count, late, gaps, unknown }: Stretch,
  timing: { startMs: number; lengthMs: number },
): Candle[] {
  const bars = SOURCES[source]!;
  const first = from % (bars.length - count);
  return bars.slice(first, first + count).map(({ at, ...bar }, i): Candle => {
    const missing = gaps.reduce((sum, gap) => (gap.before <= i ? sum + gap.missing : sum), 0);
    const openAtMs = timing.startMs + (at - bars[first]!.at + late + missing) * timing.lengthMs;
    const lost = Object.fromEntries(unknown.filter(([place]) => place === i).map(([, name]) => [name, NaN]));
    return { openAtMs, ...bar, ...lost };
  });
}

/** Seconds after a candle's open, the border itself often. */
const secondsIn = fc.oneof(fc.constant(0), fc.nat(59));

const MONDAY_MS = Date.UTC(2024, 0, 1);

/** One to three coins, their candles folded to every longer timeframe, and the market's figures now and then. */
export const anyMarket: fc.Arbitrary<TestMarket> = fc
  .record({
    shortest: fc.constantFrom<Timeframe>('1m', '5m', '15m', '1h', '4h'),
    further: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) }),
    startsAfter: fc.nat(50),
    stretches: fc.array(stretch, { minLength: 1, maxLength: 3 }),
    readings: fc.array(fc.tuple(fc.nat(100), secondsIn, fc.integer({ min: 1, max: 100 })), { maxLength: 12 }),
  })
  .map(({ shortest, further, startsAfter, stretches, readings }) => {
    const lengthMs = TIMEFRAME_MS[shortest];
    const startMs = MONDAY_MS + startsAfter * lengthMs;
    const coins = stretches.map((each, i): [number, CandlesByTimeframe] => [
      i + 1,
      foldedToAll(cut(each, { startMs, lengthMs }), shortest),
    ]);
    return {
      shortest,
      timeframe: TIMEFRAMES[TIMEFRAMES.indexOf(shortest) + further]!,
      coins: new Map(coins),
      readings: readings
        .map(([candles, seconds, value]) => ({
          takenAtMs: timeframeOpenMs(shortest, startMs) + candles * lengthMs + seconds * 1_000,
          global: readingOf(value),
        }))
        .toSorted((a, b) => a.takenAtMs - b.takenAtMs),
    };
  });

/** A coin's candles on their own timeframe and on every longer one. */
export function foldedToAll(candles: readonly Candle[], shortest: Timeframe): CandlesByTimeframe {
  const longer = TIMEFRAMES.slice(TIMEFRAMES.indexOf(shortest) + 1);
  return new Map([[shortest, candles], ...longer.map((to) => [to, foldCandles({ candles, to })] as const)]);
}

function readingOf(value: number): GlobalMetrics {
  return {
    totalMarketCapUsd: value * 10,
    totalVolume24hUsd: value,
    btcDominancePct: value,
    ethDominancePct: NaN,
    providerTimeMs: NaN,
  };
}

/** Candles as the batch form reads them. */
export function seriesOf(candles: readonly Candle[]): CandleSeries {
  const column = (read: (candle: Candle) => number) => Float64Array.from(candles, read);
  return {
    openAtMs: column((c) => c.openAtMs),
    open: column((c) => c.open),
    high: column((c) => c.high),
    low: column((c) => c.low),
    close: column((c) => c.close),
    volume: column((c) => c.volume ?? NaN),
    volume_24h: column((c) => c.volume24hUsd),
    market_cap: column((c) => c.marketCapUsd),
  };
}

export function readingsOf(readings: TestMarket['readings']): MarketReadings {
  const figures = GLOBAL_METRICS.map(
    (metric) => [metric, Float64Array.from(readings, ({ global }) => globalMetricValue(global, metric))] as const,
  );
  return { takenAtMs: Float64Array.from(readings, ({ takenAtMs }) => takenAtMs), ...Object.fromEntries(figures) };
}
