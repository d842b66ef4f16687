import { createAtomBook, type HeldAtom } from './atomBook.ts';
import type { AtomBuffers } from './atoms.ts';
import { grown, small } from './buffers.ts';
import { formulaOf, type Formula } from './formula.ts';
import { createLadderBook } from './ladderBook.ts';
import type { LadderBuffers, RungBuffers } from './ladders.ts';
import type { NumberTable } from './numberTable.ts';
import { rowWords, type PlaneBuffers } from './planes.ts';
import type { EngineStrategy } from './program.ts';
import { AND, OR, ROOT_COUNT, ROW_COUNT, viewRoots, type RootBuffers } from './roots.ts';

/** A strategy that has a root; `coins`: those that it is asked of, null every one. */
export interface RootHolder {
  readonly handle: number;
  readonly coins: ReadonlySet<number> | null;
}

/** What a slice has of the conditions for every coin. */
export interface RootSliceBuffers {
  readonly planes: PlaneBuffers;
  readonly rungs: RungBuffers;
  /** Which roots are still to be told whole. */
  fresh: SharedArrayBuffer;
}

/** Conditions for every coin: equal ones are one root, and their comparisons one plane row each. */
export interface RootBook {
  readonly atoms: AtomBuffers;
  readonly roots: RootBuffers;
  readonly ladders: LadderBuffers;
  slice(slice: number): RootSliceBuffers;
  addSlice(): void;
  put(strategy: EngineStrategy): void;
  remove(strategy: EngineStrategy): void;
  holdersOf(root: number): readonly RootHolder[];
  /** Writes down the ladders that have changed. */
  settle(): void;
  count(): number;
}

interface Root {
  readonly id: number;
  readonly holders: RootHolder[];
  readonly atoms: readonly HeldAtom[];
}

export function createRootBook(options: {
  table: NumberTable;
  peek: boolean;
  slotsPerSlice: number;
  onMoved: () => void;
}): RootBook {
  const { table, peek, slotsPerSlice, onMoved } = options;
  const words = rowWords(slotsPerSlice);
  const atoms = createAtomBook({ table, peek, onMoved });
  const buffers: RootBuffers = { counts: small(), roots: small(), code: small(), rows: small() };
  const ladders: LadderBuffers = { counts: small(), ladders: small(), levels: small(), steps: small() };
  const ladderBook = createLadderBook({ shared: ladders, slotsPerSlice, onMoved });
  let views = viewRoots(buffers);
  const slices: RootSliceBuffers[] = [];
  const byKey = new Map<string, Root>();
  const byId: (Root | null)[] = [];
  const freeRoots: number[] = [];
  const freeCode = new Map<number, number[]>();
  const freeRows: number[] = [];
  /** The plane row of an atom, and how many roots read it. */
  const rowOf = new Map<HeldAtom, { row: number; readers: number }>();
  let rows = 0;
  let codeLength = 0;

  const fit = <Name extends string>(
    given: Record<Name, SharedArrayBuffer>,
    sizes: Partial<Record<Name, number>>,
  ): void => {
    for (const name of Object.keys(sizes) as Name[]) {
      const larger = grown(given[name], sizes[name]!);
      if (larger !== given[name]) onMoved();
      given[name] = larger;
    }
  };

  const fitShared = (): void => {
    fit(buffers, { roots: 8 * byId.length, code: 4 * codeLength, rows: 4 * rows });
    views = viewRoots(buffers);
  };

  const fitSlice = (slice: RootSliceBuffers): void => {
    fit(slice.planes, { planes: 4 * rows * words, marks: 16 * rows });
    const fresh = grown(slice.fresh, byId.length);
    if (fresh !== slice.fresh) onMoved();
    slice.fresh = fresh;
  };

  const readRow = (held: HeldAtom): number => {
    const known = rowOf.get(held);
    if (known !== undefined) {
      known.readers++;
      return known.row;
    }
    const row = freeRows.pop() ?? rows++;
    rowOf.set(held, { row, readers: 1 });
    fitShared();
    slices.forEach(fitSlice);
    views.rows[row] = ladderBook.add(held.atom, row) ? -1 : held.id;
    views.counts[ROW_COUNT] = rows;
    return row;
  };

  const leaveRow = (held: HeldAtom): void => {
    const reading = rowOf.get(held)!;
    reading.readers--;
    if (reading.readers > 0) return;
    const { row } = reading;
    views.rows[row] = -1;
    ladderBook.remove(held.atom, row);
    for (const { planes } of slices) {
      new Uint32Array(planes.planes).fill(0, row * words, (row + 1) * words);
      new Uint32Array(planes.marks).fill(0, 4 * row, 4 * (row + 1));
    }
    rowOf.delete(held);
    freeRows.push(row);
  };

  const codeOf = (formula: Formula, rowsOf: readonly number[]): number[] => {
    if (formula.kind === 'leaf') return [2 * rowsOf[formula.leaf]! + (formula.negated ? 1 : 0)];
    const operator = formula.kind === 'and' ? AND : OR;
    return formula.operands.flatMap((operand, i) => [...codeOf(operand, rowsOf), ...(i === 0 ? [] : [operator])]);
  };

  const markFresh = (id: number): void => {
    for (const slice of slices) {
      fitSlice(slice);
      new Uint8Array(slice.fresh)[id] = 1;
    }
  };

  const addRoot = (strategy: EngineStrategy): Root => {
    const { formula, leaves } = formulaOf(strategy.condition.root);
    const held = leaves.map((leaf) => atoms.hold(leaf));
    const code = codeOf(formula, held.map(readRow));
    const id = freeRoots.pop() ?? byId.push(null) - 1;
    const root: Root = { id, holders: [], atoms: held };
    byId[id] = root;
    const offset = freeCode.get(code.length)?.pop() ?? codeLength;
    if (offset === codeLength) codeLength += code.length;
    fitShared();
    views.code.set(code, offset);
    views.roots.set([offset, code.length], 2 * id);
    views.counts[ROOT_COUNT] = byId.length;
    return root;
  };

  const dropRoot = ({ id, atoms: held }: Root): void => {
    const offset = views.roots[2 * id]!;
    const length = views.roots[2 * id + 1]!;
    freeCode.set(length, [...(freeCode.get(length) ?? []), offset]);
    views.roots[2 * id + 1] = 0;
    byId[id] = null;
    freeRoots.push(id);
    for (const each of held) {
      leaveRow(each);
      atoms.release(each.id);
    }
  };

  return {
    atoms: atoms.buffers,
    roots: buffers,
    ladders,
    slice: (slice) => slices[slice]!,
    addSlice() {
      const rungs: RungBuffers = { rung: small(), up: small(), down: small(), changed: small() };
      const slice: RootSliceBuffers = { planes: { planes: small(), marks: small() }, rungs, fresh: small() };
      slices.push(slice);
      fitSlice(slice);
      ladderBook.fit(rungs, true);
      new Uint8Array(slice.fresh).fill(1, 0, byId.length);
    },
    put(strategy) {
      const { key } = strategy.condition.root;
      const root = byKey.get(key) ?? addRoot(strategy);
      byKey.set(key, root);
      root.holders.push({ handle: strategy.handle, coins: strategy.coins === null ? null : new Set(strategy.coins) });
      // A root that others have already is told whole once more: they know, and the new one does not.
      markFresh(root.id);
    },
    remove(strategy) {
      const { key } = strategy.condition.root;
      const root = byKey.get(key);
      const at = root?.holders.findIndex(({ handle }) => handle === strategy.handle) ?? -1;
      if (root === undefined || at < 0) return;
      root.holders.splice(at, 1);
      if (root.holders.length > 0) return;
      byKey.delete(key);
      dropRoot(root);
    },
    holdersOf: (root) => byId[root]?.holders ?? [],
    settle: () => ladderBook.write(slices.map(({ rungs }) => rungs)),
    count: () => byKey.size,
  };
}
