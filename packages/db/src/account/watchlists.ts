import { and, asc, count, eq, ne } from 'drizzle-orm';
import type { Watchlist } from '@ubot/contracts';
import type { Executor } from '../database.ts';
import type { OwnedId } from './channels.ts';
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
