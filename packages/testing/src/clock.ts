export interface FakeClock {
  nowMs(): number;
  advance(ms: number): void;
  set(atMs: number): void;
}

/** A clock that stands still until it is told to move. */
export function fakeClock(startMs: number): FakeClock {
  let currentMs = startMs;
  return {
    nowMs: () => currentMs,
    advance: (ms) => {
      currentMs += ms;
    },
    set: (atMs) => {
      currentMs = atMs;
    },
  };
}
