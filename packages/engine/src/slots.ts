/** Gives every coin a slot of its own, in the order of appearance; slots are cut into slices of equal size. */
export function createSlots(slotsPerSlice: number) {
  const slotOf = new Map<number, number>();
  const coinIds: number[] = [];
  return {
    count: (): number => coinIds.length,
    sliceCount: (): number => Math.ceil(coinIds.length / slotsPerSlice),
    find: (coinId: number): number | undefined => slotOf.get(coinId),
    coinAt: (slot: number): number | undefined => coinIds[slot],
    assign(coinId: number): number {
      const known = slotOf.get(coinId);
      if (known !== undefined) return known;
      slotOf.set(coinId, coinIds.length);
      return coinIds.push(coinId) - 1;
    },
  };
}
export type Slots = ReturnType<typeof createSlots>;
