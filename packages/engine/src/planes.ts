/**
 * The bits of one slice of coins that conditions for every coin are made of.
 *
 * Shape:  per plane row two leaves: "is true" and "is false" (neither: unknown). Per leaf and word of 32 coins two words: as it
 *         is now, and as it was at the evaluation before. Per leaf two marks, one bit per word: something changed in it; some
 *         coin has its bit there, now or before (what is and-ed with nothing need not be looked at).
 */
export interface PlaneBuffers {
  planes: SharedArrayBuffer;
  marks: SharedArrayBuffer;
}
export interface PlaneViews {
  readonly planes: Uint32Array;
  readonly marks: Int32Array;
}

export function viewPlanes(buffers: PlaneBuffers): PlaneViews {
  return { planes: new Uint32Array(buffers.planes), marks: new Int32Array(buffers.marks) };
}

/** A slice has at most 32 words of coins, so that one word tells which of them changed. */
export const LARGEST_PLANE = 1_024;

/** Words of one plane row. */
export const rowWords = (slots: number): number => slots / 8;

/** Where the words of a leaf begin: those of word w are at + 2 * w (now) and one after it (before). */
export const leafAt = (leaf: number, slots: number): number => (leaf * slots) / 16;

/** Sets what is known of one coin. */
export function markPlane(
  views: PlaneViews,
  { row, slot, slots }: { row: number; slot: number; slots: number },
  isTrue: 0 | 1,
  isFalse: 0 | 1,
): void {
  const { planes } = views;
  const word = slot >> 5;
  const bit = 1 << (slot & 31);
  const trueAt = leafAt(2 * row, slots) + 2 * word;
  const falseAt = leafAt(2 * row + 1, slots) + 2 * word;
  const trueBits = planes[trueAt]!;
  const falseBits = planes[falseAt]!;
  setPlaneWord(views, { leaf: 2 * row, word, slots }, isTrue === 1 ? trueBits | bit : trueBits & ~bit);
  setPlaneWord(views, { leaf: 2 * row + 1, word, slots }, isFalse === 1 ? falseBits | bit : falseBits & ~bit);
}

/** Sets what is known of 32 coins. */
export function setPlaneWord(
  { planes, marks }: PlaneViews,
  { leaf, word, slots }: { leaf: number; word: number; slots: number },
  bits: number,
): void {
  const at = leafAt(leaf, slots) + 2 * word;
  if (planes[at] === bits >>> 0) return;
  planes[at] = bits;
  marks[2 * leaf]! |= 1 << word;
  marks[2 * leaf + 1]! |= 1 << word;
}

/** What is now will have been: of the words that changed. */
export function settlePlanes({ planes, marks }: PlaneViews, leaves: number, slots: number): void {
  for (let leaf = 0; leaf < leaves; leaf++) {
    let mask = marks[2 * leaf]!;
    if (mask === 0) continue;
    const at = leafAt(leaf, slots);
    let empty = 0;
    while (mask !== 0) {
      const word = 31 - Math.clz32(mask);
      mask &= ~(1 << word);
      const now = planes[at + 2 * word]!;
      planes[at + 2 * word + 1] = now;
      if (now === 0) empty |= 1 << word;
    }
    marks[2 * leaf] = 0;
    marks[2 * leaf + 1]! &= ~empty;
  }
}
