import type { BoolNode, NumberNode } from '@ubot/strategy';
import { encodeAtom, viewAtoms, type Atom, type AtomBuffers, type AtomViews } from './atoms.ts';
import { grown } from './buffers.ts';
import { createBankEditor, SHAPES, type BankBuffers, type BankEditor } from './compounds.ts';
import { formulaOf, tableOf, TABLE_LEAVES, TABLE_LENGTH, type Formula, type Leaf } from './formula.ts';
import type { NumberTable } from './numberTable.ts';
import type { EngineStrategy, EvaluationMode } from './program.ts';
import { createLadderBook } from './ladderBook.ts';
import type { LadderBuffers, RungBuffers } from './ladders.ts';
import { rowWords, type PlaneBuffers } from './planes.ts';
import { AND, OR, ROOT_COUNT, ROW_COUNT, viewRoots, type RootBuffers, type RootViews } from './roots.ts';
import { tagOf, type ThresholdBuffers, type ThresholdSign } from './thresholds.ts';
import { createThresholdEditor, type Threshold, type ThresholdEditor } from './thresholdsEdit.ts';

/** What all slices of a domain share. */
export interface DomainBuffers {
  readonly atoms: AtomBuffers;
  readonly roots: RootBuffers;
  readonly ladders: LadderBuffers;
  /** Verdict tables of the banks' shapes. */
  shapes: SharedArrayBuffer;
}

/** What a domain keeps of one slice of coins. */
export interface SliceDomainBuffers {
  readonly thresholds: ThresholdBuffers | null;
  readonly banks: readonly BankBuffers[];
  readonly planes: PlaneBuffers;
  readonly rungs: RungBuffers;
  /** Which roots are still to be told whole. */
  readonly fresh: { buffer: SharedArrayBuffer };
}

/** The conditions of one timeframe that are evaluated in one mode. */
export interface Domain {
  readonly mode: EvaluationMode;
  /** Changes whenever a buffer is replaced. */
  version(): number;
  buffers(): DomainBuffers;
  sliceBuffers(slice: number): SliceDomainBuffers;
  put(strategy: EngineStrategy, slotOf: (coinId: number) => number): void;
  remove(strategy: EngineStrategy, slotOf: (coinId: number) => number): void;
  /** Makes room for a slice of coins. */
  addSlice(): void;
  /** The strategies that share a root. */
  handlesOf(root: number): readonly RootHolder[];
  /** Brings what was put in since the last evaluation into good order. */
  settle(): void;
  isEmpty(): boolean;
  /** For figures: how many of each kind there are, and the bytes that each kind takes. */
  census(): DomainCensus;
}

export interface DomainCensus {
  readonly thresholds: { count: number; bytes: number };
  readonly compounds: { count: number; bytes: number };
  readonly roots: { count: number; bytes: number };
}

export interface DomainOptions {
  readonly mode: EvaluationMode;
  readonly table: NumberTable;
  readonly slotsPerSlice: number;
}

interface SliceEditors {
  thresholds: ThresholdEditor | null;
  readonly banks: Map<number, BankEditor>;
  readonly planes: PlaneBuffers;
  readonly rungs: RungBuffers;
  readonly fresh: { buffer: SharedArrayBuffer };
}

interface HeldAtom {
  readonly id: number;
  readonly key: string;
  readonly leaf: Leaf;
  readonly encoded: Atom;
  holders: number;
  /** Its plane row while a root reads it; null: none does. */
  row: number | null;
  rowHolders: number;
}

/** A strategy that has a root; `coins`: those that it is asked of, null every one. */
export interface RootHolder {
  readonly handle: number;
  readonly coins: ReadonlySet<number> | null;
}

interface Root {
  readonly id: number;
  readonly holders: RootHolder[];
  readonly atoms: readonly HeldAtom[];
}

const SIGNS: ReadonlySet<string> = new Set<ThresholdSign>(['<', '<=', '>', '>=']);
const FLIPPED = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '==': '==', '!=': '!=' } as const;

/** A leaf with its constant, if it has one, on the right. */
function constantRight(leaf: Leaf): Leaf {
  if (leaf.kind !== 'compare' || leaf.left.kind !== 'constant' || leaf.right.kind === 'constant') return leaf;
  return { ...leaf, op: FLIPPED[leaf.op], left: leaf.right, right: leaf.left };
}

/** `rising(x, n)` is a number too: 1, 0 or unknown. */
export function trendNumber(node: BoolNode & { kind: 'trend' }): NumberNode {
  const { key, text, direction, candles, of } = node;
  return {
    kind: 'indicator',
    name: direction,
    params: [candles],
    output: 'value',
    outputIndex: 0,
    input: of,
    key,
    text,
  };
}

const small = (): SharedArrayBuffer => new SharedArrayBuffer(64);

export function createDomain(options: DomainOptions): Domain {
  const { mode, table, slotsPerSlice } = options;
  const peek = mode === 'snapshot';
  const words = rowWords(slotsPerSlice);
  const shared: DomainBuffers = {
    atoms: { left: small(), right: small() },
    roots: { counts: small(), roots: small(), code: small(), rows: small() },
    ladders: { counts: small(), ladders: small(), levels: small(), steps: small() },
    shapes: small(),
  };
  let atomViews: AtomViews = viewAtoms(shared.atoms);
  let rootViews: RootViews = viewRoots(shared.roots);
  const slices: SliceEditors[] = [];
  const atoms = new Map<string, HeldAtom>();
  const atomsById: (HeldAtom | null)[] = [];
  const freeAtoms: number[] = [];
  const freeRows: number[] = [];
  const roots = new Map<string, Root>();
  const rootsById: (Root | null)[] = [];
  const freeRoots: number[] = [];
  const shapeOf = new Map<string, number>();
  const freeCode = new Map<number, number[]>();
  let codeLength = 0;
  let version = 0;

  const moved = (): void => {
    version++;
  };

  const growShared = (): void => {
    const { atoms: a, roots: r } = shared;
    const before = [a.left, a.right, r.roots, r.code, r.rows, shared.shapes];
    a.left = grown(a.left, 4 * atomsById.length);
    a.right = grown(a.right, 8 * atomsById.length);
    r.roots = grown(r.roots, 8 * rootsById.length);
    r.code = grown(r.code, 4 * codeLength);
    r.rows = grown(r.rows, 4 * rowCount());
    shared.shapes = grown(shared.shapes, TABLE_LENGTH * shapeOf.size);
    if ([a.left, a.right, r.roots, r.code, r.rows, shared.shapes].every((buffer, i) => buffer === before[i])) return;
    atomViews = viewAtoms(a);
    rootViews = viewRoots(r);
    moved();
  };

  let rows = 0;
  const rowCount = (): number => rows;

  const growPlanes = (planes: PlaneBuffers): void => {
    const before = [planes.planes, planes.dirty];
    planes.planes = grown(planes.planes, 4 * rows * words);
    planes.dirty = grown(planes.dirty, 8 * rows);
    if ([planes.planes, planes.dirty].some((buffer, i) => buffer !== before[i])) moved();
  };

  const growFresh = (fresh: { buffer: SharedArrayBuffer }): void => {
    const larger = grown(fresh.buffer, rootsById.length);
    if (larger !== fresh.buffer) moved();
    fresh.buffer = larger;
  };

  const ladderBook = createLadderBook({ shared: shared.ladders, slotsPerSlice, onMoved: moved });

  const atomOf = (leaf: Leaf): Atom => {
    if (leaf.kind === 'trend') {
      return { operator: { compare: '==' }, left: table.hold(trendNumber(leaf), peek), right: { constant: 1 } };
    }
    const operator = leaf.kind === 'compare' ? { compare: leaf.op } : { cross: leaf.direction };
    const left = table.hold(leaf.left, peek);
    const right =
      leaf.right.kind === 'constant' ? { constant: leaf.right.value } : { number: table.hold(leaf.right, peek) };
    return { operator, left, right };
  };

  const numbersOf = (leaf: Leaf): string[] => {
    if (leaf.kind === 'trend') return [leaf.key];
    return leaf.right.kind === 'constant' ? [leaf.left.key] : [leaf.left.key, leaf.right.key];
  };

  const holdAtom = (written: Leaf): HeldAtom => {
    const leaf = constantRight(written);
    const known = atoms.get(leaf.key);
    if (known !== undefined) {
      known.holders++;
      return known;
    }
    const id = freeAtoms.pop() ?? atomsById.push(null) - 1;
    const atom = atomOf(leaf);
    const held: HeldAtom = { id, key: leaf.key, leaf, encoded: atom, holders: 1, row: null, rowHolders: 0 };
    atomsById[id] = held;
    atoms.set(leaf.key, held);
    growShared();
    const encoded = encodeAtom(atom);
    atomViews.left[id] = encoded.left;
    atomViews.right[id] = encoded.right;
    return held;
  };

  const releaseAtom = (held: HeldAtom): void => {
    held.holders--;
    if (held.holders > 0) return;
    atoms.delete(held.key);
    atomsById[held.id] = null;
    freeAtoms.push(held.id);
    for (const key of numbersOf(held.leaf)) table.release(table.indexOf(key)!);
  };

  const shapeFor = (formula: Formula, leafCount: number): number | null => {
    const verdicts = tableOf(formula, leafCount);
    const key = verdicts.join('');
    const known = shapeOf.get(key);
    if (known !== undefined) return known;
    const shape = shapeOf.size;
    if (shape === SHAPES) return null;
    shapeOf.set(key, shape);
    growShared();
    new Uint8Array(shared.shapes).set(verdicts, shape * TABLE_LENGTH);
    return shape;
  };

  /** A condition that is one number against a constant; null: it is something else. */
  const thresholdOf = (root: BoolNode): { node: NumberNode; sign: ThresholdSign; level: number } | null => {
    if (root.kind !== 'compare') return null;
    const leaf = constantRight(root);
    if (leaf.kind !== 'compare' || leaf.right.kind !== 'constant' || leaf.left.kind === 'constant') return null;
    return SIGNS.has(leaf.op) ? { node: leaf.left, sign: leaf.op as ThresholdSign, level: leaf.right.value } : null;
  };

  const placeOf = (slot: number) => ({
    slice: slices[Math.floor(slot / slotsPerSlice)]!,
    slot: slot % slotsPerSlice,
  });

  const thresholdsAt = (
    strategy: EngineStrategy,
    parts: NonNullable<ReturnType<typeof thresholdOf>>,
    { number, slot }: { number: number; slot: number },
  ): { slice: SliceEditors; threshold: Threshold } => {
    const place = placeOf(slot);
    const tag = tagOf(strategy.handle, parts.sign);
    return { slice: place.slice, threshold: { number, slot: place.slot, level: parts.level, tag } };
  };

  const putItems = (strategy: EngineStrategy, slots: readonly number[]): boolean => {
    const { formula, leaves } = formulaOf(strategy.condition.root);
    if (leaves.length > TABLE_LEAVES) return false;
    const shape = shapeFor(formula, leaves.length);
    if (shape === null) return false;
    for (const slot of slots) {
      const { slice, slot: inSlice } = placeOf(slot);
      const bank = slice.banks.get(leaves.length) ?? createBankEditor(leaves.length, moved);
      if (!slice.banks.has(leaves.length)) {
        slice.banks.set(leaves.length, bank);
        moved();
      }
      const held = leaves.map(holdAtom);
      bank.put({ handle: strategy.handle, slot: inSlice, shape, atoms: held.map(({ id }) => id) });
    }
    return true;
  };

  const removeItems = (strategy: EngineStrategy, slots: readonly number[]): boolean => {
    const { leaves } = formulaOf(strategy.condition.root);
    let found = false;
    for (const slot of slots) {
      const { slice, slot: inSlice } = placeOf(slot);
      const removed = slice.banks.get(leaves.length)?.remove(strategy.handle, inSlice) ?? null;
      if (removed === null) continue;
      found = true;
      for (const id of removed) releaseAtom(atomsById[id]!);
    }
    return found;
  };

  const rowFor = (held: HeldAtom): number => {
    held.rowHolders++;
    if (held.row !== null) return held.row;
    const row = freeRows.pop() ?? rows++;
    held.row = row;
    growShared();
    for (const { planes } of slices) growPlanes(planes);
    const isStep = ladderBook.add(held.encoded, row);
    rootViews.rows[row] = isStep ? -1 : held.id;
    rootViews.counts[ROW_COUNT] = rows;
    return row;
  };

  const releaseRow = (held: HeldAtom): void => {
    held.rowHolders--;
    if (held.rowHolders > 0 || held.row === null) return;
    rootViews.rows[held.row] = -1;
    ladderBook.remove(held.encoded, held.row);
    for (const { planes } of slices) {
      const at = held.row * words;
      new Uint32Array(planes.planes).fill(0, at, at + words);
      new Uint32Array(planes.dirty).fill(0, 2 * held.row, 2 * held.row + 2);
    }
    freeRows.push(held.row);
    held.row = null;
  };

  const codeOf = (formula: Formula, rowOf: (leaf: number) => number): number[] => {
    if (formula.kind === 'leaf') return [2 * rowOf(formula.leaf) + (formula.negated ? 1 : 0)];
    const operator = formula.kind === 'and' ? AND : OR;
    return formula.operands.flatMap((operand, i) => [...codeOf(operand, rowOf), ...(i === 0 ? [] : [operator])]);
  };

  const markFresh = (id: number): void => {
    for (const { planes, fresh } of slices) {
      growPlanes(planes);
      growFresh(fresh);
      new Uint8Array(fresh.buffer)[id] = 1;
    }
  };

  const putRoot = (strategy: EngineStrategy): void => {
    const { key } = strategy.condition.root;
    const coins = strategy.coins === null ? null : new Set(strategy.coins);
    const holder: RootHolder = { handle: strategy.handle, coins };
    const known = roots.get(key);
    if (known !== undefined) {
      known.holders.push(holder);
      // Told whole once more: those who have it already know, and the new one does not.
      markFresh(known.id);
      return;
    }
    const { formula, leaves } = formulaOf(strategy.condition.root);
    const held = leaves.map(holdAtom);
    const rowsOf = held.map(rowFor);
    const code = codeOf(formula, (leaf) => rowsOf[leaf]!);
    const id = freeRoots.pop() ?? rootsById.push(null) - 1;
    rootsById[id] = { id, holders: [holder], atoms: held };
    roots.set(key, rootsById[id]);
    const offset = freeCode.get(code.length)?.pop() ?? codeLength;
    if (offset === codeLength) codeLength += code.length;
    growShared();
    rootViews.code.set(code, offset);
    rootViews.roots.set([offset, code.length], 2 * id);
    rootViews.counts[ROOT_COUNT] = rootsById.length;
    markFresh(id);
  };

  const removeRoot = (strategy: EngineStrategy): void => {
    const { key } = strategy.condition.root;
    const root = roots.get(key);
    const at = root?.holders.findIndex(({ handle }) => handle === strategy.handle) ?? -1;
    if (root === undefined || at < 0) return;
    root.holders.splice(at, 1);
    if (root.holders.length > 0) return;
    const offset = rootViews.roots[2 * root.id]!;
    const length = rootViews.roots[2 * root.id + 1]!;
    freeCode.set(length, [...(freeCode.get(length) ?? []), offset]);
    rootViews.roots[2 * root.id + 1] = 0;
    roots.delete(key);
    rootsById[root.id] = null;
    freeRoots.push(root.id);
    for (const held of root.atoms) {
      releaseRow(held);
      releaseAtom(held);
    }
  };

  const slotsOf = ({ coins }: EngineStrategy, slotOf: (coinId: number) => number): number[] =>
    (coins ?? []).map(slotOf);

  return {
    mode,
    version: () => version,
    buffers: () => shared,
    sliceBuffers: (slice) => {
      const { thresholds, banks, planes, rungs, fresh } = slices[slice]!;
      return {
        thresholds: thresholds?.buffers ?? null,
        banks: [...banks.values()].map(({ buffers }) => buffers),
        planes,
        rungs,
        fresh,
      };
    },

    put(strategy, slotOf) {
      if (strategy.coins === null) return putRoot(strategy);
      const slots = slotsOf(strategy, slotOf);
      const parts = thresholdOf(strategy.condition.root);
      if (parts === null) {
        if (!putItems(strategy, slots)) putRoot(strategy);
        return;
      }
      for (const slot of slots) {
        const number = table.hold(parts.node, peek);
        const { slice, threshold } = thresholdsAt(strategy, parts, { number, slot });
        if (slice.thresholds === null) {
          slice.thresholds = createThresholdEditor(slotsPerSlice, moved);
          moved();
        }
        slice.thresholds.put(threshold);
      }
    },

    remove(strategy, slotOf) {
      if (strategy.coins === null) return removeRoot(strategy);
      const slots = slotsOf(strategy, slotOf);
      const parts = thresholdOf(strategy.condition.root);
      if (parts === null) {
        if (!removeItems(strategy, slots)) removeRoot(strategy);
        return;
      }
      const number = table.indexOf(parts.node.key);
      if (number === undefined) return;
      for (const slot of slots) {
        const { slice, threshold } = thresholdsAt(strategy, parts, { number, slot });
        slice.thresholds?.remove(threshold);
        table.release(number);
      }
    },

    addSlice() {
      const planes: PlaneBuffers = { planes: small(), dirty: small() };
      const rungs: RungBuffers = { rung: small(), up: small(), down: small(), changed: small() };
      const fresh = { buffer: small() };
      slices.push({ thresholds: null, banks: new Map(), planes, rungs, fresh });
      growPlanes(planes);
      growFresh(fresh);
      ladderBook.fit(rungs, true);
      new Uint8Array(fresh.buffer).fill(1, 0, rootsById.length);
      moved();
    },

    handlesOf: (root) => rootsById[root]?.holders ?? [],
    settle() {
      ladderBook.write(slices.map(({ rungs }) => rungs));
      for (const { banks, thresholds } of slices) {
        thresholds?.settle();
        for (const bank of banks.values()) bank.settle();
      }
    },
    isEmpty: () => atoms.size === 0 && slices.every(({ thresholds }) => (thresholds?.count() ?? 0) === 0),
    census: () => censusOf(shared, slices, roots.size),
  };
}

const bytesOf = (buffers: object): number =>
  Object.values(buffers).reduce<number>(
    (bytes, each) => bytes + (each instanceof SharedArrayBuffer ? each.byteLength : 0),
    0,
  );

function censusOf(shared: DomainBuffers, slices: readonly SliceEditors[], rootCount: number): DomainCensus {
  const thresholds = { count: 0, bytes: 0 };
  const compounds = { count: 0, bytes: bytesOf(shared.atoms) };
  const roots = { count: rootCount, bytes: bytesOf(shared.roots) + bytesOf(shared.ladders) };
  for (const slice of slices) {
    thresholds.count += slice.thresholds?.count() ?? 0;
    thresholds.bytes += slice.thresholds === null ? 0 : slice.thresholds.bytes();
    roots.bytes += bytesOf(slice.planes) + bytesOf(slice.rungs);
    for (const bank of slice.banks.values()) {
      compounds.count += bank.count();
      compounds.bytes += bank.bytes();
    }
  }
  return { thresholds, compounds, roots };
}

/** Numbers that are read for one coin at a time: of the rearm condition, and the strategy's own names. */
export function askedNumbers({ condition, rearm }: EngineStrategy): NumberNode[] {
  const asked: NumberNode[] = [...condition.named, ...(rearm?.named ?? [])].map(({ node }) => node);
  const visit = (node: BoolNode): void => {
    if (node.kind === 'not') visit(node.operand);
    else if (node.kind === 'trend') asked.push(trendNumber(node));
    else if (node.kind === 'compare' || node.kind === 'crosses') asked.push(node.left, node.right);
    else node.operands.forEach(visit);
  };
  if (rearm !== null) visit(rearm.root);
  return asked.filter(({ kind }) => kind !== 'constant');
}
