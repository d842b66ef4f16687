import { encodeAtom, viewAtoms, type Atom, type AtomBuffers } from './atoms.ts';
import { grown, small } from './buffers.ts';
import type { Leaf } from './formula.ts';
import { constantRight, numbersOf } from './leaves.ts';
import type { NumberTable } from './numberTable.ts';

/** A comparison that is written down once and held by those who use it. */
export interface HeldAtom {
  readonly id: number;
  readonly leaf: Leaf;
  readonly atom: Atom;
  holders: number;
}

/** Keeps a list of distinct atoms, and holds the numbers that they read. */
export interface AtomBook {
  readonly buffers: AtomBuffers;
  hold(leaf: Leaf): HeldAtom;
  release(id: number): void;
  count(): number;
}

export function createAtomBook(options: { table: NumberTable; peek: boolean; onMoved: () => void }): AtomBook {
  const { table, peek, onMoved } = options;
  const buffers: AtomBuffers = { left: small(), right: small() };
  let views = viewAtoms(buffers);
  const byKey = new Map<string, HeldAtom>();
  const byId: (HeldAtom | null)[] = [];
  const free: number[] = [];

  const fit = (): void => {
    const left = grown(buffers.left, 4 * byId.length);
    const right = grown(buffers.right, 8 * byId.length);
    if (left === buffers.left && right === buffers.right) return;
    Object.assign(buffers, { left, right });
    views = viewAtoms(buffers);
    onMoved();
  };

  const atomOf = (leaf: Leaf): Atom => {
    const [left, right] = numbersOf(leaf).map((node) => table.hold(node, peek)) as [number, number | undefined];
    if (leaf.kind === 'trend') return { operator: { compare: '==' }, left, right: { constant: 1 } };
    const operator = leaf.kind === 'compare' ? { compare: leaf.op } : { cross: leaf.direction };
    if (right !== undefined) return { operator, left, right: { number: right } };
    return { operator, left, right: { constant: leaf.right.kind === 'constant' ? leaf.right.value : NaN } };
  };

  return {
    buffers,
    count: () => byKey.size,
    hold(written) {
      const leaf = constantRight(written);
      const known = byKey.get(leaf.key);
      if (known !== undefined) {
        known.holders++;
        return known;
      }
      const id = free.pop() ?? byId.push(null) - 1;
      const held: HeldAtom = { id, leaf, atom: atomOf(leaf), holders: 1 };
      byId[id] = held;
      byKey.set(leaf.key, held);
      fit();
      const encoded = encodeAtom(held.atom);
      views.left[id] = encoded.left;
      views.right[id] = encoded.right;
      return held;
    },
    release(id) {
      const held = byId[id]!;
      held.holders--;
      if (held.holders > 0) return;
      byKey.delete(held.leaf.key);
      byId[id] = null;
      free.push(id);
      for (const { key } of numbersOf(held.leaf)) table.release(table.indexOf(key)!);
    },
  };
}
