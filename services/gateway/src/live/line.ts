import type { Duplex } from 'node:stream';
import { LIVE_CLOSE, type LiveClose, type LiveServerMessage } from '@ubot/contracts';
import type { WebSocket } from 'ws';
import { UNMETERED, type SocketMeter } from '../socketMetrics.ts';
import type { SharedFrame } from './frame.ts';

/** Answers that a client asked for and does not read; past this it is not worth having. */
const ANSWERS_BYTES = 256 * 1024;
/** An alert that a reader does not take within this time ends the connection; it resumes where it was. */
const TAKEN_LIMIT_MS = 30_000;

/** What one connection is written to by. */
export interface Line {
  isOpen(): boolean;
  /** A message for this connection alone. A reader that lets its answers pile up is cut off. */
  say(message: LiveServerMessage): void;
  /** Resolves when the network has taken it; rejects when the connection is gone. */
  deliver(message: LiveServerMessage): Promise<void>;
  /** `done` once the network has taken it, or the connection is gone. */
  sendFrame(frame: SharedFrame, done: () => void): void;
  /** A frame was left out, because the reader still takes the one before. */
  skipped(): void;
  close(reason: LiveClose): void;
  /** Without a closing handshake, for a peer that does not read. */
  cut(): void;
}

/**
 * Shared frames go to the connection's own stream as they are: `ws` would build a header for each and, for a text, a
 * copy. Both write whole frames at a time, so they never mix. `ws` itself never compresses here, so that there is one
 * user of the deflate that was negotiated, and its window is empty before every message.
 */
export function createLine(socket: WebSocket, stream: Duplex, meter: SocketMeter = UNMETERED): Line {
  const takesDeflated = socket.extensions.includes('permessage-deflate');
  let answersBytes = 0;
  const isOpen = (): boolean => socket.readyState === socket.OPEN;
  const tooSlow = (): void => {
    meter.slow('cut');
    line.cut();
  };
  const line: Line = {
    isOpen,
    say(message) {
      if (!isOpen()) return;
      const text = JSON.stringify(message);
      answersBytes += text.length;
      if (answersBytes > ANSWERS_BYTES) return tooSlow();
      meter.sent(Buffer.byteLength(text));
      socket.send(text, { compress: false }, () => {
        answersBytes -= text.length;
      });
    },
    deliver: (message) =>
      new Promise((resolve, reject) => {
        if (!isOpen()) return reject(new Error('the connection is closed'));
        const limit = setTimeout(() => {
          line.close(LIVE_CLOSE.tooSlow);
          // The closing frame waits behind what the reader does not read.
          tooSlow();
        }, TAKEN_LIMIT_MS);
        const text = JSON.stringify(message);
        meter.sent(Buffer.byteLength(text));
        socket.send(text, { compress: false }, (error) => {
          clearTimeout(limit);
          if (error === undefined || error === null) resolve();
          else reject(error);
        });
      }),
    sendFrame(frame, done) {
      if (!isOpen()) return done();
      const bytes = takesDeflated && frame.deflated !== null ? frame.deflated : frame.plain;
      meter.sent(bytes.length);
      stream.write(bytes, done);
    },
    skipped: () => meter.slow('skipped'),
    close({ code, reason }) {
      if (isOpen()) socket.close(code, reason);
    },
    cut: () => socket.terminate(),
  };
  return line;
}
