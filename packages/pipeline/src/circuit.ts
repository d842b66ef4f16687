import type { CircuitOptions } from './types.ts';

export type CircuitState = 'closed' | 'open' | 'trying';

export interface Circuit {
  state(): CircuitState;
  /** How long an item has to wait: 0 lets it pass. After the rest one single item passes, to try. */
  waitMs(): number;
  /** An item starts: in a rested circuit it becomes the one that tries. */
  began(): void;
  /** Each tells whether the state changed with it. */
  succeeded(): boolean;
  failed(): boolean;
  /** The item ended without telling anything about the module (it was withdrawn). */
  undecided(): void;
}

/**
 * Keeps items from a module that fails every time.
 *
 * Edges: opens on the failure that makes `failures` in a row; at exactly `restMs` after that one item passes; its
 *        success closes the circuit, its failure opens it for another `restMs`.
 */
export function createCircuit(options: CircuitOptions, nowMs: () => number): Circuit {
  let failuresInARow = 0;
  let openUntilMs: number | null = null;
  let trying = false;

  return {
    state: () => (openUntilMs === null ? 'closed' : trying ? 'trying' : 'open'),
    waitMs() {
      if (openUntilMs === null) return 0;
      if (trying) return options.restMs;
      return Math.max(0, openUntilMs - nowMs());
    },
    began() {
      trying = openUntilMs !== null;
    },
    succeeded() {
      const closes = openUntilMs !== null;
      failuresInARow = 0;
      openUntilMs = null;
      trying = false;
      return closes;
    },
    failed() {
      failuresInARow += 1;
      // While it is open, failures of items that began before tell nothing new.
      const opens = trying || (openUntilMs === null && failuresInARow >= options.failures);
      if (opens) openUntilMs = nowMs() + options.restMs;
      trying = false;
      return opens;
    },
    undecided() {
      trying = false;
    },
  };
}
