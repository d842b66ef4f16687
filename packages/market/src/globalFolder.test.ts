import { describe, expect, it } from 'vitest';
import { snapshotOf } from './builders.testing.ts';
import { createGlobalCandleFolder, restoreOpenGlobalCandles } from './globalFolder.ts';

const MINUTE_MS = 60_000;
const MONDAY = Date.parse('2026-11-16T00:00:00Z');
const globalOf = (totalMarketCapUsd: number, btcDominancePct: number) => ({
  global: {
    totalMarketCapUsd,
    totalVolume24hUsd: NaN,
    btcDominancePct,
    ethDominancePct: 17,
    providerTimeMs: MONDAY,
  },
});

describe("folding the market's own metrics", () => {
  it('makes candles of the known metrics, and none of an unknown one', () => {
    const folder = createGlobalCandleFolder({ timeframes: ['5m'] });
    folder.addSnapshot(snapshotOf(MONDAY, [], globalOf(2e12, 50)));
    folder.addSnapshot(snapshotOf(MONDAY + MINUTE_MS, []));
    folder.addSnapshot(snapshotOf(MONDAY + 4 * MINUTE_MS, [], globalOf(3e12, 49)));
    expect(folder.openCandle('5m', 'btc_dominance')).toMatchObject({ open: 50, low: 49, close: 49, samples: 2 });
    expect(folder.openCandle('5m', 'total_volume_24h')).toBeNull();
    expect(folder.addSnapshot(snapshotOf(MONDAY + 5 * MINUTE_MS, []))).toEqual([
      {
        timeframe: '5m',
        openAtMs: MONDAY,
        metrics: ['total_market_cap', 'btc_dominance', 'eth_dominance'],
        open: Float64Array.of(2e12, 50, 17),
        high: Float64Array.of(3e12, 50, 17),
        low: Float64Array.of(2e12, 49, 17),
        close: Float64Array.of(3e12, 49, 17),
        samples: Int32Array.of(2, 2, 2),
      },
    ]);
    expect(folder.openColumns('5m')).toBeNull();
  });

  it('goes on after a restart as if it had run through', () => {
    const through = createGlobalCandleFolder({ timeframes: ['5m'] });
    through.addSnapshot(snapshotOf(MONDAY, [], globalOf(2e12, 50)));
    const restarted = createGlobalCandleFolder({ timeframes: ['5m'] });
    restarted.restore(through.openColumns('5m')!);
    for (const folder of [through, restarted]) folder.addSnapshot(snapshotOf(MONDAY + 1, [], globalOf(1e12, 51)));
    expect(restarted.openColumns('5m')).toEqual(through.openColumns('5m'));
    expect(restarted.openColumns('5m')?.samples).toEqual(Int32Array.of(2, 2, 2));
  });

  it('is rebuilt from stored candles and the snapshots of the last minute', async () => {
    const timeframes = ['1m', '5m', '1h'] as const;
    const snapshots = Array.from({ length: 9 }, (_, minute) =>
      snapshotOf(MONDAY + minute * MINUTE_MS, [], minute === 7 ? {} : globalOf(2e12 + minute, 50 - minute)),
    );
    const through = createGlobalCandleFolder({ timeframes });
    const closed = snapshots.flatMap((snapshot) => through.addSnapshot(snapshot));
    const folder = createGlobalCandleFolder({ timeframes });
    await restoreOpenGlobalCandles({
      folder,
      timeframes,
      lastTakenAtMs: MONDAY + 8 * MINUTE_MS,
      snapshots: snapshots.slice(8),
      async *readClosed({ timeframe, fromMs, toMs }) {
        yield* closed.filter((c) => c.timeframe === timeframe && c.openAtMs >= fromMs && c.openAtMs < toMs);
      },
    });
    for (const timeframe of timeframes) expect(folder.openColumns(timeframe)).toEqual(through.openColumns(timeframe));
    expect(folder.openCandle('1h', 'btc_dominance')).toMatchObject({ open: 50, low: 42, close: 42, samples: 8 });
  });
});
