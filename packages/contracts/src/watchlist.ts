import { Type, type Static } from 'typebox';
import { CoinId, EpochMs, LIMITS, Uuid } from './scalars.ts';

const strict = { additionalProperties: false } as const;

const watchlistFields = {
  /** Unlike any other of the user's watchlists. */
  name: Type.String({ minLength: 1, maxLength: LIMITS.nameChars }),
  /** In the order in which they are shown. */
  coinIds: Type.Array(CoinId, { maxItems: LIMITS.coinsPerWatchlist, uniqueItems: true }),
};

/** What POST and PUT /api/v1/watchlists take. */
export const WatchlistInputSchema = Type.Object(watchlistFields, strict);
export type WatchlistInput = Static<typeof WatchlistInputSchema>;

export const WatchlistSchema = Type.Object({
  id: Uuid,
  userId: Uuid,
  ...watchlistFields,
  createdAtMs: EpochMs,
  updatedAtMs: EpochMs,
});
export type Watchlist = Static<typeof WatchlistSchema>;

/** All of them: a user has at most LIMITS.watchlistsPerUser. */
export const WatchlistsAnswerSchema = Type.Object({ watchlists: Type.Array(WatchlistSchema) });
