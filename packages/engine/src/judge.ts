import { viewAtoms, type AtomViews, type Matrices } from './atoms.ts';
import type { Events } from './buffers.ts';
import { judgeBank, viewBank, type BankViews } from './compounds.ts';
import type { DomainBuffers, SliceDomainBuffers } from './domain.ts';
import { viewLadders, viewRungs, type LadderViews } from './ladders.ts';
import { viewPlanes } from './planes.ts';
import { judgeRoots, viewRoots, type RootSlice, type RootViews } from './roots.ts';
import { crossThresholds, viewThresholds, type ThresholdViews } from './thresholds.ts';

/** The conditions of one domain over one slice of coins, laid over shared memory. */
export interface DomainViews {
  readonly thresholds: ThresholdViews | null;
  readonly items: { readonly atoms: AtomViews; readonly shapes: Uint8Array; readonly banks: readonly BankViews[] };
  readonly atoms: AtomViews;
  readonly roots: RootViews;
  readonly ladders: LadderViews;
  readonly rootSlice: RootSlice;
}

export function viewDomain(domain: DomainBuffers, slice: SliceDomainBuffers): DomainViews {
  return {
    thresholds: slice.thresholds === null ? null : viewThresholds(slice.thresholds),
    items: {
      atoms: viewAtoms(slice.items.atoms),
      shapes: new Uint8Array(domain.shapes),
      banks: slice.items.banks.map(viewBank),
    },
    atoms: viewAtoms(domain.atoms),
    roots: viewRoots(domain.roots),
    ladders: viewLadders(domain.ladders),
    rootSlice: {
      planes: viewPlanes(slice.roots.planes),
      rungs: viewRungs(slice.roots.rungs),
      fresh: new Uint8Array(slice.roots.fresh),
    },
  };
}

export interface JudgeOptions {
  readonly matrices: Matrices;
  readonly evaluated: Uint32Array;
  readonly firstSlot: number;
  readonly events: Events;
}

/** Judges every condition of a domain and notes those that have become true, or are not true any longer. */
export function judgeDomain(views: DomainViews, options: JudgeOptions): void {
  const { matrices, evaluated, firstSlot, events } = options;
  const { items, atoms, ladders } = views;
  if (views.thresholds !== null) {
    crossThresholds(views.thresholds, { now: matrices.now, slots: matrices.slots, firstSlot, events });
  }
  for (const bank of items.banks) {
    judgeBank(bank, { atoms: items.atoms, shapes: items.shapes, matrices, firstSlot, events });
  }
  judgeRoots(views.roots, views.rootSlice, { atoms, ladders, matrices, evaluated, firstSlot, events });
}
