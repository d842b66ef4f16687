import type { Duplex } from 'node:stream';
import { LIVE_CLOSE, LIVE_LIMITS } from '@ubot/contracts';
import type { WebSocket } from 'ws';
import { createLiveSocket, type LiveSocket, type SocketOptions } from './socket.ts';

/** Each idle connection costs about 16 KB. */
const SOCKETS = 10_000;
/** Every so many heartbeats each token is asked about again, for the day a session ends by its age. */
const RECHECK_EVERY = 20;
/** How long a closing server waits for what is under way, and then for the clients to say good-bye. */
const DRAIN_MS = 2_000;
const DRAIN_LOOK_MS = 20;
/** Connections come back over this time, so that the next server is not met by all of them at once. */
const RECONNECT_FIRST_MS = 500;
const RECONNECT_SPREAD_MS = 5_000;

export interface Accepted {
  readonly socket: WebSocket;
  /** The connection below, for frames that are ready. */
  readonly stream: Duplex;
  /** The token that came with the request. */
  readonly token: string | null;
}

export interface Connections {
  accept(accepted: Accepted): void;
  /** A user's sessions have changed; '' means that anybody's may have. */
  recheckUser(userId: string): void;
  /** How many there are. */
  size(): number;
  /** Ends each with a word on when to come back; resolves when all are gone. */
  close(): Promise<void>;
}

/** All open connections. */
export function createConnections(options: Omit<SocketOptions, 'admit'>): Connections {
  const { logger } = options.sources;
  const open = new Map<WebSocket, { live: LiveSocket; isAlive: boolean }>();
  let beats = 0;
  let isClosing = false;

  const admit = (userId: string): boolean => {
    let count = 0;
    for (const { live } of open.values()) if (live.userId() === userId) count += 1;
    return count < LIVE_LIMITS.socketsOfOneUser;
  };
  const recheck = (live: LiveSocket): void => {
    live.recheck().catch((error: unknown) => logger.warn({ event: 'live.recheck_failed', error }));
  };
  const heartbeat = setInterval(() => {
    beats += 1;
    for (const [socket, entry] of open) {
      if (!entry.isAlive) socket.terminate();
      entry.isAlive = false;
      if (socket.readyState === socket.OPEN) socket.ping();
      if (beats % RECHECK_EVERY === 0) recheck(entry.live);
    }
  }, options.heartbeatMs);

  return {
    accept({ socket, stream, token }) {
      options.meter?.watch(socket);
      if (isClosing) return socket.close(LIVE_CLOSE.goingAway.code, LIVE_CLOSE.goingAway.reason);
      if (open.size >= SOCKETS) return socket.close(LIVE_CLOSE.tooManySockets.code, LIVE_CLOSE.tooManySockets.reason);
      const entry = { live: createLiveSocket({ socket, stream, token }, { ...options, admit }), isAlive: true };
      open.set(socket, entry);
      socket.on('pong', () => {
        entry.isAlive = true;
      });
      socket.on('close', () => open.delete(socket));
    },
    recheckUser(userId) {
      for (const { live } of open.values()) if (userId === '' || live.userId() === userId) recheck(live);
    },
    size: () => open.size,
    async close() {
      isClosing = true;
      clearInterval(heartbeat);
      const each = RECONNECT_SPREAD_MS / Math.max(1, open.size);
      const leaving = [...open.values()].map(({ live }, index) =>
        live.goAway(RECONNECT_FIRST_MS + Math.floor(index * each)),
      );
      await Promise.race([Promise.all(leaving), pause(DRAIN_MS)]);
      for (let waitedMs = 0; open.size > 0 && waitedMs < DRAIN_MS; waitedMs += DRAIN_LOOK_MS)
        await pause(DRAIN_LOOK_MS);
      for (const socket of open.keys()) socket.terminate();
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
