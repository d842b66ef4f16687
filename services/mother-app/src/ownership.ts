import { UbotError } from '@ubot/contracts';
import {
  clearMarket,
  readSourceState,
  withTransaction,
  writeSourceState,
  type Database,
  type EventLog,
} from '@ubot/db';
import type { SourceLabel } from './view.ts';

// Beside the sources' own names, which have no colon.
const OWNER_KEY = 'market:owner';

export interface MarketOwner {
  name: string;
  label: string;
  demo: boolean;
}

/** Whose prices the database holds; null while it holds none. */
export async function marketOwner(db: Database): Promise<MarketOwner | null> {
  const state = await readSourceState(db, OWNER_KEY);
  if (state === null) return null;
  return { name: String(state['name']), label: String(state['label']), demo: state['demo'] === true };
}

/**
 * Makes sure that simulated and real prices never stand in one chart.
 *
 * Edges:  a demo market gives way to real prices: its data is cleared. Two real sources share their coin ids.
 * Errors: throws CONFIG_INVALID when a demo market is wanted over real prices, which are worth keeping.
 */
export async function claimMarket(
  db: Database,
  options: { source: SourceLabel; nowMs: number; log: EventLog },
): Promise<{ cleared: boolean }> {
  const { source, nowMs, log } = options;
  const owner = await marketOwner(db);
  if (owner !== null && owner.name === source.name) return { cleared: false };
  if (owner !== null && !owner.demo && source.demo) {
    throw new UbotError(
      'CONFIG_INVALID',
      `UBOT_SOURCE asks for the demo market, but this database holds prices of ${owner.label}; give the demo market a database of its own.`,
    );
  }
  const cleared = owner?.demo === true;
  await withTransaction(db, async (tx) => {
    if (cleared) await clearMarket(tx);
    const { name, label, demo } = source;
    await writeSourceState(tx, { source: OWNER_KEY, state: { name, label, demo }, nowMs });
  });
  if (cleared) log.warn({ event: 'market.cleared', was: owner?.label, now: source.label });
  return { cleared };
}
