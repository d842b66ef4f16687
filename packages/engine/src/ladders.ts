import type { Matrices } from './atoms.ts';
import { markPlane, type PlaneViews } from './planes.ts';

/**
 * Comparisons of one number with constants, asked of every coin: the constants in order are the ladder of that number. Every
 * coin stands on a rung, and beside it lie the levels at which it leaves it: so a coin costs two comparisons however many
 * constants there are, and more only when it steps.
 *
 * Shape:  shared by all slices: per ladder the number, its first step and how many it has; per step the level and a word of
 *         plane row, side and direction. Per slice: the rung and the next levels by coin slot, and which ladders were changed.
 */
export interface LadderBuffers {
  /** Count of ladders. */
  counts: SharedArrayBuffer;
  ladders: SharedArrayBuffer;
  levels: SharedArrayBuffer;
  steps: SharedArrayBuffer;
}
export interface RungBuffers {
  rung: SharedArrayBuffer;
  up: SharedArrayBuffer;
  down: SharedArrayBuffer;
  changed: SharedArrayBuffer;
}

export interface LadderViews {
  readonly counts: Int32Array;
  readonly ladders: Int32Array;
  readonly levels: Float64Array;
  readonly steps: Int32Array;
}
export interface RungViews {
  readonly rung: Int32Array;
  readonly up: Float64Array;
  readonly down: Float64Array;
  readonly changed: Uint8Array;
}

export function viewLadders(buffers: LadderBuffers): LadderViews {
  return {
    counts: new Int32Array(buffers.counts),
    ladders: new Int32Array(buffers.ladders),
    levels: new Float64Array(buffers.levels),
    steps: new Int32Array(buffers.steps),
  };
}

export function viewRungs(buffers: RungBuffers): RungViews {
  return {
    rung: new Int32Array(buffers.rung),
    up: new Float64Array(buffers.up),
    down: new Float64Array(buffers.down),
    changed: new Uint8Array(buffers.changed),
  };
}

export const LADDER_FIELDS = 3;
const NUMBER = 0;
const FROM = 1;
const COUNT = 2;
/** The rung of a coin whose value is unknown. */
const NOWHERE = -1;

/** A step's word: the plane row, whether a value equal to the level is still below, whether it is true below. */
export function stepWord(row: number, equalIsBelow: boolean, trueBelow: boolean): number {
  return row * 4 + (equalIsBelow ? 2 : 0) + (trueBelow ? 1 : 0);
}

const isAbove = (value: number, level: number, word: number): boolean =>
  (word & 2) === 0 ? value >= level : value > level;

/** Brings the planes of all ladders up to date. */
export function climbLadders(
  ladders: LadderViews,
  rungs: RungViews,
  planes: PlaneViews,
  { now, slots }: Matrices,
): void {
  const { up, down, rung, changed } = rungs;
  for (let ladder = 0; ladder < ladders.counts[0]!; ladder++) {
    const values = ladders.ladders[ladder * LADDER_FIELDS + NUMBER]! * slots;
    const cells = ladder * slots;
    if (changed[ladder] === 1) {
      changed[ladder] = 0;
      for (let slot = 0; slot < slots; slot++)
        placeAnew({ ladders, rungs, planes, ladder, slot, slots }, now[values + slot]!);
      continue;
    }
    for (let slot = 0; slot < slots; slot++) {
      const value = now[values + slot]!;
      const cell = cells + slot;
      // Not strictly between the next levels, unknown included.
      if (value < up[cell]! && value > down[cell]!) continue;
      if (value !== value && rung[cell] === NOWHERE) continue;
      move({ ladders, rungs, planes, ladder, slot, slots }, value);
    }
  }
}

interface Place {
  readonly ladders: LadderViews;
  readonly rungs: RungViews;
  readonly planes: PlaneViews;
  readonly ladder: number;
  readonly slot: number;
  readonly slots: number;
}

function move(place: Place, value: number): void {
  const { ladders, rungs, planes, ladder, slot, slots } = place;
  const cell = ladder * slots + slot;
  const before = rungs.rung[cell]!;
  if (before === NOWHERE || value !== value) return placeAnew(place, value);
  const from = ladders.ladders[ladder * LADDER_FIELDS + FROM]!;
  const count = ladders.ladders[ladder * LADDER_FIELDS + COUNT]!;
  let at = before;
  while (at < count && isAbove(value, ladders.levels[from + at]!, ladders.steps[from + at]!)) {
    tell(planes, ladders.steps[from + at]!, { slot, slots }, true);
    at++;
  }
  while (at > 0 && !isAbove(value, ladders.levels[from + at - 1]!, ladders.steps[from + at - 1]!)) {
    at--;
    tell(planes, ladders.steps[from + at]!, { slot, slots }, false);
  }
  setRung(place, at);
}

/** Finds the rung of a value from nothing and tells every step. */
function placeAnew(place: Place, value: number): void {
  const { ladders, planes, ladder, slot, slots } = place;
  const from = ladders.ladders[ladder * LADDER_FIELDS + FROM]!;
  const count = ladders.ladders[ladder * LADDER_FIELDS + COUNT]!;
  const isKnown = value === value;
  let rung = 0;
  for (let at = 0; at < count; at++) {
    const word = ladders.steps[from + at]!;
    if (!isKnown) {
      markPlane(planes, { row: word >> 2, slot, slots }, 0, 0);
      continue;
    }
    const above = isAbove(value, ladders.levels[from + at]!, word);
    if (above) rung = at + 1;
    tell(planes, word, { slot, slots }, above);
  }
  setRung(place, isKnown ? rung : NOWHERE);
}

function tell(
  planes: PlaneViews,
  word: number,
  { slot, slots }: { slot: number; slots: number },
  above: boolean,
): void {
  const isTrue = (word & 1) === 0 ? above : !above;
  markPlane(planes, { row: word >> 2, slot, slots }, isTrue ? 1 : 0, isTrue ? 0 : 1);
}

function setRung({ ladders, rungs, ladder, slot, slots }: Place, rung: number): void {
  const cell = ladder * slots + slot;
  const from = ladders.ladders[ladder * LADDER_FIELDS + FROM]!;
  const count = ladders.ladders[ladder * LADDER_FIELDS + COUNT]!;
  rungs.rung[cell] = rung;
  rungs.up[cell] = rung === NOWHERE ? -Infinity : rung < count ? ladders.levels[from + rung]! : Infinity;
  rungs.down[cell] = rung === NOWHERE ? Infinity : rung > 0 ? ladders.levels[from + rung - 1]! : -Infinity;
}
