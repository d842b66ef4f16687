import { createAtomBook, type AtomBook } from './atomBook.ts';
import type { AtomBuffers } from './atoms.ts';
import { grown, small } from './buffers.ts';
import { createBankEditor, SHAPES, type BankBuffers, type BankEditor } from './compounds.ts';
import { formulaOf, tableOf, TABLE_LEAVES, TABLE_LENGTH, type Formula } from './formula.ts';
import type { NumberTable } from './numberTable.ts';
import type { EngineStrategy } from './program.ts';

/** What a slice has of the conditions of single coins: its banks, and the atoms that they name. */
export interface ItemSlice {
  readonly atoms: AtomBuffers;
  readonly banks: readonly BankBuffers[];
}

/** Conditions of single coins that are more than one threshold. Each slice has its atoms to itself, close at hand. */
export interface ItemBook {
  /** Verdict tables of the shapes, shared by all slices. */
  shapes(): SharedArrayBuffer;
  slice(slice: number): ItemSlice;
  addSlice(): void;
  /** false: the condition has too many parts for an item. */
  put(strategy: EngineStrategy, slots: readonly number[]): boolean;
  /** false: no item of the strategy was there. */
  remove(strategy: EngineStrategy, slots: readonly number[]): boolean;
  settle(): void;
  census(): { count: number; bytes: number };
}

interface SliceItems {
  readonly atoms: AtomBook;
  readonly banks: Map<number, BankEditor>;
}

export function createItemBook(options: {
  table: NumberTable;
  peek: boolean;
  slotsPerSlice: number;
  onMoved: () => void;
}): ItemBook {
  const { table, peek, slotsPerSlice, onMoved } = options;
  const slices: SliceItems[] = [];
  const shapeOf = new Map<string, number>();
  let shapes = small();

  const placeOf = (slot: number) => ({ items: slices[Math.floor(slot / slotsPerSlice)]!, slot: slot % slotsPerSlice });

  const shapeFor = (formula: Formula, leafCount: number): number | null => {
    const verdicts = tableOf(formula, leafCount);
    const key = verdicts.join('');
    const known = shapeOf.get(key);
    if (known !== undefined) return known;
    const shape = shapeOf.size;
    if (shape === SHAPES) return null;
    shapeOf.set(key, shape);
    const larger = grown(shapes, TABLE_LENGTH * shapeOf.size);
    if (larger !== shapes) onMoved();
    shapes = larger;
    new Uint8Array(shapes).set(verdicts, shape * TABLE_LENGTH);
    return shape;
  };

  const bankOf = ({ banks }: SliceItems, leaves: number): BankEditor => {
    const known = banks.get(leaves);
    if (known !== undefined) return known;
    const bank = createBankEditor(leaves, onMoved);
    banks.set(leaves, bank);
    onMoved();
    return bank;
  };

  return {
    shapes: () => shapes,
    slice: (slice) => {
      const { atoms, banks } = slices[slice]!;
      return { atoms: atoms.buffers, banks: [...banks.values()].map(({ buffers }) => buffers) };
    },
    addSlice() {
      slices.push({ atoms: createAtomBook({ table, peek, onMoved }), banks: new Map() });
    },
    put(strategy, slots) {
      const { formula, leaves } = formulaOf(strategy.condition.root);
      const shape = leaves.length > TABLE_LEAVES ? null : shapeFor(formula, leaves.length);
      if (shape === null) return false;
      for (const each of slots) {
        const { items, slot } = placeOf(each);
        const atoms = leaves.map((leaf) => items.atoms.hold(leaf).id);
        bankOf(items, leaves.length).put({ handle: strategy.handle, slot, shape, atoms });
      }
      return true;
    },
    remove(strategy, slots) {
      const { leaves } = formulaOf(strategy.condition.root);
      let found = false;
      for (const each of slots) {
        const { items, slot } = placeOf(each);
        const removed = items.banks.get(leaves.length)?.remove(strategy.handle, slot) ?? null;
        if (removed === null) continue;
        found = true;
        for (const id of removed) items.atoms.release(id);
      }
      return found;
    },
    settle() {
      for (const { banks } of slices) for (const bank of banks.values()) bank.settle();
    },
    census() {
      const census = { count: 0, bytes: 0 };
      for (const { atoms, banks } of slices) {
        census.bytes += 12 * atoms.count();
        for (const bank of banks.values()) {
          census.count += bank.count();
          census.bytes += bank.bytes();
        }
      }
      return census;
    },
  };
}
