import { viewAtoms, type AtomViews, type Matrices } from './atoms.ts';
import type { Events } from './buffers.ts';
import { judgeBank, viewBank, type BankViews } from './compounds.ts';
import type { DomainBuffers, SliceDomainBuffers } from './domain.ts';
import { judgeRoots, viewPlanes, viewRoots, type PlaneViews, type RootViews } from './roots.ts';
import { crossThresholds, viewThresholds, type ThresholdViews } from './thresholds.ts';

/** The conditions of one domain over one slice of coins, laid over shared memory. */
export interface DomainViews {
  readonly atoms: AtomViews;
  readonly shapes: Uint8Array;
  readonly roots: RootViews;
  readonly thresholds: ThresholdViews | null;
  readonly banks: readonly BankViews[];
  readonly planes: PlaneViews;
}

export function viewDomain(domain: DomainBuffers, slice: SliceDomainBuffers): DomainViews {
  return {
    atoms: viewAtoms(domain.atoms),
    shapes: new Uint8Array(domain.shapes),
    roots: viewRoots(domain.roots),
    thresholds: slice.thresholds === null ? null : viewThresholds(slice.thresholds),
    banks: slice.banks.map(viewBank),
    planes: viewPlanes(slice.planes),
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
  judgeRoots(views.roots, views.planes, { atoms, matrices, evaluated, firstSlot, events });
}
