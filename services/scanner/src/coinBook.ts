import type { CoinWire } from '@ubot/contracts';
import { coinsByIds, type Database } from '@ubot/db';

/** Names of coins, read from the market's tables when they are first needed. */
export interface CoinBook {
  /** Reads what is not known yet. */
  load(coinIds: readonly number[]): Promise<void>;
  coinOf(coinId: number): CoinWire;
}

// A coin may get another name or symbol; after this long it is read again.
const VALID_MS = 10 * 60_000;

/** A coin that the market's tables do not know, as in a posted snapshot, is called by its id. */
export function createCoinBook(options: { db: Database; nowMs: () => number }): CoinBook {
  const known = new Map<number, CoinWire>();
  let readAtMs = -Infinity;
  return {
    async load(coinIds) {
      if (options.nowMs() - readAtMs > VALID_MS) known.clear();
      const missing = coinIds.filter((coinId) => !known.has(coinId));
      if (missing.length === 0) return;
      for (const coin of await coinsByIds(options.db, missing)) known.set(coin.id, coin);
      readAtMs = options.nowMs();
    },
    coinOf: (coinId) =>
      known.get(coinId) ?? {
        id: coinId,
        symbol: `#${coinId}`,
        name: `coin ${coinId}`,
        slug: `coin-${coinId}`,
        rank: null,
      },
  };
}
