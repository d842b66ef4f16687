import type { Atom } from './atoms.ts';
import { grown } from './buffers.ts';
import { LADDER_FIELDS, stepWord, type LadderBuffers, type RungBuffers } from './ladders.ts';

interface Step {
  readonly level: number;
  readonly row: number;
  readonly equalIsBelow: boolean;
  readonly trueBelow: boolean;
}

interface Ladder {
  readonly place: number;
  readonly number: number;
  steps: Step[];
  changed: boolean;
}

/** Keeps the ladders of a domain and writes them down, while nobody climbs them. */
export interface LadderBook {
  /** True when the atom is a step of a ladder: a number above or below a constant. */
  add(atom: Atom, row: number): boolean;
  remove(atom: Atom, row: number): void;
  /** Writes what has changed since the last time, and tells the slices. */
  write(slices: readonly RungBuffers[]): void;
  /** Makes room in a slice for all ladders; `all`: it has seen none of them yet. */
  fit(rungs: RungBuffers, all: boolean): void;
}

export function createLadderBook(options: {
  shared: LadderBuffers;
  slotsPerSlice: number;
  onMoved: () => void;
}): LadderBook {
  const { shared, slotsPerSlice, onMoved } = options;
  const byNumber = new Map<number, Ladder>();
  const ladders: Ladder[] = [];

  const stepOf = ({ operator, right }: Atom, row: number): Step | null => {
    if (!('compare' in operator) || !('constant' in right)) return null;
    const { compare } = operator;
    if (compare === '==' || compare === '!=' || Number.isNaN(right.constant)) return null;
    return {
      level: right.constant,
      row,
      equalIsBelow: compare === '>' || compare === '<=',
      trueBelow: compare === '<' || compare === '<=',
    };
  };

  const ladderOf = (number: number): Ladder => {
    const known = byNumber.get(number);
    if (known !== undefined) return known;
    const ladder: Ladder = { place: ladders.length, number, steps: [], changed: true };
    ladders.push(ladder);
    byNumber.set(number, ladder);
    return ladder;
  };

  const growAll = <Name extends string>(
    buffers: Record<Name, SharedArrayBuffer>,
    sizes: Record<Name, number>,
  ): void => {
    for (const name of Object.keys(sizes) as Name[]) {
      const larger = grown(buffers[name], sizes[name]);
      if (larger !== buffers[name]) onMoved();
      buffers[name] = larger;
    }
  };

  const fit = (rungs: RungBuffers, all: boolean): void => {
    const cells = ladders.length * slotsPerSlice;
    growAll(rungs, { rung: 4 * cells, up: 8 * cells, down: 8 * cells, changed: ladders.length });
    const changed = new Uint8Array(rungs.changed);
    for (const ladder of ladders) if (all || ladder.changed) changed[ladder.place] = 1;
  };

  const writeShared = (): void => {
    const count = ladders.reduce((sum, { steps }) => sum + steps.length, 0);
    growAll(shared, { counts: 4, ladders: 4 * LADDER_FIELDS * ladders.length, levels: 8 * count, steps: 4 * count });
    const levels = new Float64Array(shared.levels);
    const words = new Int32Array(shared.steps);
    const table = new Int32Array(shared.ladders);
    let at = 0;
    for (const { place, number, steps } of ladders) {
      table.set([number, at, steps.length], place * LADDER_FIELDS);
      for (const { level, row, equalIsBelow, trueBelow } of steps) {
        levels[at] = level;
        words[at] = stepWord(row, equalIsBelow, trueBelow);
        at++;
      }
    }
    new Int32Array(shared.counts)[0] = ladders.length;
  };

  return {
    add(atom, row) {
      const step = stepOf(atom, row);
      if (step === null) return false;
      const ladder = ladderOf(atom.left);
      ladder.steps.push(step);
      ladder.changed = true;
      return true;
    },
    remove(atom, row) {
      if (stepOf(atom, row) === null) return;
      const ladder = ladderOf(atom.left);
      ladder.steps = ladder.steps.filter((step) => step.row !== row);
      ladder.changed = true;
    },
    write(slices) {
      if (!ladders.some(({ changed }) => changed)) return;
      for (const ladder of ladders) {
        // At equal levels first the border that the level itself has passed.
        if (ladder.changed)
          ladder.steps.sort((a, b) => a.level - b.level || Number(a.equalIsBelow) - Number(b.equalIsBelow));
      }
      writeShared();
      for (const rungs of slices) fit(rungs, false);
      for (const ladder of ladders) ladder.changed = false;
    },
    fit,
  };
}
