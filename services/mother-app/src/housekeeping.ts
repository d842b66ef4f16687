import {
  dropExpiredPartitions,
  ensurePartitionsAhead,
  isDatabaseUnavailable,
  type Database,
  type EventLog,
  type Retention,
} from '@ubot/db';
import { schedule as cron } from 'node-cron';

/** Partitions are made two days before they are needed, so that two days without housekeeping do no harm. */
export const PARTITIONS_AHEAD_MS = 2 * 86_400_000;

const EVERY_HOUR = '7 * * * *';

/** Makes the coming partitions and drops those whose time is over. */
export async function keepHouse(
  db: Database,
  options: { nowMs: number; retention: Retention; log: EventLog },
): Promise<void> {
  const { nowMs, retention, log } = options;
  await ensurePartitionsAhead(db, { nowMs, aheadMs: PARTITIONS_AHEAD_MS });
  const dropped = await dropExpiredPartitions(db, { nowMs, retention });
  if (dropped.length > 0) log.info({ event: 'retention.dropped', partitions: dropped });
}

/** Keeps house every hour while this process is the one that polls. Returns what ends it. */
export function startHousekeeping(options: {
  db: Database;
  retention: Retention;
  nowMs: () => number;
  isMine: () => boolean;
  log: EventLog;
}): () => Promise<void> {
  const { db, retention, nowMs, isMine, log } = options;
  let running: Promise<void> = Promise.resolve();
  const task = cron(
    EVERY_HOUR,
    async () => {
      if (!isMine()) return;
      running = keepHouse(db, { nowMs: nowMs(), retention, log }).catch((error: unknown) => {
        if (!isDatabaseUnavailable(error)) log.error({ event: 'retention.failed', error });
      });
      await running;
    },
    { name: 'housekeeping', noOverlap: true, suppressMissedWarning: true },
  );
  return async () => {
    await task.destroy();
    await running;
  };
}
