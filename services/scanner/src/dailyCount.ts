import { countAlerts, type AlertCounts, type Database } from '@ubot/db';
import type { Shard } from './shard.ts';

const DAY_MS = 86_400_000;
const dayOf = (atMs: number): number => Math.floor(atMs / DAY_MS);

/** How many alerts a strategy, and an account, have sent in the UTC day of an instant; add to it what is sent. */
export interface SentCounts {
  on(atMs: number, strategyId: string): number;
  onAccount(atMs: number, userId: string): number;
  add(atMs: number, strategy: { id: string; userId: string }): void;
}

export interface DailyCounts extends SentCounts {
  /** Reads the days of these instants from the database, where that is needed. Before `on` and `add`. */
  load(atMs: readonly number[]): Promise<void>;
  /** Reads again at the next use: what was added may not have been committed. */
  forget(): void;
}

// The day of a long candle's close, the present one, and one between while catching up.
const DAYS_KEPT = 3;

/**
 * Counts from the database at the first use of a day, and goes on by itself. Beside other shards it reads the days anew
 * at each load, for an account's strategies lie on all of them.
 *
 * Edges:  of one snapshot several shards do not see each other's alerts: an account may have that many too many, once.
 */
export function createDailyCounts(db: Database, { shard }: { shard: Shard }): DailyCounts {
  const isAlone = shard.count === 1;
  const days = new Map<number, AlertCounts>();
  const addOne = (counts: Map<string, number>, id: string) => counts.set(id, (counts.get(id) ?? 0) + 1);
  return {
    async load(instants) {
      for (const day of new Set(instants.map(dayOf))) {
        if (isAlone && days.has(day)) continue;
        const range = { fromMs: day * DAY_MS, toMs: (day + 1) * DAY_MS };
        days.set(day, await countAlerts(db, range));
        const oldest = Math.min(...days.keys());
        if (days.size > DAYS_KEPT && oldest !== day) days.delete(oldest);
      }
    },
    on: (atMs, strategyId) => days.get(dayOf(atMs))?.byStrategy.get(strategyId) ?? 0,
    onAccount: (atMs, userId) => days.get(dayOf(atMs))?.byUser.get(userId) ?? 0,
    add(atMs, { id, userId }) {
      const counts = days.get(dayOf(atMs));
      if (counts === undefined) return;
      addOne(counts.byStrategy, id);
      addOne(counts.byUser, userId);
    },
    forget: () => days.clear(),
  };
}
