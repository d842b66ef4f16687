/**
 * The bits of one slice of coins that conditions for every coin are made of.
 *
 * Shape:  per plane row two leaves: "is true" and "is false" (neither: unknown). Per leaf and word of 32 coins two words: as it
 *         is now, and as it was at the evaluation before. Per leaf one word that says in which words something changed.
 */
export interface PlaneBuffers {
  planes: SharedArrayBuffer;
  dirty: SharedArrayBuffer;
}
export interface PlaneViews {
  readonly planes: Uint32Array;
  readonly dirty: Uint32Array;
}

export function viewPlanes(buffers: PlaneBuffers): PlaneViews {
  return { planes: new Uint32Array(buffers.planes), dirty: new Uint32Array(buffers.dirty) };
}

/** A slice has at most 32 words of coins, so that one word tells which of them changed. */
export const LARGEST_PLANE = 1_024;

/** Words of one plane row. */
export const rowWords = (slots: number): number => slots / 8;

/** Where the words of a leaf begin: those of word w are at + 2 * w (now) and one after it (before). */
export const leafAt = (leaf: number, slots: number): number => (leaf * slots) / 16;

/** Sets what is known of one coin. */
export function markPlane(
  { planes, dirty }: PlaneViews,
  { row, slot, slots }: { row: number; slot: number; slots: number },
  isTrue: 0 | 1,
  isFalse: 0 | 1,
): void {
  const word = slot >> 5;
  const bit = 1 << (slot & 31);
  const trueAt = leafAt(2 * row, slots) + 2 * word;
  const falseAt = leafAt(2 * row + 1, slots) + 2 * word;
  planes[trueAt] = isTrue === 1 ? planes[trueAt]! | bit : planes[trueAt]! & ~bit;
  planes[falseAt] = isFalse === 1 ? planes[falseAt]! | bit : planes[falseAt]! & ~bit;
  dirty[2 * row]! |= 1 << word;
  dirty[2 * row + 1]! |= 1 << word;
}

/** Sets what is known of 32 coins. */
export function setPlaneWord(
  { planes, dirty }: PlaneViews,
  { leaf, word, slots }: { leaf: number; word: number; slots: number },
  bits: number,
): void {
  const at = leafAt(leaf, slots) + 2 * word;
  if (planes[at] === bits >>> 0) return;
  planes[at] = bits;
  dirty[leaf]! |= 1 << word;
}

/** What is now will have been: of the words that changed. */
export function settlePlanes({ planes, dirty }: PlaneViews, leaves: number, slots: number): void {
  for (let leaf = 0; leaf < leaves; leaf++) {
    let mask = dirty[leaf]!;
    if (mask === 0) continue;
    const at = leafAt(leaf, slots);
    while (mask !== 0) {
      const word = 31 - Math.clz32(mask);
      mask &= ~(1 << word);
      planes[at + 2 * word + 1] = planes[at + 2 * word]!;
    }
    dirty[leaf] = 0;
  }
}
