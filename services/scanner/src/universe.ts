import type { SnapshotColumns } from '@ubot/market';
import type { LiveStrategy } from './liveStrategy.ts';

/** Which coins belong to a universe, by their rank in one snapshot. */
export interface UniverseView {
  includes(universe: LiveStrategy['universe'], coinId: number): boolean;
}

export function createUniverseView(snapshot: SnapshotColumns | null): UniverseView {
  const rankOf = new Map<number, number>();
  snapshot?.coinIds.forEach((coinId, i) => {
    const rank = snapshot.rank[i]!;
    if (rank > 0) rankOf.set(coinId, rank);
  });
  const listed = new WeakMap<readonly number[], ReadonlySet<number>>();
  return {
    includes(universe, coinId) {
      switch (universe.kind) {
        case 'all':
          return true;
        case 'top':
          return (rankOf.get(coinId) ?? Infinity) <= universe.count;
        case 'coins': {
          const known = listed.get(universe.ids) ?? new Set(universe.ids);
          listed.set(universe.ids, known);
          return known.has(coinId);
        }
      }
    },
  };
}
