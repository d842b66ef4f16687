import { and, asc, count, eq, inArray, ne } from 'drizzle-orm';
import type { Watchlist } from '@ubot/contracts';
import type { Executor, Transaction } from '../database.ts';
import type { OwnedId } from './channels.ts';
import { lockChanges } from './strategies.ts';
import { watchlists } from './tables.ts';

export async function insertWatchlist(tx: Executor, watchlist: Watchlist): Promise<void> {
  await tx.orm.insert(watchlists).values(watchlist);
}

/** Oldest first. A user has at most LIMITS.watchlistsPerUser of them. */
export async function listWatchlists(db: Executor, userId: string): Promise<Watchlist[]> {
  return db.orm.select().from(watchlists).where(eq(watchlists.userId, userId)).orderBy(asc(watchlists.id));
}

export async function countWatchlists(db: Executor, userId: string): Promise<number> {
  const rows = await db.orm.select({ count: count() }).from(watchlists).where(eq(watchlists.userId, userId));
  return rows[0]?.count ?? 0;
}

export async function watchlistById(db: Executor, { userId, id }: OwnedId): Promise<Watchlist | null> {
  const rows = await db.orm
    .select()
    .from(watchlists)
    .where(and(eq(watchlists.userId, userId), eq(watchlists.id, id)));
  return rows[0] ?? null;
}

/** Whether another watchlist of the user has this name. */
export async function isWatchlistNameTaken(
  db: Executor,
  { userId, name, exceptId }: { userId: string; name: string; exceptId: string | null },
): Promise<boolean> {
  const others = exceptId === null ? undefined : ne(watchlists.id, exceptId);
  const rows = await db.orm
    .select({ id: watchlists.id })
    .from(watchlists)
    .where(and(eq(watchlists.userId, userId), eq(watchlists.name, name), others));
  return rows.length > 0;
}

export async function updateWatchlist(
  tx: Executor,
  change: OwnedId & { name: string; coinIds: number[]; updatedAtMs: number },
): Promise<Watchlist | null> {
  const { userId, id, ...values } = change;
  const rows = await tx.orm
    .update(watchlists)
    .set(values)
    .where(and(eq(watchlists.userId, userId), eq(watchlists.id, id)))
    .returning();
  return rows[0] ?? null;
}

export async function deleteWatchlist(tx: Executor, { userId, id }: OwnedId): Promise<boolean> {
  const rows = await tx.orm
    .delete(watchlists)
    .where(and(eq(watchlists.userId, userId), eq(watchlists.id, id)))
    .returning({ id: watchlists.id });
  return rows.length === 1;
}

/** The coins of several lists, whoever they belong to. A list that is not there is not in the answer. */
export async function coinsOfWatchlists(
  db: Executor,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  if (ids.length === 0) return new Map();
  const rows = await db.orm
    .select({ id: watchlists.id, coinIds: watchlists.coinIds })
    .from(watchlists)
    .where(inArray(watchlists.id, [...ids]));
  return new Map(rows.map(({ id, coinIds }) => [id, coinIds]));
}

const ON_WATCHLIST = `from account.strategies s join account.strategy_versions v on v.id = s.version_id
  where s.user_id = $1 and s.deleted_at is null
    and v.definition -> 'universe' ->> 'kind' = 'watchlist' and v.definition -> 'universe' ->> 'id' = $2`;

/** The names of the strategies that watch a list, switched on or off. */
export async function strategiesOnWatchlist(db: Executor, { userId, id }: OwnedId): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    `select v.definition ->> 'name' as name ${ON_WATCHLIST} order by s.id`,
    [userId, id],
  );
  return rows.map(({ name }) => name);
}

/**
 * Shows the strategies that watch a list in the feed once more, so that the scanner learns of its coins. The user must be
 * locked by this transaction.
 *
 * Shape:  → the last position in the feed; null when none that is on watches it.
 */
export async function showStrategiesOnWatchlist(tx: Transaction, { userId, id }: OwnedId): Promise<string | null> {
  const rows = await tx.query<{ id: string }>(
    `select s.id ${ON_WATCHLIST} and s.enabled order by s.id for update of s`,
    [userId, id],
  );
  if (rows.length === 0) return null;
  await lockChanges(tx);
  const shown = await tx.query<{ change: string }>(
    `update account.strategies set change = nextval('account.strategy_change')
     where id = any($1::uuid[]) returning change::text`,
    [rows.map((row) => row.id)],
  );
  return shown.reduce<string | null>(
    (last, { change }) => (last === null || BigInt(change) > BigInt(last) ? change : last),
    null,
  );
}
