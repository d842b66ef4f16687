import { grown } from './buffers.ts';
import {
  BLOCK,
  BLOCK_FIELDS,
  CAPACITY,
  FIRST,
  FRESH,
  FRESH_FIELDS,
  GROUP_FIELDS,
  INDEX,
  LENGTH,
  NEXT,
  OFFSET,
  passes,
  PREVIOUS,
  setBorders,
  sidesOf,
  viewThresholds,
  WATCHED,
  type ThresholdBuffers,
  type ThresholdViews,
} from './thresholds.ts';

export interface Threshold {
  /** Index of the number that is watched. */
  readonly number: number;
  readonly slot: number;
  readonly level: number;
  /** By `tagOf`. */
  readonly tag: number;
}

/** Puts thresholds into a slice's index and takes them out, while nobody evaluates it. */
export interface ThresholdEditor {
  readonly buffers: ThresholdBuffers;
  put(threshold: Threshold): void;
  remove(threshold: Threshold): void;
  /** Packs the entries anew when much room has been given up by blocks that grew. */
  settle(): void;
  count(): number;
  /** Of the entries and their blocks, free places of blocks included; and of the groups. */
  bytes(): number;
}

const CAPACITIES = [2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512];
const LARGEST = 512;
const NO_BLOCK = -1;
/** Packed anew when there are this many places, and this many times as many as entries. */
const LOOSE = 4_096;
const LOOSE_RATIO = 1.3;

const empty = (): SharedArrayBuffer => new SharedArrayBuffer(64);

function emptyBuffers(): ThresholdBuffers {
  return {
    counts: empty(),
    watched: empty(),
    group: empty(),
    up: empty(),
    down: empty(),
    value: empty(),
    groups: empty(),
    blocks: empty(),
    level: empty(),
    tag: empty(),
    fresh: empty(),
  };
}

/** `onMoved` is called when a buffer was replaced by a larger one. */
export function createThresholdEditor(slots: number, onMoved: () => void): ThresholdEditor {
  const buffers = emptyBuffers();
  let views: ThresholdViews = viewThresholds(buffers);
  const rowOf = new Map<number, number>();
  const freeBlocks: number[] = [];
  const freeEntries = new Map<number, number[]>();
  /** Blocks of a group in their order, for groups of several. */
  const chains = new Map<number, number[]>();
  let groupCount = 0;
  let blockCount = 0;
  let entryCount = 0;
  let count = 0;

  const ensure = (sizes: Partial<Record<keyof ThresholdBuffers, number>>): void => {
    let moved = false;
    for (const name of Object.keys(sizes) as (keyof ThresholdBuffers)[]) {
      const larger = grown(buffers[name], sizes[name]!);
      moved ||= larger !== buffers[name];
      buffers[name] = larger;
    }
    if (!moved) return;
    views = viewThresholds(buffers);
    onMoved();
  };

  const watchRow = (number: number): number => {
    const known = rowOf.get(number);
    if (known !== undefined) return known;
    const row = views.counts[WATCHED]!;
    const cells = (row + 1) * slots;
    ensure({ watched: 4 * (row + 1), group: 4 * cells, up: 8 * cells, down: 8 * cells });
    views.watched[row] = number;
    views.group.fill(-1, row * slots, cells);
    views.up.fill(Infinity, row * slots, cells);
    views.down.fill(-Infinity, row * slots, cells);
    views.counts[WATCHED] = row + 1;
    rowOf.set(number, row);
    return row;
  };

  const newBlock = (capacity: number): number => {
    const block = freeBlocks.pop() ?? blockCount++;
    const offset = freeEntries.get(capacity)?.pop() ?? entryCount;
    if (offset === entryCount) entryCount += capacity;
    ensure({ blocks: 4 * BLOCK_FIELDS * blockCount, level: 8 * entryCount, tag: 4 * entryCount });
    views.blocks.set([offset, 0, capacity, NO_BLOCK, NO_BLOCK], block * BLOCK_FIELDS);
    return block;
  };

  const freeEntriesOf = (block: number): void => {
    const capacity = views.blocks[block * BLOCK_FIELDS + CAPACITY]!;
    const free = freeEntries.get(capacity) ?? [];
    freeEntries.set(capacity, free);
    free.push(views.blocks[block * BLOCK_FIELDS + OFFSET]!);
  };

  const groupAt = (row: number, slot: number): number => {
    const known = views.group[row * slots + slot]!;
    if (known >= 0) return known;
    const id = groupCount++;
    ensure({ value: 8 * groupCount, groups: 4 * GROUP_FIELDS * groupCount });
    const block = newBlock(CAPACITIES[0]!);
    views.groups.set([block, block, 0, slot, row], id * GROUP_FIELDS);
    views.value[id] = NaN;
    views.group[row * slots + slot] = id;
    setBorders(views, slots, id);
    return id;
  };

  const field = (block: number, at: number): number => views.blocks[block * BLOCK_FIELDS + at]!;

  /** Whether the entry comes after the one given. */
  const isAfter = (entry: number, level: number, tag: number): boolean => {
    const other = views.level[entry]!;
    return other > level || (other === level && sidesOf(views.tag[entry]!) > sidesOf(tag));
  };

  /** The block that a border belongs into: the last one whose first entry is not after it. */
  const blockFor = (id: number, level: number, tag: number): number => {
    const chain = chains.get(id);
    if (chain === undefined) return views.groups[id * GROUP_FIELDS + FIRST]!;
    let low = 0;
    let high = chain.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (isAfter(field(chain[middle]!, OFFSET), level, tag)) high = middle - 1;
      else low = middle;
    }
    return chain[low]!;
  };

  /** The place in a block after every entry that is not after the border. */
  const placeIn = (block: number, level: number, tag: number): number => {
    const offset = field(block, OFFSET);
    let low = 0;
    let high = field(block, LENGTH);
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isAfter(offset + middle, level, tag)) high = middle;
      else low = middle + 1;
    }
    return low;
  };

  /** Gives a block room for so many entries. */
  const rehouse = (block: number, capacity: number): void => {
    const from = field(block, OFFSET);
    const length = field(block, LENGTH);
    const spare = newBlock(capacity);
    const to = field(spare, OFFSET);
    views.level.copyWithin(to, from, from + length);
    views.tag.copyWithin(to, from, from + length);
    freeEntriesOf(block);
    views.blocks[block * BLOCK_FIELDS + OFFSET] = to;
    views.blocks[block * BLOCK_FIELDS + CAPACITY] = capacity;
    freeBlocks.push(spare);
  };

  const nextCapacity = (capacity: number): number => CAPACITIES[CAPACITIES.indexOf(capacity) + 1]!;

  /** Moves the upper half of a full block into a new one after it. */
  const split = (id: number, block: number): void => {
    const half = LARGEST / 2;
    const right = newBlock(nextCapacity(half));
    const from = field(block, OFFSET) + half;
    views.level.copyWithin(field(right, OFFSET), from, from + half);
    views.tag.copyWithin(field(right, OFFSET), from, from + half);
    const next = field(block, NEXT);
    views.blocks[right * BLOCK_FIELDS + LENGTH] = half;
    views.blocks[right * BLOCK_FIELDS + NEXT] = next;
    views.blocks[right * BLOCK_FIELDS + PREVIOUS] = block;
    if (next >= 0) views.blocks[next * BLOCK_FIELDS + PREVIOUS] = right;
    views.blocks[block * BLOCK_FIELDS + LENGTH] = half;
    views.blocks[block * BLOCK_FIELDS + NEXT] = right;
    rehouse(block, nextCapacity(half));
    const chain = chains.get(id) ?? [block];
    chain.splice(chain.indexOf(block) + 1, 0, right);
    chains.set(id, chain);
    const at = id * GROUP_FIELDS;
    if (views.groups[at + BLOCK] === block && views.groups[at + INDEX]! > half) {
      views.groups[at + BLOCK] = right;
      views.groups[at + INDEX]! -= half;
    }
  };

  const addFresh = (level: number, id: number, tag: number): void => {
    const at = views.counts[FRESH]!;
    ensure({ fresh: 8 * FRESH_FIELDS * (at + 1) });
    views.fresh.set([level, id, tag], FRESH_FIELDS * at);
    views.counts[FRESH] = at + 1;
  };

  /** Lays every block of every group out again, each with as little room as fits it, group after group. */
  const pack = (): void => {
    const [oldLevel, oldTag] = [views.level, views.tag];
    const chainOf = (id: number) => chains.get(id) ?? [views.groups[id * GROUP_FIELDS + FIRST]!];
    const roomFor = (block: number) => CAPACITIES.find((capacity) => capacity >= field(block, LENGTH))!;
    let cells = 0;
    for (let id = 0; id < groupCount; id++) for (const block of chainOf(id)) cells += roomFor(block);
    buffers.level = new SharedArrayBuffer(8 * cells);
    buffers.tag = new SharedArrayBuffer(4 * cells);
    views = viewThresholds(buffers);
    entryCount = 0;
    freeEntries.clear();
    for (let id = 0; id < groupCount; id++) {
      for (const block of chainOf(id)) {
        const room = roomFor(block);
        const [from, length] = [field(block, OFFSET), field(block, LENGTH)];
        views.level.set(oldLevel.subarray(from, from + length), entryCount);
        views.tag.set(oldTag.subarray(from, from + length), entryCount);
        views.blocks[block * BLOCK_FIELDS + OFFSET] = entryCount;
        views.blocks[block * BLOCK_FIELDS + CAPACITY] = room;
        entryCount += room;
      }
    }
    onMoved();
  };

  return {
    buffers,
    settle() {
      if (entryCount > LOOSE && entryCount > LOOSE_RATIO * count) pack();
    },
    count: () => count,
    bytes: () => 12 * entryCount + 4 * BLOCK_FIELDS * blockCount + (8 + 4 * GROUP_FIELDS) * groupCount,
    put({ number, slot, level, tag }) {
      const id = groupAt(watchRow(number), slot);
      let block = blockFor(id, level, tag);
      if (field(block, LENGTH) === LARGEST) {
        split(id, block);
        block = blockFor(id, level, tag);
      } else if (field(block, LENGTH) === field(block, CAPACITY)) {
        rehouse(block, nextCapacity(field(block, CAPACITY)));
      }
      const place = placeIn(block, level, tag);
      const entry = field(block, OFFSET) + place;
      const end = field(block, OFFSET) + field(block, LENGTH);
      views.level.copyWithin(entry + 1, entry, end);
      views.tag.copyWithin(entry + 1, entry, end);
      views.level[entry] = level;
      views.tag[entry] = tag;
      views.blocks[block * BLOCK_FIELDS + LENGTH]! += 1;
      count++;
      const seen = views.value[id]!;
      if (Number.isNaN(seen)) return;
      const at = id * GROUP_FIELDS;
      const isBefore = views.groups[at + BLOCK] === block && place <= views.groups[at + INDEX]!;
      if (isBefore && passes(seen, level, tag)) views.groups[at + INDEX]! += 1;
      setBorders(views, slots, id);
      addFresh(level, id, tag);
    },

    remove({ number, slot, level, tag }) {
      const id = groupAt(watchRow(number), slot);
      const found = findEntry(id, level, tag);
      if (found === null) return;
      const { block, index } = found;
      const entry = field(block, OFFSET) + index;
      const end = field(block, OFFSET) + field(block, LENGTH);
      views.level.copyWithin(entry, entry + 1, end);
      views.tag.copyWithin(entry, entry + 1, end);
      views.blocks[block * BLOCK_FIELDS + LENGTH]! -= 1;
      count--;
      const at = id * GROUP_FIELDS;
      if (views.groups[at + BLOCK] === block && index < views.groups[at + INDEX]!) views.groups[at + INDEX]! -= 1;
      if (field(block, LENGTH) === 0) unlink(id, block);
      dropFresh(id, tag);
      setBorders(views, slots, id);
    },
  };

  function findEntry(id: number, level: number, tag: number): { block: number; index: number } | null {
    // The last place that a border of this level may have; entries of equal borders lie before it.
    let block = blockFor(id, level, tag);
    let index = placeIn(block, level, tag) - 1;
    for (;;) {
      for (; index >= 0; index--) {
        const entry = field(block, OFFSET) + index;
        if (views.level[entry]! < level) return null;
        if (views.tag[entry] === tag) return { block, index };
      }
      block = field(block, PREVIOUS);
      if (block < 0) return null;
      index = field(block, LENGTH) - 1;
    }
  }

  /** Takes an empty block out of a chain; the last one of a group stays. */
  function unlink(id: number, block: number): void {
    const chain = chains.get(id);
    if (chain === undefined) return;
    const [previous, next] = [field(block, PREVIOUS), field(block, NEXT)];
    if (previous >= 0) views.blocks[previous * BLOCK_FIELDS + NEXT] = next;
    if (next >= 0) views.blocks[next * BLOCK_FIELDS + PREVIOUS] = previous;
    const at = id * GROUP_FIELDS;
    if (views.groups[at + FIRST] === block) views.groups[at + FIRST] = next;
    if (views.groups[at + BLOCK] === block) {
      views.groups[at + BLOCK] = next >= 0 ? next : previous;
      views.groups[at + INDEX] = next >= 0 ? 0 : field(previous, LENGTH);
    }
    chain.splice(chain.indexOf(block), 1);
    if (chain.length === 1) chains.delete(id);
    freeEntriesOf(block);
    freeBlocks.push(block);
  }

  function dropFresh(id: number, tag: number): void {
    const { counts, fresh } = views;
    for (let i = 0; i < counts[FRESH]!; i++) {
      if (fresh[i * FRESH_FIELDS + 1] !== id || fresh[i * FRESH_FIELDS + 2] !== tag) continue;
      const last = counts[FRESH]! - 1;
      fresh.copyWithin(FRESH_FIELDS * i, FRESH_FIELDS * last, FRESH_FIELDS * (last + 1));
      counts[FRESH] = last;
      return;
    }
  }
}
