import { setTimeout as pause } from 'node:timers/promises';
import {
  endAttempts,
  isDatabaseUnavailable,
  markAccepted,
  type Accepted,
  type Database,
  type EndOfAttempt,
} from '@ubot/db';
import type { Logger } from '@ubot/service-kit';

/** Writes down what has happened outside. Each promise ends when it is committed. */
export interface Recorder {
  accepted(what: Accepted): Promise<void>;
  ended(what: EndOfAttempt): Promise<void>;
}

export interface RecorderOptions {
  readonly db: Database;
  readonly nowMs: () => number;
  readonly leaseMs: number;
  readonly log: Logger;
}

const RECORD_RETRY_MS = 250;
const BATCH = 500;

/**
 * Outcomes that come while others are being written go together in the next statement, so that the database is asked a few
 * times a second however many messages go out, and a single one waits for nobody.
 *
 * Edges: a database that is away is tried again for a lease's time, then it is given up: the ledger finds out by looking
 *        up. A row that cannot be written takes no other with it.
 */
export function createRecorder(options: RecorderOptions): Recorder {
  const { db } = options;
  const accepted = createBatches<Accepted>(options, (rows) => markAccepted(db, rows));
  const ended = createBatches<EndOfAttempt>(options, (rows) => endAttempts(db, rows));
  return { accepted, ended };
}

interface Waiting<Row> {
  readonly row: Row;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

function createBatches<Row>(options: RecorderOptions, write: (rows: readonly Row[]) => Promise<void>) {
  let waiting: Waiting<Row>[] = [];
  let isWriting = false;

  const writeBatch = async (batch: readonly Waiting<Row>[]): Promise<void> => {
    try {
      await persistently(options, () => write(batch.map(({ row }) => row)));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      const [only] = batch;
      if (batch.length === 1 && only !== undefined) return only.reject(error);
      for (const each of batch) await writeBatch([each]);
    }
  };

  const run = async (): Promise<void> => {
    isWriting = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH);
      waiting = waiting.slice(BATCH);
      await writeBatch(batch);
    }
    isWriting = false;
  };

  return (row: Row): Promise<void> =>
    new Promise((resolve, reject) => {
      waiting.push({ row, resolve, reject });
      if (!isWriting) void run();
    });
}

async function persistently(options: RecorderOptions, write: () => Promise<void>): Promise<void> {
  const untilMs = options.nowMs() + options.leaseMs;
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (!isDatabaseUnavailable(error) || options.nowMs() > untilMs) throw error;
      options.log.warn({ event: 'notification.record_delayed' });
      await pause(RECORD_RETRY_MS);
    }
  }
}
