import type { SnapshotColumns } from './snapshot.ts';

/** A coin of which nothing new was heard for longer than this many poll intervals is stale. */
export const STALE_AFTER_POLLS = 3;

export interface Staleness {
  update(snapshot: SnapshotColumns): void;
  isStale(coinId: number): boolean;
}

/**
 * Which coins stand still at the provider.
 *
 * Shape:  `update` with every snapshot in time order (again with the same one changes nothing) → `isStale` as of the last.
 * Edges:  stale when longer than three poll intervals have passed since the snapshot that first showed the present
 *         provider time: exactly three is not stale yet. A coin without a provider time is heard of whenever it is in a
 *         snapshot. A coin missing from snapshots grows stale. A coin never seen is not stale; there is nothing to be old.
 */
export function createStaleness(): Staleness {
  const seen = new Map<number, { providerTimeMs: number; sinceMs: number }>();
  let takenAtMs = -Infinity;
  let limitMs = Infinity;

  return {
    update(snapshot) {
      takenAtMs = snapshot.takenAtMs;
      limitMs = STALE_AFTER_POLLS * snapshot.pollIntervalMs;
      const { coinIds, providerTimeMs } = snapshot;
      for (let i = 0; i < coinIds.length; i++) {
        const coinId = coinIds[i]!;
        const time = providerTimeMs[i]!;
        const last = seen.get(coinId);
        if (last === undefined) {
          seen.set(coinId, { providerTimeMs: time, sinceMs: takenAtMs });
        } else if (last.providerTimeMs !== time) {
          // NaN differs from itself, which is what a coin without a provider time wants.
          last.providerTimeMs = time;
          last.sinceMs = takenAtMs;
        }
      }
    },

    isStale(coinId) {
      const last = seen.get(coinId);
      return last !== undefined && takenAtMs - last.sinceMs > limitMs;
    },
  };
}
