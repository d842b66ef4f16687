import { confirmFiring, readFollowedFiring, type Database } from '@ubot/db';
import type { StrategyBook } from './strategies.ts';
import type { World } from './world.ts';
import { createUniverseView } from './universe.ts';

/** Machines that fire on unchanged are not stored again by themselves; a rule believes them for half an hour or longer. */
const CONFIRM_MS = 60_000;

/**
 * Says of machines that fire, and that a rule of inhibition follows, that they still do: their condition was true in the
 * last evaluation, of a coin that is in the universe and not stale.
 *
 * Shape: → a function that is called after each snapshot and works once a minute.
 */
export function createConfirmer(options: {
  db: Database;
  book: StrategyBook;
  nowMs: () => number;
}): (world: World) => Promise<void> {
  const { db, book, nowMs } = options;
  let lastMs = -Infinity;
  return async ({ engine, latest, staleness }) => {
    if (nowMs() - lastMs < CONFIRM_MS) return;
    lastMs = nowMs();
    const followed = await readFollowedFiring(db);
    if (followed.length === 0) return;
    const universe = createUniverseView(latest);
    const machines = followed.filter(({ strategyVersionId, coinId }) => {
      const live = book.byVersion(strategyVersionId);
      if (live === undefined || staleness.isStale(coinId)) return false;
      const { strategy, universe: wanted, condition } = live;
      if (!universe.includes(wanted, coinId)) return false;
      return engine.verdictOf({ plan: condition, on: strategy.trigger.on, coinId }) === 'true';
    });
    await confirmFiring(db, { machines, nowMs: nowMs() });
  };
}
