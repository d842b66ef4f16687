import { TIMEFRAMES } from '@ubot/contracts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { snapshotOf, type TestCoin } from './builders.testing.ts';
import type { Candle, CandleColumns } from './candle.ts';
import { createCandleFolder } from './candleFolder.ts';
import { foldCandles, foldColumns } from './foldCandles.ts';
import { restoreOpenCandles } from './restore.ts';
import type { SnapshotColumns } from './snapshot.ts';
import { createStaleness } from './staleness.ts';
import { TIMEFRAME_MS, timeframeOpenMs } from './timeframe.ts';

const MONDAY = Date.parse('2026-11-16T00:00:00Z');

/** Snapshots at uneven distances: most a minute apart, some seconds, some half a day; coins come and go. */
const market = fc
  .array(
    fc.record({
      gapMs: fc.oneof(
        { weight: 6, arbitrary: fc.constant(60_000) },
        { weight: 3, arbitrary: fc.integer({ min: 1, max: 90_000 }) },
        { weight: 1, arbitrary: fc.integer({ min: 1, max: 2 * TIMEFRAME_MS['1d'] }) },
      ),
      coins: fc.uniqueArray(
        fc.record({
          id: fc.integer({ min: 1, max: 4 }),
          price: fc.oneof(fc.double({ min: 1e-12, max: 1e6, noNaN: true }), fc.constant(0)),
          volume24hUsd: fc.oneof(fc.constant(NaN), fc.integer({ min: 0, max: 1_000 })),
          marketCapUsd: fc.integer({ min: 0, max: 1_000 }),
          providerTimeMs: fc.integer({ min: 1, max: 2 }),
        }),
        { selector: (coin) => coin.id },
      ),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((steps) => {
    let atMs = MONDAY - TIMEFRAME_MS['1h'];
    return steps.map(({ gapMs, coins }) => snapshotOf((atMs += gapMs), coins satisfies TestCoin[]));
  });

function runThrough(snapshots: readonly SnapshotColumns[]) {
  const folder = createCandleFolder({ timeframes: TIMEFRAMES });
  return { folder, closed: snapshots.flatMap((snapshot) => folder.addSnapshot(snapshot)) };
}

const openColumns = (folder: ReturnType<typeof createCandleFolder>) =>
  TIMEFRAMES.map((timeframe) => folder.openColumns(timeframe));

describe('after a restart', () => {
  it('the candles are those of a folder that ran through', async () => {
    await fc.assert(
      fc.asyncProperty(market, fc.nat(), async (snapshots, cut) => {
        const stopAt = 1 + (cut % snapshots.length);
        const before = runThrough(snapshots.slice(0, stopAt));
        const lastTakenAtMs = snapshots[stopAt - 1]!.takenAtMs;
        const minuteMs = timeframeOpenMs('1m', lastTakenAtMs);
        const stored = snapshots.slice(0, stopAt);
        const staleness = createStaleness();
        for (const snapshot of stored.filter((s) => s.takenAtMs < minuteMs)) staleness.update(snapshot);

        const folder = createCandleFolder({ timeframes: TIMEFRAMES, staleness });
        await restoreOpenCandles({
          folder,
          timeframes: TIMEFRAMES,
          lastTakenAtMs,
          snapshots: stored.filter((s) => s.takenAtMs >= minuteMs),
          async *readClosed({ timeframe, fromMs, toMs }) {
            yield* before.closed.filter((c) => c.timeframe === timeframe && c.openAtMs >= fromMs && c.openAtMs < toMs);
          },
        });
        expect(openColumns(folder)).toEqual(openColumns(before.folder));

        const rest = snapshots.slice(stopAt);
        const closedAfter = rest.flatMap((snapshot) => folder.addSnapshot(snapshot));
        const through = runThrough(snapshots);
        expect([...before.closed, ...closedAfter]).toEqual(through.closed);
        expect(openColumns(folder)).toEqual(openColumns(through.folder));
      }),
      { numRuns: 200 },
    );
  });

  it('restoring the open columns themselves does the same', () => {
    fc.assert(
      fc.property(market, fc.nat(), (snapshots, cut) => {
        const stopAt = cut % snapshots.length;
        const { folder: before } = runThrough(snapshots.slice(0, stopAt));
        const staleness = createStaleness();
        for (const snapshot of snapshots.slice(0, stopAt)) staleness.update(snapshot);
        const folder = createCandleFolder({ timeframes: TIMEFRAMES, staleness });
        for (const columns of openColumns(before)) if (columns !== null) folder.restore(columns);
        for (const snapshot of snapshots.slice(stopAt)) {
          expect(folder.addSnapshot(snapshot)).toEqual(before.addSnapshot(snapshot));
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('folding samples', () => {
  it('equals folding folded candles, for one coin and for columns', () => {
    fc.assert(
      fc.property(market, (snapshots) => {
        const { folder, closed } = runThrough(snapshots);
        const all = [...closed, ...openColumns(folder).filter((columns) => columns !== null)];
        for (let i = 1; i < TIMEFRAMES.length; i++) {
          const [shorter, longer] = [TIMEFRAMES[i - 1]!, TIMEFRAMES[i]!];
          for (const coinId of [1, 2, 3, 4]) {
            expect(foldCandles({ candles: candlesOf(all, shorter, coinId), to: longer })).toEqual(
              candlesOf(all, longer, coinId),
            );
          }
          for (const long of all.filter((columns) => columns.timeframe === longer)) {
            const parts = all.filter(
              (c) => c.timeframe === shorter && timeframeOpenMs(longer, c.openAtMs) === long.openAtMs,
            );
            expect(foldColumns({ columns: parts, to: longer, openAtMs: long.openAtMs })).toEqual(long);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

function candlesOf(all: readonly CandleColumns[], timeframe: string, coinId: number): Candle[] {
  return all
    .filter((columns) => columns.timeframe === timeframe && columns.coinIds.includes(coinId))
    .map((columns) => {
      const i = columns.coinIds.indexOf(coinId);
      return {
        openAtMs: columns.openAtMs,
        open: columns.open[i]!,
        high: columns.high[i]!,
        low: columns.low[i]!,
        close: columns.close[i]!,
        volume24hUsd: columns.volume24hUsd[i]!,
        marketCapUsd: columns.marketCapUsd[i]!,
        samples: columns.samples[i]!,
      };
    });
}
