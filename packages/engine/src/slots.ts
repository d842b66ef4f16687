/** Gives every coin a slot of its own, in the order of appearance; slots are cut into slices of equal size. */
export function createSlots(slotsPerSlice: number) {
  const slotOf = new Map<number, number>();
  const coinIds: number[] = [];
  /** The last column asked for by each asker, which is mostly the same from one snapshot to the next. */
  const columns = new Map<string, { ids: Int32Array; slots: Int32Array }>();
  return {
    count: (): number => coinIds.length,
    sliceCount: (): number => Math.ceil(coinIds.length / slotsPerSlice),
    find: (coinId: number): number | undefined => slotOf.get(coinId),
    coinAt: (slot: number): number | undefined => coinIds[slot],
    /** The slots of a column of coins, which all get one. */
    column(asker: string, ids: Int32Array): Int32Array {
      const known = columns.get(asker);
      if (known !== undefined && isSame(known.ids, ids)) return known.slots;
      const slots = ids.map((coinId) => this.assign(coinId));
      columns.set(asker, { ids: ids.slice(), slots });
      return slots;
    },
    assign(coinId: number): number {
      const known = slotOf.get(coinId);
      if (known !== undefined) return known;
      slotOf.set(coinId, coinIds.length);
      return coinIds.push(coinId) - 1;
    },
  };
}

function isSame(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

export type Slots = ReturnType<typeof createSlots>;
