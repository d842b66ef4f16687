import { TIMEFRAMES } from '@ubot/contracts';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from './builders.testing.ts';
import { createCandleFolder } from './candleFolder.ts';
import { TIMEFRAME_MS } from './timeframe.ts';

const MINUTE_MS = 60_000;
const MONDAY = Date.parse('2026-11-16T00:00:00Z');

describe('folding snapshots', () => {
  it('makes open, high, low, close and the sample count of every coin, and the last 24 h figures', () => {
    const folder = createCandleFolder({ timeframes: ['5m'] });
    const prices = [10, 12, 9, 11];
    prices.forEach((price, minute) => {
      const coins = [
        { id: 7, price, volume24hUsd: 100 + minute, marketCapUsd: 1_000 + minute },
        ...(minute === 2 ? [{ id: 3, price: 0.5 }] : []),
      ];
      expect(folder.addSnapshot(snapshotOf(MONDAY + minute * MINUTE_MS, coins))).toEqual([]);
    });
    expect(folder.addSnapshot(snapshotOf(MONDAY + 5 * MINUTE_MS, []))).toEqual([
      {
        timeframe: '5m',
        openAtMs: MONDAY,
        coinIds: Int32Array.of(3, 7),
        open: Float64Array.of(0.5, 10),
        high: Float64Array.of(0.5, 12),
        low: Float64Array.of(0.5, 9),
        close: Float64Array.of(0.5, 11),
        volume24hUsd: Float64Array.of(NaN, 103),
        marketCapUsd: Float64Array.of(NaN, 1_003),
        samples: Int32Array.of(1, 4),
      },
    ]);
  });

  it('gives a candle of one sample open = high = low = close', () => {
    const folder = createCandleFolder({ timeframes: ['1m'] });
    folder.addSnapshot(snapshotOf(MONDAY, [{ id: 1, price: 4.2 }]));
    expect(folder.openCandle('1m', 1)).toEqual({
      openAtMs: MONDAY,
      open: 4.2,
      high: 4.2,
      low: 4.2,
      close: 4.2,
      volume24hUsd: NaN,
      marketCapUsd: NaN,
      samples: 1,
    });
  });

  it.each(TIMEFRAMES)('closes a %s candle at its close time and not a millisecond before', (timeframe) => {
    const closeMs = MONDAY + TIMEFRAME_MS[timeframe];
    const folder = createCandleFolder({ timeframes: [timeframe] });
    folder.addSnapshot(snapshotOf(MONDAY, [{ id: 1, price: 1 }]));
    expect(folder.addSnapshot(snapshotOf(closeMs - 1, [{ id: 1, price: 2 }]))).toEqual([]);
    const [closed] = folder.addSnapshot(snapshotOf(closeMs, [{ id: 1, price: 3 }]));
    expect(closed).toMatchObject({ openAtMs: MONDAY, close: Float64Array.of(2), samples: Int32Array.of(2) });
    expect(folder.openCandle(timeframe, 1)).toMatchObject({ openAtMs: closeMs, open: 3, samples: 1 });
  });

  it('closes the shortest timeframe first, all nine when the week ends', () => {
    const folder = createCandleFolder({ timeframes: ['1w', ...TIMEFRAMES] });
    folder.addSnapshot(snapshotOf(MONDAY - 1, [{ id: 1, price: 1 }]));
    const closed = folder.addSnapshot(snapshotOf(MONDAY, [{ id: 1, price: 2 }]));
    expect(closed.map((columns) => columns.timeframe)).toEqual([...TIMEFRAMES]);
  });

  it('closes the candle of a coin that is absent from the closing snapshot', () => {
    const folder = createCandleFolder({ timeframes: ['1m'] });
    folder.addSnapshot(snapshotOf(MONDAY, [{ id: 1, price: 1 }]));
    const [closed] = folder.addSnapshot(snapshotOf(MONDAY + MINUTE_MS, [{ id: 2, price: 2 }]));
    expect(closed?.coinIds).toEqual(Int32Array.of(1));
    expect(folder.openCandle('1m', 1)).toBeNull();
    expect(folder.openCandle('1m', 3)).toBeNull();
  });

  it('keeps gaps as gaps: minutes without a snapshot have no candle, a coin without samples neither', () => {
    const folder = createCandleFolder({ timeframes: ['1m', '5m'] });
    folder.addSnapshot(snapshotOf(MONDAY, [{ id: 1, price: 1 }]));
    const closed = folder.addSnapshot(snapshotOf(MONDAY + 61 * MINUTE_MS, [{ id: 2, price: 2 }]));
    expect(closed.map(({ timeframe, openAtMs, coinIds }) => [timeframe, openAtMs, [...coinIds]])).toEqual([
      ['1m', MONDAY, [1]],
      ['5m', MONDAY, [1]],
    ]);
    expect(folder.addSnapshot(snapshotOf(MONDAY + 62 * MINUTE_MS, [])).map((c) => [...c.coinIds])).toEqual([[2]]);
    expect(folder.addSnapshot(snapshotOf(MONDAY + 63 * MINUTE_MS, []))).toEqual([]);
    expect(folder.openColumns('1m')).toBeNull();
    expect(folder.openColumns('5m')?.coinIds).toEqual(Int32Array.of(2));
  });

  it.each([NaN, 0, -1, Infinity])('does not fold a price of %s', (price) => {
    const folder = createCandleFolder({ timeframes: ['1m'] });
    folder.addSnapshot(snapshotOf(MONDAY, [{ id: 1, price }]));
    expect(folder.openCandle('1m', 1)).toBeNull();
  });

  it('does not fold the samples of a coin that has become stale', () => {
    const folder = createCandleFolder({ timeframes: ['1h'] });
    for (let minute = 0; minute < 10; minute++) {
      folder.addSnapshot(snapshotOf(MONDAY + minute * MINUTE_MS, [{ id: 1, price: 1, providerTimeMs: MONDAY }]));
    }
    // Minutes 0 to 3 are within three poll intervals of the last movement.
    expect(folder.openCandle('1h', 1)?.samples).toBe(4);
    folder.addSnapshot(snapshotOf(MONDAY + 10 * MINUTE_MS, [{ id: 1, price: 2, providerTimeMs: MONDAY + 1 }]));
    expect(folder.openCandle('1h', 1)).toMatchObject({ close: 2, samples: 5 });
  });

  it.each([
    ['the same time again', 0],
    ['an earlier time', -1],
  ])('refuses %s', (_, offsetMs) => {
    const folder = createCandleFolder({ timeframes: ['1h'] });
    folder.addSnapshot(snapshotOf(MONDAY + 1_000, [{ id: 1, price: 1 }]));
    expect(() => folder.addSnapshot(snapshotOf(MONDAY + 1_000 + offsetMs, [{ id: 1, price: 9 }]))).toThrow(
      expect.objectContaining({ code: 'SNAPSHOT_OUT_OF_ORDER' }),
    );
    expect(folder.openCandle('1h', 1)).toMatchObject({ close: 1, samples: 1 });
  });

  it('keeps going when more coins come than it had room for', () => {
    const folder = createCandleFolder({ timeframes: ['1m'] });
    const coins = (count: number) => Array.from({ length: count }, (_, i) => ({ id: count - i, price: i + 1 }));
    folder.addSnapshot(snapshotOf(MONDAY, coins(10)));
    folder.addSnapshot(snapshotOf(MONDAY + 1, coins(5_000)));
    const columns = folder.openColumns('1m')!;
    expect(columns.coinIds).toEqual(Int32Array.from({ length: 5_000 }, (_, i) => i + 1));
    expect(columns.close[0]).toBe(5_000);
    expect(columns.samples.subarray(8, 12)).toEqual(Int32Array.of(2, 2, 1, 1));
  });

  it('gives away columns that later snapshots do not change', () => {
    const folder = createCandleFolder({ timeframes: ['1m'] });
    folder.addSnapshot(snapshotOf(MONDAY, [{ id: 1, price: 1 }]));
    const before = folder.openColumns('1m');
    folder.addSnapshot(snapshotOf(MONDAY + 1, [{ id: 1, price: 2 }]));
    expect(before?.close).toEqual(Float64Array.of(1));
  });
});
