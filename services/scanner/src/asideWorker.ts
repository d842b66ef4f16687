import { createDatabase, isDatabaseUnavailable, type Database } from '@ubot/db';
import { workerData } from 'piscina';
import type { AsideAnswer, AsideData } from './aside.ts';
import { judge } from './explain.ts';
import { previewStrategy, type PreviewFound, type PreviewJob } from './preview.ts';
import { judgeAgain, type PastJob, type PastJudged } from './rerun.ts';

/** One question at a time, and its reads one after the other. */
const POOL_CONNECTIONS = 1;

let opened: Database | null = null;

/** The thread's own connection: nothing here waits for those of the live evaluation, or keeps it waiting. */
function database(): Database {
  // What `createAside` hands to every thread.
  const { connectionString } = workerData as unknown as AsideData;
  opened ??= createDatabase({ connectionString, applicationName: 'scanner aside', poolSize: POOL_CONNECTIONS });
  return opened;
}

/** What a thread throws loses its code on the way, so that it is told instead. */
async function answered<T>(work: (db: Database) => Promise<T>): Promise<AsideAnswer<T>> {
  try {
    return { ok: true, value: await work(database()) };
  } catch (error) {
    if (isDatabaseUnavailable(error)) return { ok: false, code: 'DATABASE_UNAVAILABLE' };
    throw error;
  }
}

/** Answers once the thread has loaded its code. */
export function ready(): null {
  return null;
}

/** What a strategy that need not be stored says of the market now. */
export function preview(job: PreviewJob): Promise<AsideAnswer<PreviewFound | null>> {
  return answered((db) => previewStrategy(db, job));
}

/** What an evaluation of the past came to. */
export function judgePast(job: PastJob): Promise<AsideAnswer<PastJudged | null>> {
  return answered(async (db) => {
    const again = await judgeAgain({ db, ...job });
    if (again === null) return null;
    const { candle, notes, instant } = again;
    return { judged: judge({ ...again, coinId: job.coinId }), candle, notes, atMs: instant.atMs };
  });
}
