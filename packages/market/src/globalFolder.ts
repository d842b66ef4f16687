import { GLOBAL_METRICS, type GlobalMetric } from '@ubot/contracts';
import type { Candle, CandleColumns } from './candle.ts';
import { createCandleFolder } from './candleFolder.ts';
import { restoreOpenCandles } from './restore.ts';
import type { GlobalMetrics, SnapshotColumns } from './snapshot.ts';
import type { Timeframe } from './timeframe.ts';

/** One candle time of the market's own metrics: entry i of every column belongs to metrics[i]. */
export interface GlobalCandleColumns {
  readonly timeframe: Timeframe;
  readonly openAtMs: number;
  readonly metrics: readonly GlobalMetric[];
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly samples: Int32Array;
}

export interface GlobalCandleFolder {
  addSnapshot(snapshot: SnapshotColumns): GlobalCandleColumns[];
  openCandle(timeframe: Timeframe, metric: GlobalMetric): Candle | null;
  openColumns(timeframe: Timeframe): GlobalCandleColumns | null;
  restore(columns: GlobalCandleColumns): void;
}

/** The value of one of the market's metrics; NaN when the source said nothing. */
export function globalMetricValue(global: GlobalMetrics, metric: GlobalMetric): number {
  switch (metric) {
    case 'total_market_cap':
      return global.totalMarketCapUsd;
    case 'total_volume_24h':
      return global.totalVolume24hUsd;
    case 'btc_dominance':
      return global.btcDominancePct;
    case 'eth_dominance':
      return global.ethDominancePct;
  }
}

const NOTHING = new Float64Array(0);
const UNKNOWN = new Float64Array(GLOBAL_METRICS.length).fill(NaN);
const NO_IDS = new Int32Array(0);
const METRIC_IDS = Int32Array.from(GLOBAL_METRICS, (_, i) => i + 1);
const idOf = (metric: GlobalMetric): number => GLOBAL_METRICS.indexOf(metric) + 1;
const metricOf = (id: number): GlobalMetric => GLOBAL_METRICS[id - 1]!;

/** The metrics as if they were coins 1 to 4, so that both kinds of candles are folded by the same code. */
function metricsAsCoins(snapshot: SnapshotColumns): SnapshotColumns {
  const { global } = snapshot;
  const present = global !== null;
  const unknown = present ? UNKNOWN : NOTHING;
  return {
    takenAtMs: snapshot.takenAtMs,
    source: snapshot.source,
    pollIntervalMs: snapshot.pollIntervalMs,
    coinIds: present ? METRIC_IDS : NO_IDS,
    priceUsd: present ? Float64Array.from(GLOBAL_METRICS, (metric) => globalMetricValue(global, metric)) : NOTHING,
    volume24hUsd: unknown,
    marketCapUsd: unknown,
    rank: NO_IDS,
    percentChange1h: unknown,
    percentChange24h: unknown,
    percentChange7d: unknown,
    // Unknown on purpose: the market's metrics are polled more seldom than prices, so three poll intervals say nothing.
    providerTimeMs: unknown,
    global: null,
  };
}

function toGlobal(columns: CandleColumns): GlobalCandleColumns {
  const { timeframe, openAtMs, open, high, low, close, samples } = columns;
  return { timeframe, openAtMs, metrics: Array.from(columns.coinIds, metricOf), open, high, low, close, samples };
}

function toCoins(columns: GlobalCandleColumns): CandleColumns {
  const { metrics, ...rest } = columns;
  const unknown = new Float64Array(metrics.length).fill(NaN);
  return { ...rest, coinIds: Int32Array.from(metrics, idOf), volume24hUsd: unknown, marketCapUsd: unknown };
}

/** Folds the market's own metrics into candles, by the rules of `createCandleFolder`. */
export function createGlobalCandleFolder(options: { timeframes: readonly Timeframe[] }): GlobalCandleFolder {
  const folder = createCandleFolder({ timeframes: options.timeframes });
  return {
    addSnapshot: (snapshot) => folder.addSnapshot(metricsAsCoins(snapshot)).map(toGlobal),
    openCandle: (timeframe, metric) => folder.openCandle(timeframe, idOf(metric)),
    openColumns(timeframe) {
      const columns = folder.openColumns(timeframe);
      return columns === null ? null : toGlobal(columns);
    },
    restore: (columns) => folder.restore(toCoins(columns)),
  };
}

/** Rebuilds a fresh global folder after a restart, as `restoreOpenCandles` does that of the coins. */
export async function restoreOpenGlobalCandles(options: {
  folder: GlobalCandleFolder;
  timeframes: readonly Timeframe[];
  lastTakenAtMs: number;
  snapshots: readonly SnapshotColumns[];
  readClosed(range: { timeframe: Timeframe; fromMs: number; toMs: number }): AsyncIterable<GlobalCandleColumns>;
}): Promise<void> {
  const { folder, readClosed, ...rest } = options;
  await restoreOpenCandles({
    ...rest,
    folder: {
      restore: (columns) => folder.restore(toGlobal(columns)),
      addSnapshot: (snapshot) => folder.addSnapshot(snapshot),
    },
    async *readClosed(range) {
      for await (const columns of readClosed(range)) yield toCoins(columns);
    },
  });
}
