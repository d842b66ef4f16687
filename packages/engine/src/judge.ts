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
  readonly atoms: AtomViews;
  readonly shapes: Uint8Array;
  readonly roots: RootViews;
  readonly thresholds: ThresholdViews | null;
  readonly banks: readonly BankViews[];
  readonly ladders: LadderViews;
  readonly rootSlice: RootSlice;
}

export function viewDomain(domain: DomainBuffers, slice: SliceDomainBuffers): DomainViews {
  return {
    atoms: viewAtoms(domain.atoms),
    shapes: new Uint8Array(domain.shapes),
    roots: viewRoots(domain.roots),
    thresholds: slice.thresholds === null ? null : viewThresholds(slice.thresholds),
    banks: slice.banks.map(viewBank),
    ladders: viewLadders(domain.ladders),
    rootSlice: {
      planes: viewPlanes(slice.planes),
      rungs: viewRungs(slice.rungs),
      fresh: new Uint8Array(slice.fresh.buffer),
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
  const { atoms, shapes } = views;
  if (views.thresholds !== null) {
    crossThresholds(views.thresholds, { now: matrices.now, slots: matrices.slots, firstSlot, events });
  }
  for (const bank of views.banks) judgeBank(bank, { atoms, shapes, matrices, firstSlot, events });
  const { ladders } = views;
  judgeRoots(views.roots, views.rootSlice, { atoms, ladders, matrices, evaluated, firstSlot, events });
}
