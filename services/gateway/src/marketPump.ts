/** The part of a WebSocket that sending needs. */
export interface FrameSink {
  /** `done` once the frame has been handed to the network, or the connection is gone. */
  send(frame: Buffer, done: () => void): void;
}

/**
 * Market frames to one reader: at most one on its way and one waiting. While a slow reader takes one, newer frames
 * replace the waiting one, so it gets the newest next and never a backlog.
 */
export function createMarketPump(sink: FrameSink): { offer(frame: Buffer): void; stop(): void } {
  let isSending = false;
  let waiting: Buffer | null = null;
  let isStopped = false;

  const send = (frame: Buffer): void => {
    isSending = true;
    sink.send(frame, () => {
      isSending = false;
      const next = waiting;
      waiting = null;
      if (next !== null && !isStopped) send(next);
    });
  };

  return {
    offer(frame) {
      if (isStopped) return;
      if (isSending) waiting = frame;
      else send(frame);
    },
    stop() {
      isStopped = true;
      waiting = null;
    },
  };
}
