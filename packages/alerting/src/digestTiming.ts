export interface DigestTiming {
  /** From the first alert that waits to the message; 0 waits for no other alert. */
  readonly waitMs: number;
  /** From one message to the next while alerts keep coming; 0 sets no least distance. */
  readonly intervalMs: number;
}

/** Each alert goes by itself. */
export const NO_DIGEST: DigestTiming = { waitMs: 0, intervalMs: 0 };

/**
 * When the alerts that wait for a channel are to be sent together.
 *
 * Shape:  the first wait after the oldest of them; within the interval after the channel's last message, when that ends.
 * Units:  epoch milliseconds.
 * Edges:  what came on the very millisecond that the interval ends begins a new first wait.
 */
export function digestDueMs(options: {
  timing: DigestTiming;
  firstWaitingAtMs: number;
  /** null: the channel has had no message yet. */
  lastMessageAtMs: number | null;
}): number {
  const { timing, firstWaitingAtMs, lastMessageAtMs } = options;
  const intervalEndsMs = lastMessageAtMs === null ? -Infinity : lastMessageAtMs + timing.intervalMs;
  return firstWaitingAtMs < intervalEndsMs ? intervalEndsMs : firstWaitingAtMs + timing.waitMs;
}
