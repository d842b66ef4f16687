import type { Timeframe } from '@ubot/contracts';
import { hasSharedData, NO_SHARED_DATA, sharedData } from '@ubot/testing';
import { describe, expect, it } from 'vitest';
import type { Candle } from './candle.ts';
import { decimalSum } from './decimalSum.ts';
import { foldCandles, foldColumns } from './foldCandles.ts';
import { TIMEFRAME_MS, timeframeOpenMs } from './timeframe.ts';

const MONDAY = Date.parse('2026-11-16T00:00:00Z');

function candle(openAtMs: number, [open, high, low, close]: number[], volume?: number): Candle {
  return {
    openAtMs,
    open: open!,
    high: high!,
    low: low!,
    close: close!,
    volume24hUsd: NaN,
    marketCapUsd: NaN,
    samples: 1,
    ...(volume !== undefined && { volume }),
  };
}

describe('folding candles', () => {
  it('takes the first open, the highest high, the lowest low, the last close, and adds volume and samples', () => {
    const minutes = [
      candle(MONDAY, [10, 11, 9, 10.5], 0.1),
      candle(MONDAY + 60_000, [10.5, 14, 10, 13], 0.2),
      candle(MONDAY + 240_000, [13, 13, 7, 8], 0.4),
      candle(MONDAY + 300_000, [8, 8, 8, 8], 1),
    ];
    expect(foldCandles({ candles: minutes, to: '5m' })).toEqual([
      { ...candle(MONDAY, [10, 14, 7, 8], 0.7), samples: 3 },
      candle(MONDAY + 300_000, [8, 8, 8, 8], 1),
    ]);
  });

  it('makes no candle where there was none, and nothing of nothing', () => {
    const days = [0, 3].map((day) => candle(MONDAY + day * TIMEFRAME_MS['1d'], [1, 1, 1, 1]));
    expect(foldCandles({ candles: days, to: '1d' })).toEqual(days);
    expect(foldCandles({ candles: [], to: '1w' })).toEqual([]);
  });

  it('knows no high, low or volume when a part of it is unknown', () => {
    const minutes = [candle(MONDAY, [10, NaN, 9, 10], 5), candle(MONDAY + 60_000, [10, 12, NaN, 11], NaN)];
    expect(foldCandles({ candles: minutes, to: '5m' })).toEqual([
      { ...candle(MONDAY, [10, NaN, NaN, 11], NaN), samples: 2 },
    ]);
  });
});

describe('folding the candles of many coins', () => {
  const columns = (openAtMs: number, volume?: readonly [number, number]) => ({
    timeframe: '1m' as const,
    openAtMs,
    coinIds: Int32Array.of(1, 2),
    open: Float64Array.of(1, 2),
    high: Float64Array.of(3, 4),
    low: Float64Array.of(1, 2),
    close: Float64Array.of(2, 3),
    volume24hUsd: Float64Array.of(NaN, NaN),
    marketCapUsd: Float64Array.of(NaN, NaN),
    samples: Int32Array.of(1, 1),
    ...(volume && { volume: Float64Array.from(volume) }),
  });

  it.each([
    ['adds up the volumes in decimals', [[0.1, 1] as const, [0.2, 2] as const], Float64Array.of(0.3, 3)],
    ['knows no volume of which a part is unknown', [[0.1, NaN] as const, [0.2, 2] as const], Float64Array.of(0.3, NaN)],
    ['nor one that a source left out now and then', [[1, 2] as const, undefined], Float64Array.of(NaN, NaN)],
    ['has no volumes when no source has them', [undefined, undefined], undefined],
  ])('%s', (_, volumes, expected) => {
    const parts = volumes.map((volume, i) => columns(MONDAY + i * 60_000, volume));
    const folded = foldColumns({ columns: parts, to: '5m', openAtMs: MONDAY });
    expect(folded?.volume).toEqual(expected);
    expect(folded?.close).toEqual(Float64Array.of(2, 3));
  });
});

describe('a sum of decimals', () => {
  it.each([
    [[0.1, 0.2], 0.3],
    [[1.1e-7, 2.2e-7], 3.3e-7],
    [[1e22, 0.5], 1e22],
    [[1e-300, 1], 1],
    [[], 0],
    [[1, NaN], NaN],
    [[0.25, 0.5, 1], 1.75],
    [[0.30000000000000004, 0.1], 0.4],
    [[123_456.123_456_78, 0.1], 123_456.223_456_78],
  ])('%j is %d', (values, sum) => {
    expect(decimalSum(values)).toBe(sum);
  });
});

/** Rows of a candle file of the shared data: time, open, high, low, close, volume. */
function readCandles(path: string): Candle[] {
  const [, ...lines] = sharedData(path).toString('utf8').trim().split('\n');
  return lines.map((line) => {
    const [time = '', ...numbers] = line.split(',');
    const openAtMs = /^\d+$/.test(time) ? Number(time) : Date.parse(time.replace(' ', 'T'));
    return candle(openAtMs, numbers.slice(0, 4).map(Number), Number(numbers[4]));
  });
}

function complete(candles: readonly Candle[], shorter: readonly Candle[], lengths: { shortMs: number; to: Timeframe }) {
  const counts = new Map<number, number>();
  for (const { openAtMs } of shorter) {
    const at = timeframeOpenMs(lengths.to, openAtMs);
    counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  const needed = TIMEFRAME_MS[lengths.to] / lengths.shortMs;
  return candles.filter((c) => counts.get(c.openAtMs) === needed).map((c) => ({ ...c, samples: 0 }));
}

describe.skipIf(!hasSharedData)(`the exchange's own bars, to the digit${NO_SHARED_DATA}`, () => {
  const named = { '1m': '1m', '5m': '5m', '15m': '15m', '30m': '30m', '1h': '60m', '4h': '240m' } as const;
  const cases = [
    ['ADAUSDT', '1m', ['5m', '15m', '30m', '1h', '4h']],
    ['ADAUSDT', '5m', ['15m', '30m', '1h', '4h']],
    ['ADAUSDT', '15m', ['30m', '1h', '4h']],
    ['ADAUSDT', '30m', ['1h', '4h']],
    ['ADAUSDT', '1h', ['4h']],
    ['DOGEUSDT', '1m', ['5m', '15m', '1h']],
    ['DOGEUSDT', '5m', ['15m', '1h']],
    ['DOGEUSDT', '15m', ['1h']],
    ['BTCUSDT', '5m', ['15m', '30m', '1h', '4h']],
    ['BTCUSDT', '15m', ['30m', '1h', '4h']],
    ['BTCUSDT', '30m', ['1h', '4h']],
    ['BTCUSDT', '1h', ['4h']],
    ['ETHUSDT', '5m', ['15m', '1h']],
    ['ETHUSDT', '15m', ['1h']],
  ] as const;
  const table = cases.flatMap(([pair, from, targets]) => targets.map((to) => [pair, from, to] as const));

  it.each(table)('%s %s folded to %s', (pair, from, to) => {
    const shorter = readCandles(`ohlcv/bybit/${pair}_${named[from]}.csv.gz`);
    const theirs = readCandles(`ohlcv/bybit/${pair}_${named[to]}.csv.gz`);
    // The last bar of each file was captured unfinished.
    const finished = theirs.slice(0, -1);
    const lengths = { shortMs: TIMEFRAME_MS[from], to };
    const expected = complete(finished, shorter.slice(0, -1), lengths);
    const times = new Set(expected.map((c) => c.openAtMs));
    const ours = foldCandles({ candles: shorter, to }).filter((c) => times.has(c.openAtMs));
    expect(expected.length).toBeGreaterThan(170);
    expect(ours.map((c) => ({ ...c, samples: 0 }))).toEqual(expected);
    expect(new Set(ours.map((c) => c.samples))).toEqual(new Set([TIMEFRAME_MS[to] / lengths.shortMs]));
  });

  it('Lean seconds with their gaps folded to minutes', () => {
    const seconds = readCandles('ohlcv/lean/coinbase_btcusd_second_20161007.csv.gz');
    const minutes = readCandles('ohlcv/lean/coinbase_btcusd_minute_20161007.csv.gz');
    const ours = foldCandles({ candles: seconds, to: '1m' }).map((c) => ({ ...c, samples: 1 }));
    expect(ours).toEqual(minutes);
  });
});

interface Fixture {
  openTimeInMillis: number;
  open: string;
  high: string;
  low: string;
  close: string;
  volume: string;
}

function readFixture(name: string): Candle[] {
  const rows = JSON.parse(sharedData(`ohlcv/candle-batcher-fixtures/${name}.json`).toString('utf8')) as Fixture[];
  return rows.map((r) => candle(r.openTimeInMillis, [r.open, r.high, r.low, r.close].map(Number), Number(r.volume)));
}

describe.skipIf(!hasSharedData)(`the candle batcher's fixtures${NO_SHARED_DATA}`, () => {
  it('folds an hour of minutes into its hour', () => {
    const [hour] = readFixture('1h-in-1h');
    expect(foldCandles({ candles: readFixture('1h-in-1m'), to: '1h' })).toEqual([{ ...hour, samples: 60 }]);
  });

  it.each([
    ['TenMinutesInTenCandles', 10],
    ['TenMinutesInEightCandles', 8],
    ['TenMinutesMissingStart', 7],
    ['TenMinutesMissingEnd', 9],
  ])('%s: invents nothing, keeps %i samples', (name, samples) => {
    const minutes = readFixture(name);
    const folded = foldCandles({ candles: minutes, to: '5m' });
    expect(folded.reduce((sum, c) => sum + c.samples, 0)).toBe(samples);
    expect(folded.map((c) => c.openAtMs)).toEqual([...new Set(minutes.map((m) => timeframeOpenMs('5m', m.openAtMs)))]);
    expect(folded[0]?.open).toBe(minutes[0]?.open);
    expect(folded.at(-1)?.close).toBe(minutes.at(-1)?.close);
  });

  it('folds a month of days into weeks that begin on Monday', () => {
    const days = readFixture('one_month_in_days');
    for (const week of foldCandles({ candles: days, to: '1w' })) {
      expect(new Date(week.openAtMs).getUTCDay()).toBe(1);
      const parts = days.filter((d) => d.openAtMs >= week.openAtMs && d.openAtMs < week.openAtMs + TIMEFRAME_MS['1w']);
      expect(week).toMatchObject({ open: parts[0]?.open, close: parts.at(-1)?.close, samples: parts.length });
      expect(week.high).toBe(Math.max(...parts.map((d) => d.high)));
      expect(week.low).toBe(Math.min(...parts.map((d) => d.low)));
    }
  });
});
