import type { AscendingCoins, SampleBatch } from './openCandles.ts';
import type { SnapshotColumns } from './snapshot.ts';
import type { Staleness } from './staleness.ts';

/** Gives every coin a small integer of its own, in the order of appearance, for as long as the process lives. */
export function createCoinSlots() {
  const slotOf = new Map<number, number>();
  const idOf: number[] = [];
  let ascending: AscendingCoins = { coinIds: new Int32Array(0), slots: new Int32Array(0) };

  const assignOne = (coinId: number): number => {
    const known = slotOf.get(coinId);
    if (known !== undefined) return known;
    const slot = idOf.length;
    slotOf.set(coinId, slot);
    idOf.push(coinId);
    return slot;
  };

  return {
    count: (): number => idOf.length,
    find: (coinId: number): number | undefined => slotOf.get(coinId),
    assign: (coinIds: Int32Array): Int32Array => coinIds.map(assignOne),

    /** The samples of a snapshot that count as observed. */
    accept(snapshot: SnapshotColumns, staleness: Staleness): SampleBatch {
      const { coinIds, priceUsd } = snapshot;
      const slots = new Int32Array(coinIds.length);
      const rows = new Int32Array(coinIds.length);
      let count = 0;
      for (let i = 0; i < coinIds.length; i++) {
        const price = priceUsd[i]!;
        if (!(price > 0 && price < Infinity) || staleness.isStale(coinIds[i]!)) continue;
        slots[count] = assignOne(coinIds[i]!);
        rows[count] = i;
        count++;
      }
      return {
        takenAtMs: snapshot.takenAtMs,
        slots: slots.subarray(0, count),
        rows: rows.subarray(0, count),
        price: priceUsd,
        volume24hUsd: snapshot.volume24hUsd,
        marketCapUsd: snapshot.marketCapUsd,
      };
    },

    ascending(): AscendingCoins {
      if (ascending.coinIds.length !== idOf.length) {
        const coinIds = Int32Array.from(idOf).sort();
        ascending = { coinIds, slots: coinIds.map((coinId) => slotOf.get(coinId)!) };
      }
      return ascending;
    },
  };
}
