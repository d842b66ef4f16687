import { GLOBAL_METRICS, type GlobalMetric } from '@ubot/contracts';
import {
  latestSnapshot,
  readCandleColumns,
  readGlobalCandleColumns,
  readSnapshotsBetween,
  snapshotTimesBefore,
  type Executor,
  type SnapshotRow,
} from '@ubot/db';
import {
  createCandleFolder,
  createGlobalCandleFolder,
  createStaleness,
  foldColumns,
  restoreOpenCandles,
  STALE_AFTER_POLLS,
  TIMEFRAMES,
  timeframeOpenMs,
  type CandleColumns,
  type CandleFolder,
  type GlobalCandleColumns,
  type GlobalCandleFolder,
  type Timeframe,
} from '@ubot/market';

/** The open candles, which live in memory only. */
export interface Folders {
  readonly coins: CandleFolder;
  readonly global: GlobalCandleFolder;
}

export interface Rebuilt {
  folders: Folders;
  /** The newest stored snapshot; null at a first start. */
  last: SnapshotRow | null;
}

/**
 * The open candles as they stood after the newest stored snapshot: made of the closed shorter candles since each one's
 * open and, for the shortest, of the tickers. `historyToMs` is where a history fill ended, when there is no snapshot yet.
 */
export async function rebuildFolders(db: Executor, options: { historyToMs: number | null }): Promise<Rebuilt> {
  const last = await latestSnapshot(db);
  const staleness = createStaleness();
  const folders: Folders = {
    coins: createCandleFolder({ timeframes: TIMEFRAMES, staleness }),
    global: createGlobalCandleFolder({ timeframes: TIMEFRAMES }),
  };
  const lastTakenAtMs = Math.max(last?.snapshot.takenAtMs ?? -Infinity, options.historyToMs ?? -Infinity);
  if (!Number.isFinite(lastTakenAtMs)) return { folders, last };
  const shortestOpenMs = timeframeOpenMs(TIMEFRAMES[0], lastTakenAtMs);
  const stored = await readSnapshotsBetween(db, {
    fromMs: await stalenessFromMs(db, { shortestOpenMs, pollIntervalMs: last?.snapshot.pollIntervalMs ?? 0 }),
    toMs: lastTakenAtMs,
  });
  const snapshots = stored.map((row) => row.snapshot);
  for (const snapshot of snapshots) if (snapshot.takenAtMs < shortestOpenMs) staleness.update(snapshot);
  const recent = snapshots.filter((snapshot) => snapshot.takenAtMs >= shortestOpenMs);
  await restoreGlobal(db, folders.global, lastTakenAtMs);
  for (const snapshot of recent) folders.global.addSnapshot(snapshot);
  await restoreOpenCandles({
    folder: folders.coins,
    timeframes: TIMEFRAMES,
    lastTakenAtMs,
    snapshots: recent,
    readClosed: (range) => readCandleColumns(db, range),
  });
  return { folders, last };
}

/**
 * Whether a sample was stale depends on when its provider time was first seen, as far back as three poll intervals. A few
 * snapshots beyond that border tell it, also across a gap and for a coin that one of them left out.
 */
async function stalenessFromMs(
  db: Executor,
  options: { shortestOpenMs: number; pollIntervalMs: number },
): Promise<number> {
  const borderMs = options.shortestOpenMs - STALE_AFTER_POLLS * options.pollIntervalMs;
  const [first] = await snapshotTimesBefore(db, { beforeMs: borderMs, count: SNAPSHOTS_BEYOND });
  return first ?? borderMs;
}

const SNAPSHOTS_BEYOND = 5;

async function restoreGlobal(db: Executor, folder: GlobalCandleFolder, lastTakenAtMs: number): Promise<void> {
  const [shortest, ...longer] = TIMEFRAMES;
  let shorter: Timeframe = shortest;
  let shorterOpen: CandleColumns | null = null;
  for (const timeframe of longer) {
    const openAtMs = timeframeOpenMs(timeframe, lastTakenAtMs);
    const closed = await readGlobalCandleColumns(db, {
      timeframe: shorter,
      fromMs: openAtMs,
      toMs: timeframeOpenMs(shorter, lastTakenAtMs),
    });
    const columns = closed.map(metricsAsCoins);
    if (shorterOpen !== null) columns.push(shorterOpen);
    shorterOpen = foldColumns({ columns, to: timeframe, openAtMs });
    if (shorterOpen !== null) folder.restore(coinsAsMetrics(shorterOpen));
    shorter = timeframe;
  }
}

/** The metrics as if they were coins 1 to 4, so that one code folds both. */
function metricsAsCoins(columns: GlobalCandleColumns): CandleColumns {
  const unknown = new Float64Array(columns.metrics.length).fill(NaN);
  return {
    ...columns,
    coinIds: Int32Array.from(columns.metrics, (metric) => GLOBAL_METRICS.indexOf(metric) + 1),
    volume24hUsd: unknown,
    marketCapUsd: unknown,
  };
}

function coinsAsMetrics(columns: CandleColumns): GlobalCandleColumns {
  const { timeframe, openAtMs, open, high, low, close, samples } = columns;
  const metrics = Array.from(columns.coinIds, (id): GlobalMetric => GLOBAL_METRICS[id - 1]!);
  return { timeframe, openAtMs, metrics, open, high, low, close, samples };
}
