import { LIMITS, type Result, type Watchlist, type WatchlistInput } from '@ubot/contracts';
import {
  announce,
  coinsByIds,
  countWatchlists,
  deleteWatchlist,
  insertWatchlist,
  isWatchlistNameTaken,
  listWatchlists,
  lockUser,
  showStrategiesOnWatchlist,
  strategiesOnWatchlist,
  updateWatchlist,
  watchlistById,
  withTransaction,
  writeAudit,
  type Database,
  type OwnedId,
} from '@ubot/db';
import { newId, type ServiceFailure } from '@ubot/service-kit';
import { limitReached, NOT_FOUND } from './failures.ts';

export interface Watchlists {
  list(userId: string): Promise<Watchlist[]>;
  get(owned: OwnedId): Promise<Result<Watchlist>>;
  create(userId: string, input: WatchlistInput): Promise<Result<Watchlist>>;
  change(owned: OwnedId, input: WatchlistInput): Promise<Result<Watchlist>>;
  delete(owned: OwnedId): Promise<Result<null>>;
}

/**
 * Named lists of coins. Strategies may watch one: a change of its coins is theirs at once, and it cannot be deleted then.
 *
 * Errors: COIN_UNKNOWN, CONFLICT for a name that is taken, LIMIT_REACHED, NOT_FOUND, WATCHLIST_IN_USE.
 */
export function createWatchlists({ db, nowMs }: { db: Database; nowMs: () => number }): Watchlists {
  return {
    list: (userId) => listWatchlists(db, userId),

    async get(owned) {
      const watchlist = await watchlistById(db, owned);
      return watchlist === null ? NOT_FOUND : { ok: true, value: watchlist };
    },

    async create(userId, { name, coinIds }) {
      const refusal = await unknownCoinRefusal(db, coinIds);
      if (refusal !== null) return refusal;
      return withTransaction(db, async (tx) => {
        if (!(await lockUser(tx, userId))) return NOT_FOUND;
        if ((await countWatchlists(tx, userId)) >= LIMITS.watchlistsPerUser) {
          return limitReached(`You have ${LIMITS.watchlistsPerUser} watchlists, which is as many as there may be.`);
        }
        if (await isWatchlistNameTaken(tx, { userId, name, exceptId: null })) return nameTaken(name);
        const atMs = nowMs();
        const watchlist: Watchlist = { id: newId(), userId, name, coinIds, createdAtMs: atMs, updatedAtMs: atMs };
        await insertWatchlist(tx, watchlist);
        await writeAudit(tx, { atMs, userId, action: 'watchlist.create', subjectId: watchlist.id });
        return { ok: true, value: watchlist };
      });
    },

    async change(owned, { name, coinIds }) {
      const { userId, id } = owned;
      if ((await watchlistById(db, owned)) === null) return NOT_FOUND;
      const refusal = await unknownCoinRefusal(db, coinIds);
      if (refusal !== null) return refusal;
      return withTransaction(db, async (tx) => {
        if (!(await lockUser(tx, userId))) return NOT_FOUND;
        if (await isWatchlistNameTaken(tx, { userId, name, exceptId: id })) return nameTaken(name);
        const atMs = nowMs();
        const changed = await updateWatchlist(tx, { ...owned, name, coinIds, updatedAtMs: atMs });
        if (changed === null) return NOT_FOUND;
        await writeAudit(tx, { atMs, userId, action: 'watchlist.change', subjectId: id });
        const shown = await showStrategiesOnWatchlist(tx, owned);
        if (shown !== null) await announce(tx, 'strategy', shown);
        return { ok: true, value: changed };
      });
    },

    async delete(owned) {
      return withTransaction(db, async (tx) => {
        if (!(await lockUser(tx, owned.userId))) return NOT_FOUND;
        const watching = await strategiesOnWatchlist(tx, owned);
        if (watching.length > 0) return inUse(watching);
        if (!(await deleteWatchlist(tx, owned))) return NOT_FOUND;
        await writeAudit(tx, { atMs: nowMs(), userId: owned.userId, action: 'watchlist.delete', subjectId: owned.id });
        return { ok: true, value: null };
      });
    },
  };
}

/** Each coin that the market has never shown, with its place in the list. */
async function unknownCoinRefusal(db: Database, coinIds: readonly number[]): Promise<Result<never> | null> {
  const known = new Set((await coinsByIds(db, coinIds)).map(({ id }) => id));
  const errors = coinIds.flatMap((id, at) =>
    known.has(id) ? [] : [{ path: `/coinIds/${at}`, message: `there is no coin ${id}` }],
  );
  if (errors.length === 0) return null;
  const shown = errors.slice(0, ERRORS_SHOWN);
  const detail = `The watchlist names ${errors.length} unknown coin(s): ${shown.map(({ message }) => message).join(', ')}.`;
  const failure: ServiceFailure = { code: 'COIN_UNKNOWN', detail, errors: shown };
  return { ok: false, failure };
}

const ERRORS_SHOWN = 20;

function inUse(names: readonly string[]): Result<never> {
  const shown = names.slice(0, ERRORS_SHOWN).map((name) => `"${name}"`);
  return { ok: false, failure: { code: 'WATCHLIST_IN_USE', detail: `Watched by ${shown.join(', ')}.` } };
}

function nameTaken(name: string): Result<never> {
  return { ok: false, failure: { code: 'CONFLICT', detail: `You have a watchlist named "${name}" already.` } };
}
