export interface Wakes {
  /** Forgets calls that have come: what they were about is being done now. */
  clear(): void;
  wake(): void;
  /** Ends after so long, or with the first call since `clear`. */
  wait(ms: number): Promise<void>;
}

/** A wait that a call cuts short; a call that comes before the wait counts for it. One that is cut short leaves nothing behind. */
export function createWakes(): Wakes {
  let woken = false;
  let resume: (() => void) | null = null;
  return {
    clear() {
      woken = false;
    },
    wake() {
      woken = true;
      resume?.();
    },
    wait(ms) {
      if (woken) return Promise.resolve();
      return new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          resume = null;
          resolve();
        };
        const timer = setTimeout(end, ms);
        resume = end;
      });
    },
  };
}
