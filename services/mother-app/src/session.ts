import type { CoinWire } from '@ubot/contracts';
import {
  allCoins,
  latestGlobalMetrics,
  latestSnapshot,
  storeSnapshot,
  upsertCoins,
  withTransaction,
  type Database,
  type EventLog,
  type SnapshotRow,
  type StoredSnapshot,
} from '@ubot/db';
import { timeframeOpenMs, TIMEFRAMES, type CandleColumns, type GlobalCandleColumns } from '@ubot/market';
import type { MarketSource, PollOutcome } from '@ubot/sources';
import { rebuildFolders, type Folders } from './folders.ts';
import { fillHistory } from './history.ts';
import { claimMarket } from './ownership.ts';
import { createPoller, type PollerReport } from './poller.ts';
import { createRecorder, readRecord, withReport, writeRecord, type SourceRecord } from './sourceRecord.ts';
import type { MarketView } from './view.ts';
import { BUFFER_LIMIT_SNAPSHOTS, createWriter } from './writer.ts';

/** One poll, folded and ready to be stored. */
interface Pending {
  outcome: PollOutcome;
  changedCoins: readonly CoinWire[];
  closedCandles: readonly CandleColumns[];
  closedGlobalCandles: readonly GlobalCandleColumns[];
}

export interface SessionOptions {
  db: Database;
  source: MarketSource;
  view: MarketView;
  nowMs: () => number;
  historyLimitMs: number;
  /** true while this process holds the lock. */
  mayWrite: () => boolean;
  onReport: (report: PollerReport) => void;
  onStored: (pending: { snapshotId: string; outcome: PollOutcome }) => void;
  /** The session cannot go on and has to be begun anew from what is stored. */
  onBroken: (error: unknown) => void;
  log: EventLog;
}

export interface Session {
  /** Names what is not well; empty when all is. */
  troubles(): string[];
  record(): SourceRecord;
  stop(): Promise<void>;
}

// A stop waits so long for what is still to be written.
const LAST_WRITES_MS = 5_000;

/** The time in which one process polls: from taking the lock to losing it. */
export async function startSession(options: SessionOptions, signal: AbortSignal): Promise<Session> {
  const { db, source, view, nowMs, log } = options;
  const { cleared } = await claimMarket(db, { source, nowMs: nowMs(), log });
  if (cleared) view.reset();
  let record = await warmUp(options, signal);
  const { folders, last } = await rebuildFolders(db, { historyToMs: record.history?.toMs ?? null });
  const global = await latestGlobalMetrics(db);
  const known = new Map((await allCoins(db)).map((coin) => [coin.id, coin]));
  view.setSource(source);
  view.setCoins(known.values());
  view.setFolders(folders);
  if (global !== null) view.setGlobal(global);
  if (last !== null) await view.publish(last);

  const writer = createWriter<Pending>({
    limit: BUFFER_LIMIT_SNAPSHOTS,
    mayWrite: options.mayWrite,
    store: (pending) => storePending(db, pending, nowMs()),
    onStored: async (pending, stored) => {
      // Said only after the commit: from here on the snapshot is not lost, whatever is killed.
      log.info({
        event: 'snapshot.stored',
        snapshotId: stored.snapshotId,
        takenAtMs: pending.outcome.snapshot.takenAtMs,
      });
      await show(view, pending, stored);
      options.onStored({ snapshotId: stored.snapshotId, outcome: pending.outcome });
    },
    onBroken: options.onBroken,
    log,
  });
  const recorder = createRecorder({
    write: (latest) => writeRecord(db, { source: source.name, record: latest, nowMs: nowMs() }),
    mayWrite: options.mayWrite,
    log,
  });
  const poller = createPoller({
    source,
    nowMs,
    lastTakenAtMs: doneUntilMs(last, record),
    lastGlobalAtMs: global?.takenAtMs ?? null,
    hasRoom: writer.hasRoom,
    onOutcome: (outcome) => void writer.push(fold(outcome, { folders, known })),
    onReport: (report) => {
      record = withReport(record, report);
      recorder.save(record);
      options.onReport(report);
    },
    log,
  });
  poller.start();
  return {
    troubles: () => (writer.healthy() ? [] : ['database']),
    record: () => record,
    async stop() {
      await poller.stop();
      await writer.stop(LAST_WRITES_MS);
      await recorder.stop();
    },
  };
}

/**
 * The last time that is done with. A history fill ends where the next candle opens, so a poll at that very time is still
 * wanted: one millisecond less is the last.
 */
function doneUntilMs(last: SnapshotRow | null, record: SourceRecord): number | null {
  const latest = Math.max(last?.snapshot.takenAtMs ?? -Infinity, (record.history?.toMs ?? -Infinity) - 1);
  return Number.isFinite(latest) ? latest : null;
}

async function warmUp(options: SessionOptions, signal: AbortSignal): Promise<SourceRecord> {
  const { db, source, nowMs, log } = options;
  const record = await readRecord(db, source);
  const schedule = await source.schedule();
  const intervalMs = schedule.ok ? schedule.value.intervalMs : 1;
  const atMs = nowMs();
  // The first poll is for the tick that has just passed; the past ends where that tick's shortest candle opens.
  const toMs = timeframeOpenMs(TIMEFRAMES[0], Math.floor(atMs / intervalMs) * intervalMs);
  const overStored = (await latestSnapshot(db)) !== null;
  return fillHistory({ db, source, record, toMs, overStored, nowMs, limitMs: options.historyLimitMs, signal, log });
}

function fold(outcome: PollOutcome, to: { folders: Folders; known: Map<number, CoinWire> }): Pending {
  const closedCandles = to.folders.coins.addSnapshot(outcome.snapshot);
  const closedGlobalCandles = to.folders.global.addSnapshot(outcome.snapshot);
  const changed = new Map<number, CoinWire>();
  for (const named of outcome.coins) {
    const coin = storable(named);
    if (sameCoin(coin, to.known.get(coin.id))) continue;
    to.known.set(coin.id, coin);
    changed.set(coin.id, coin);
  }
  return { outcome, changedCoins: [...changed.values()], closedCandles, closedGlobalCandles };
}

/** PostgreSQL takes every text but one with a NUL in it. */
function storable(coin: CoinWire): CoinWire {
  const clean = (text: string): string => text.replaceAll('\0', '');
  return { ...coin, symbol: clean(coin.symbol), name: clean(coin.name), slug: clean(coin.slug) };
}

function sameCoin(coin: CoinWire, known: CoinWire | undefined): boolean {
  return (
    known !== undefined &&
    coin.rank === known.rank &&
    coin.symbol === known.symbol &&
    coin.name === known.name &&
    coin.slug === known.slug
  );
}

function storePending(db: Database, pending: Pending, nowMs: number): Promise<StoredSnapshot> {
  const { outcome, changedCoins, closedCandles, closedGlobalCandles } = pending;
  const { snapshot, leftOutCount, creditCount } = outcome;
  return withTransaction(db, async (tx) => {
    await upsertCoins(tx, changedCoins, { nowMs });
    return storeSnapshot(tx, { snapshot, closedCandles, closedGlobalCandles, leftOutCount, creditCount });
  });
}

async function show(view: MarketView, pending: Pending, stored: StoredSnapshot): Promise<void> {
  view.setCoins(pending.changedCoins);
  await view.publish({ snapshotId: stored.snapshotId, snapshot: pending.outcome.snapshot });
}
