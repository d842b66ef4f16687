import type { WebSocket } from 'ws';
import { CLOSE } from './liveMessages.ts';
import { createLiveSocket, type LiveOptions, type LiveSocket } from './liveSocket.ts';

/** Each idle connection costs about 16 KB. */
const SOCKETS = 10_000;
const SOCKETS_OF_ONE_USER = 50;
const HEARTBEAT_MS = 30_000;
/** Every so many heartbeats each token is asked about again, for the day a session ends by its age. */
const RECHECK_EVERY = 20;

export interface Live {
  accept(socket: WebSocket, headerToken: string | null): void;
  broadcastMarket(frame: Buffer): void;
  /** A user's sessions have changed; '' means that anybody's may have. */
  recheckUser(userId: string): void;
  close(): void;
}

/** All open connections. */
export function createLive(options: Omit<LiveOptions, 'admit'>): Live {
  const open = new Map<WebSocket, { live: LiveSocket; isAlive: boolean }>();
  let beats = 0;

  const admit = (userId: string): boolean => {
    let count = 0;
    for (const { live } of open.values()) if (live.userId() === userId) count += 1;
    return count < SOCKETS_OF_ONE_USER;
  };
  const recheck = (live: LiveSocket): void => {
    live.recheck().catch((error: unknown) => options.logger.warn({ event: 'live.recheck_failed', error }));
  };
  const heartbeat = setInterval(() => {
    beats += 1;
    for (const [socket, entry] of open) {
      if (!entry.isAlive) socket.terminate();
      entry.isAlive = false;
      if (socket.readyState === socket.OPEN) socket.ping();
      if (beats % RECHECK_EVERY === 0) recheck(entry.live);
    }
  }, HEARTBEAT_MS);

  return {
    accept(socket, headerToken) {
      if (open.size >= SOCKETS) {
        socket.close(CLOSE.tooMany.code, CLOSE.tooMany.reason);
        return;
      }
      const entry = { live: createLiveSocket(socket, headerToken, { ...options, admit }), isAlive: true };
      open.set(socket, entry);
      socket.on('pong', () => {
        entry.isAlive = true;
      });
      socket.on('close', () => open.delete(socket));
    },
    broadcastMarket(frame) {
      for (const { live } of open.values()) live.offerMarket(frame);
    },
    recheckUser(userId) {
      for (const { live } of open.values()) if (userId === '' || live.userId() === userId) recheck(live);
    },
    close() {
      clearInterval(heartbeat);
    },
  };
}
