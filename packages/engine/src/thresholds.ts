import { ITEM_FALSE, ITEM_TRUE, type Events } from './buffers.ts';

/**
 * Plain thresholds (a number against a constant) of single coins, by slice and domain.
 *
 * For every number that is watched and every coin slot there is a group: its thresholds sorted by level in a chain of
 * blocks, and a position that parts the levels passed from those not passed yet. Beside it, dense by slot, lie the next
 * levels up and down: a snapshot compares every watched value with these two and goes into the group only when one of them
 * is reached, so its cost follows what is crossed and not what is stored.
 *
 * A threshold takes 12 bytes and its share of the free places of its block (blocks grow by half and split at 512).
 */
export interface ThresholdBuffers {
  /** Count of watched numbers, count of fresh entries. */
  counts: SharedArrayBuffer;
  /** Of each watched number: its index; and by slot the group (-1: none) and the next levels. */
  watched: SharedArrayBuffer;
  group: SharedArrayBuffer;
  up: SharedArrayBuffer;
  down: SharedArrayBuffer;
  /** Of each group: the value it was last seen at, and FIRST, BLOCK, INDEX, SLOT, ROW. */
  value: SharedArrayBuffer;
  groups: SharedArrayBuffer;
  /** Of each block: OFFSET of its entries, LENGTH, CAPACITY, NEXT and PREVIOUS block (-1: none). */
  blocks: SharedArrayBuffer;
  level: SharedArrayBuffer;
  tag: SharedArrayBuffer;
  /** Entries put into groups that have been seen already, whose first verdict is still to be told: level, group, tag. */
  fresh: SharedArrayBuffer;
}

export const WATCHED = 0;
export const FRESH = 1;
export const GROUP_FIELDS = 5;
export const FIRST = 0;
export const BLOCK = 1;
export const INDEX = 2;
export const SLOT = 3;
export const ROW = 4;
export const BLOCK_FIELDS = 5;
export const OFFSET = 0;
export const LENGTH = 1;
export const CAPACITY = 2;
export const NEXT = 3;
export const PREVIOUS = 4;
export const FRESH_FIELDS = 3;

/** A tag is the strategy's handle and two bits: which side of its level a value equal to it is on, and which side is true. */
const EQUAL_IS_BELOW = 2 ** 30;
const TRUE_WHEN_BELOW = 2 ** 31;
const HANDLE_MASK = 2 ** 30 - 1;

export type ThresholdSign = '<' | '<=' | '>' | '>=';

export function tagOf(handle: number, sign: ThresholdSign): number {
  const equalIsBelow = sign === '>' || sign === '<=' ? EQUAL_IS_BELOW : 0;
  const trueWhenBelow = sign === '<' || sign === '<=' ? TRUE_WHEN_BELOW : 0;
  return handle + equalIsBelow + trueWhenBelow;
}

/** Orders entries by the border that they draw: at equal levels first those that the level itself has passed. */
export function sidesOf(tag: number): 0 | 1 {
  return (tag & EQUAL_IS_BELOW) === 0 ? 0 : 1;
}

/** Whether a value has passed the border of an entry on its way up. */
export function passes(value: number, level: number, tag: number): boolean {
  return (tag & EQUAL_IS_BELOW) === 0 ? value >= level : value > level;
}

export interface ThresholdViews {
  readonly counts: Int32Array;
  readonly watched: Int32Array;
  readonly group: Int32Array;
  readonly up: Float64Array;
  readonly down: Float64Array;
  readonly value: Float64Array;
  readonly groups: Int32Array;
  readonly blocks: Int32Array;
  readonly level: Float64Array;
  readonly tag: Uint32Array;
  readonly fresh: Float64Array;
}

export function viewThresholds(buffers: ThresholdBuffers): ThresholdViews {
  return {
    counts: new Int32Array(buffers.counts),
    watched: new Int32Array(buffers.watched),
    group: new Int32Array(buffers.group),
    up: new Float64Array(buffers.up),
    down: new Float64Array(buffers.down),
    value: new Float64Array(buffers.value),
    groups: new Int32Array(buffers.groups),
    blocks: new Int32Array(buffers.blocks),
    level: new Float64Array(buffers.level),
    tag: new Uint32Array(buffers.tag),
    fresh: new Float64Array(buffers.fresh),
  };
}

export interface ThresholdRun {
  /** The numbers as they are now, row by row. */
  readonly now: Float64Array;
  readonly slots: number;
  /** The slot of the slice's first coin. */
  readonly firstSlot: number;
  readonly events: Events;
}

/** Notes every threshold whose verdict the new values change. An unknown value changes none. */
export function crossThresholds(views: ThresholdViews, run: ThresholdRun): void {
  const { counts, watched, group, up, down } = views;
  const { now, slots } = run;
  for (let row = 0; row < counts[WATCHED]!; row++) {
    const from = row * slots;
    const values = watched[row]! * slots - from;
    for (let at = from; at < from + slots; at++) {
      const value = now[values + at]!;
      if (value >= up[at]! || value <= down[at]!) moveGroup(views, run, group[at]!, value);
    }
  }
  if (counts[FRESH]! > 0) tellFresh(views, run);
}

function moveGroup(views: ThresholdViews, run: ThresholdRun, id: number, value: number): void {
  const { groups, level, tag, blocks, value: seen } = views;
  const { events } = run;
  const at = id * GROUP_FIELDS;
  const slot = run.firstSlot + groups[at + SLOT]!;
  // Seen for the first time: every true verdict is told, also those that no crossing tells.
  const first = Number.isNaN(seen[id]!);
  let block = groups[at + BLOCK]!;
  let index = groups[at + INDEX]!;
  // Up.
  for (;;) {
    const base = block * BLOCK_FIELDS;
    if (index === blocks[base + LENGTH]!) {
      const next = blocks[base + NEXT]!;
      if (next < 0) break;
      block = next;
      index = 0;
      continue;
    }
    const entry = blocks[base + OFFSET]! + index;
    if (!passes(value, level[entry]!, tag[entry]!)) break;
    noteVerdict(events, { tag: tag[entry]!, above: true, slot });
    index++;
  }
  // Down.
  for (;;) {
    if (index === 0) {
      const previous = blocks[block * BLOCK_FIELDS + PREVIOUS]!;
      if (previous < 0) break;
      block = previous;
      index = blocks[block * BLOCK_FIELDS + LENGTH]!;
      continue;
    }
    const entry = blocks[block * BLOCK_FIELDS + OFFSET]! + index - 1;
    if (passes(value, level[entry]!, tag[entry]!)) break;
    noteVerdict(events, { tag: tag[entry]!, above: false, slot });
    index--;
  }
  groups[at + BLOCK] = block;
  groups[at + INDEX] = index;
  seen[id] = value;
  if (first) tellBelow(views, run, id);
  setBorders(views, run.slots, id);
}

function noteVerdict(events: Events, { tag, above, slot }: { tag: number; above: boolean; slot: number }): void {
  const isTrue = (tag & TRUE_WHEN_BELOW) === 0 ? above : !above;
  events.note(tag & HANDLE_MASK, isTrue ? ITEM_TRUE : ITEM_FALSE, slot);
}

/** Tells the true verdicts of the entries above the position: those that are true below their level. */
function tellBelow(views: ThresholdViews, run: ThresholdRun, id: number): void {
  const { groups, blocks, tag } = views;
  const slot = run.firstSlot + groups[id * GROUP_FIELDS + SLOT]!;
  let block = groups[id * GROUP_FIELDS + BLOCK]!;
  let index = groups[id * GROUP_FIELDS + INDEX]!;
  while (block >= 0) {
    const base = block * BLOCK_FIELDS;
    const offset = blocks[base + OFFSET]!;
    for (; index < blocks[base + LENGTH]!; index++) {
      const each = tag[offset + index]!;
      if ((each & TRUE_WHEN_BELOW) !== 0) run.events.note(each & HANDLE_MASK, ITEM_TRUE, slot);
    }
    block = blocks[base + NEXT]!;
    index = 0;
  }
}

/** Sets the levels at which a group has to be looked into next. */
export function setBorders(views: ThresholdViews, slots: number, id: number): void {
  const { groups, blocks, level, up, down, value } = views;
  const at = id * GROUP_FIELDS;
  const cell = groups[at + ROW]! * slots + groups[at + SLOT]!;
  if (Number.isNaN(value[id]!)) {
    // Any known value.
    up[cell] = -Infinity;
    down[cell] = -Infinity;
    return;
  }
  let block = groups[at + BLOCK]!;
  let index = groups[at + INDEX]!;
  while (index === blocks[block * BLOCK_FIELDS + LENGTH]! && blocks[block * BLOCK_FIELDS + NEXT]! >= 0) {
    block = blocks[block * BLOCK_FIELDS + NEXT]!;
    index = 0;
  }
  const atEnd = index === blocks[block * BLOCK_FIELDS + LENGTH]!;
  up[cell] = atEnd ? Infinity : level[blocks[block * BLOCK_FIELDS + OFFSET]! + index]!;
  while (index === 0 && blocks[block * BLOCK_FIELDS + PREVIOUS]! >= 0) {
    block = blocks[block * BLOCK_FIELDS + PREVIOUS]!;
    index = blocks[block * BLOCK_FIELDS + LENGTH]!;
  }
  down[cell] = index === 0 ? -Infinity : level[blocks[block * BLOCK_FIELDS + OFFSET]! + index - 1]!;
}

/** Tells the first verdicts of entries that came since the last evaluation; those still unknown wait on. */
function tellFresh(views: ThresholdViews, run: ThresholdRun): void {
  const { counts, fresh, groups, watched } = views;
  let kept = 0;
  for (let i = 0; i < counts[FRESH]!; i++) {
    const [level, id, tag] = [0, 1, 2].map((field) => fresh[i * FRESH_FIELDS + field]!) as [number, number, number];
    const slot = groups[id * GROUP_FIELDS + SLOT]!;
    const value = run.now[watched[groups[id * GROUP_FIELDS + ROW]!]! * run.slots + slot]!;
    if (Number.isNaN(value)) {
      fresh.copyWithin(FRESH_FIELDS * kept, FRESH_FIELDS * i, FRESH_FIELDS * (i + 1));
      kept++;
      continue;
    }
    const above = passes(value, level, tag);
    const isTrue = (tag & TRUE_WHEN_BELOW) === 0 ? above : !above;
    if (isTrue) run.events.note(tag & HANDLE_MASK, ITEM_TRUE, run.firstSlot + slot);
  }
  counts[FRESH] = kept;
}
