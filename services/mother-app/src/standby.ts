import { followFeed, type Bus } from '@ubot/bus';
import { allCoins, latestGlobalMetrics, readSnapshotsAfter, type Database, type EventLog } from '@ubot/db';
import { rebuildFolders } from './folders.ts';
import { readRecord } from './sourceRecord.ts';
import type { MarketView } from './view.ts';

const SNAPSHOTS_PER_READ = 20;
const IDLE_CHECK_MS = 5_000;

export interface Standby {
  stop(): Promise<void>;
}

/** While another process polls: shows what that one stores, so that every question can be answered here too. */
export async function startStandby(options: {
  db: Database;
  bus: Bus;
  view: MarketView;
  log: EventLog;
}): Promise<Standby> {
  const { db, bus, view, log } = options;
  const record = await readRecord(db, view.source());
  const { folders, last } = await rebuildFolders(db, { historyToMs: record.history?.toMs ?? null });
  const global = await latestGlobalMetrics(db);
  view.setCoins(await allCoins(db));
  view.setFolders(folders);
  if (global !== null) view.setGlobal(global);
  if (last !== null) await view.publish(last);
  return followFeed({
    bus,
    topic: 'snapshot',
    from: last?.snapshotId ?? '0',
    read: (afterId) => readSnapshotsAfter(db, { afterId, limit: SNAPSHOTS_PER_READ }),
    positionOf: (row) => row.snapshotId,
    handle: async (row) => {
      view.setCoins(await allCoins(db));
      folders.coins.addSnapshot(row.snapshot);
      folders.global.addSnapshot(row.snapshot);
      await view.publish(row);
    },
    idleCheckMs: IDLE_CHECK_MS,
    onError: (error) => log.warn({ event: 'standby.read_failed', error }),
  });
}
