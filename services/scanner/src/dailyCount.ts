import { countAlertsByStrategy, type Database } from '@ubot/db';

const DAY_MS = 86_400_000;
const dayOf = (atMs: number): number => Math.floor(atMs / DAY_MS);

/** How many alerts a strategy has sent in the UTC day of an instant; add to it what is sent. */
export interface SentCounts {
  on(atMs: number, strategyId: string): number;
  add(atMs: number, strategyId: string): void;
}

export interface DailyCounts extends SentCounts {
  /** Reads the days of these instants from the database, unless they are known. Before `on` and `add`. */
  load(atMs: readonly number[]): Promise<void>;
  /** Reads again at the next use: what was added may not have been committed. */
  forget(): void;
}

// The day of a long candle's close, the present one, and one between while catching up.
const DAYS_KEPT = 3;

export function createDailyCounts(db: Database): DailyCounts {
  const days = new Map<number, Map<string, number>>();
  return {
    async load(instants) {
      for (const day of new Set(instants.map(dayOf))) {
        if (days.has(day)) continue;
        const range = { fromMs: day * DAY_MS, toMs: (day + 1) * DAY_MS };
        days.set(day, await countAlertsByStrategy(db, range));
        const oldest = Math.min(...days.keys());
        if (days.size > DAYS_KEPT && oldest !== day) days.delete(oldest);
      }
    },
    on: (atMs, strategyId) => days.get(dayOf(atMs))?.get(strategyId) ?? 0,
    add(atMs, strategyId) {
      const counts = days.get(dayOf(atMs));
      counts?.set(strategyId, (counts.get(strategyId) ?? 0) + 1);
    },
    forget: () => days.clear(),
  };
}
