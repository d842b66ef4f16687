import type { BoolNode, NumberNode } from '@ubot/strategy';
import type { AtomBuffers } from './atoms.ts';
import { createItemBook, type ItemSlice } from './itemBook.ts';
import type { LadderBuffers } from './ladders.ts';
import { constantRight, numbersOf } from './leaves.ts';
import type { NumberTable } from './numberTable.ts';
import type { EngineStrategy, EvaluationMode } from './program.ts';
import { createRootBook, type RootHolder, type RootSliceBuffers } from './rootBook.ts';
import type { RootBuffers } from './roots.ts';
import { tagOf, type ThresholdBuffers, type ThresholdSign } from './thresholds.ts';
import { createThresholdEditor, type ThresholdEditor } from './thresholdsEdit.ts';

/** What all slices of a domain share. */
export interface DomainBuffers {
  readonly atoms: AtomBuffers;
  readonly roots: RootBuffers;
  readonly ladders: LadderBuffers;
  readonly shapes: SharedArrayBuffer;
}

/** What a domain keeps of one slice of coins. */
export interface SliceDomainBuffers {
  readonly thresholds: ThresholdBuffers | null;
  readonly items: ItemSlice;
  readonly roots: RootSliceBuffers;
}

/** The conditions of one timeframe that are evaluated in one mode, each where its kind is judged best. */
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
  /** For figures: how many of each kind there are, and the bytes that they take. */
  census(): DomainCensus;
}

export interface DomainCensus {
  readonly thresholds: { readonly count: number; readonly bytes: number };
  readonly compounds: { readonly count: number; readonly bytes: number };
  readonly roots: number;
}

export interface DomainOptions {
  readonly mode: EvaluationMode;
  readonly table: NumberTable;
  readonly slotsPerSlice: number;
}

interface PlainThreshold {
  readonly node: NumberNode;
  readonly sign: ThresholdSign;
  readonly level: number;
}

const SIGNS: ReadonlySet<string> = new Set<ThresholdSign>(['<', '<=', '>', '>=']);

/** A condition that is one number against a constant; null: it is something else. */
function thresholdOf(root: BoolNode): PlainThreshold | null {
  if (root.kind !== 'compare') return null;
  const leaf = constantRight(root);
  if (leaf.kind !== 'compare' || leaf.right.kind !== 'constant' || leaf.left.kind === 'constant') return null;
  return SIGNS.has(leaf.op) ? { node: leaf.left, sign: leaf.op as ThresholdSign, level: leaf.right.value } : null;
}

export function createDomain({ mode, table, slotsPerSlice }: DomainOptions): Domain {
  const peek = mode === 'snapshot';
  let version = 0;
  let held = 0;
  const onMoved = (): void => {
    version++;
  };
  const common = { table, peek, slotsPerSlice, onMoved };
  const items = createItemBook(common);
  const roots = createRootBook(common);
  const thresholds: (ThresholdEditor | null)[] = [];

  const indexAt = (slice: number): ThresholdEditor => {
    const known = thresholds[slice] ?? null;
    if (known !== null) return known;
    const made = createThresholdEditor(slotsPerSlice, onMoved);
    thresholds[slice] = made;
    onMoved();
    return made;
  };

  const thresholdAt = (
    strategy: EngineStrategy,
    { sign, level }: PlainThreshold,
    at: { number: number; slot: number },
  ) => ({
    slice: Math.floor(at.slot / slotsPerSlice),
    threshold: { number: at.number, slot: at.slot % slotsPerSlice, level, tag: tagOf(strategy.handle, sign) },
  });

  const putThreshold = (strategy: EngineStrategy, plain: PlainThreshold, slots: readonly number[]): void => {
    for (const slot of slots) {
      const { slice, threshold } = thresholdAt(strategy, plain, { number: table.hold(plain.node, peek), slot });
      indexAt(slice).put(threshold);
    }
  };

  const removeThreshold = (strategy: EngineStrategy, plain: PlainThreshold, slots: readonly number[]): void => {
    const number = table.indexOf(plain.node.key);
    if (number === undefined) return;
    for (const slot of slots) {
      const { slice, threshold } = thresholdAt(strategy, plain, { number, slot });
      indexAt(slice).remove(threshold);
      table.release(number);
    }
  };

  return {
    mode,
    version: () => version,
    buffers: () => ({ atoms: roots.atoms, roots: roots.roots, ladders: roots.ladders, shapes: items.shapes() }),
    sliceBuffers: (slice) => ({
      thresholds: thresholds[slice]?.buffers ?? null,
      items: items.slice(slice),
      roots: roots.slice(slice),
    }),

    put(strategy, slotOf) {
      held++;
      if (strategy.coins === null) return roots.put(strategy);
      const slots = strategy.coins.map(slotOf);
      const plain = thresholdOf(strategy.condition.root);
      if (plain !== null) return putThreshold(strategy, plain, slots);
      if (!items.put(strategy, slots)) roots.put(strategy);
    },

    remove(strategy, slotOf) {
      held--;
      if (strategy.coins === null) return roots.remove(strategy);
      const slots = strategy.coins.map(slotOf);
      const plain = thresholdOf(strategy.condition.root);
      if (plain !== null) return removeThreshold(strategy, plain, slots);
      if (!items.remove(strategy, slots)) roots.remove(strategy);
    },

    addSlice() {
      thresholds.push(null);
      items.addSlice();
      roots.addSlice();
      onMoved();
    },

    handlesOf: (root) => roots.holdersOf(root),
    settle() {
      for (const index of thresholds) index?.settle();
      items.settle();
      roots.settle();
    },
    isEmpty: () => held === 0,
    census: () => ({
      thresholds: thresholds.reduce(
        (sum, index) => ({ count: sum.count + (index?.count() ?? 0), bytes: sum.bytes + (index?.bytes() ?? 0) }),
        { count: 0, bytes: 0 },
      ),
      compounds: items.census(),
      roots: roots.count(),
    }),
  };
}

/** Numbers that are read for one coin at a time: of the rearm condition, and the strategy's own names. */
export function askedNumbers({ condition, rearm }: EngineStrategy): NumberNode[] {
  const asked: NumberNode[] = [...condition.named, ...(rearm?.named ?? [])].map(({ node }) => node);
  const visit = (node: BoolNode): void => {
    if (node.kind === 'not') visit(node.operand);
    else if ('operands' in node) node.operands.forEach(visit);
    else asked.push(...numbersOf(node));
  };
  if (rearm !== null) visit(rearm.root);
  return asked.filter(({ kind }) => kind !== 'constant');
}
