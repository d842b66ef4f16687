import { LIVE_LIMITS } from '@ubot/contracts';
import type { Logger } from '@ubot/service-kit';
import type { WebSocket } from 'ws';
import { CLOSE } from './protocol.ts';
import { createGraphqlSocket, type GraphqlSocket, type SocketOptions } from './socket.ts';

const SOCKETS = 10_000;
/** Every so many heartbeats each token is asked about again, for the day a session ends by its age. */
const RECHECK_EVERY = 20;

export interface GraphqlConnections {
  accept(socket: WebSocket, requestToken: string | null, options: Omit<SocketOptions, 'admit'>): void;
  /** A user's sessions have changed; '' means that anybody's may have. */
  recheckUser(userId: string): void;
  close(): void;
}

/** All open connections to /graphql. */
export function createGraphqlConnections(logger: Logger): GraphqlConnections {
  const open = new Map<WebSocket, { live: GraphqlSocket; isAlive: boolean }>();
  let beats = 0;
  let isClosing = false;

  const admit = (userId: string): boolean => {
    let count = 0;
    for (const { live } of open.values()) if (live.userId() === userId) count += 1;
    return count < LIVE_LIMITS.socketsOfOneUser;
  };
  const recheck = (live: GraphqlSocket): void => {
    live.recheck().catch((error: unknown) => logger.warn({ event: 'graphql.recheck_failed', error }));
  };
  const heartbeat = setInterval(() => {
    beats += 1;
    for (const [socket, entry] of open) {
      if (!entry.isAlive) socket.terminate();
      entry.isAlive = false;
      if (socket.readyState === socket.OPEN) socket.ping();
      if (beats % RECHECK_EVERY === 0) recheck(entry.live);
    }
  }, LIVE_LIMITS.heartbeatMs);

  return {
    accept(socket, requestToken, options) {
      options.meter.watch(socket);
      if (isClosing) return socket.close(CLOSE.goingAway.code, CLOSE.goingAway.reason);
      if (open.size >= SOCKETS) return socket.close(CLOSE.tooManySockets.code, CLOSE.tooManySockets.reason);
      const entry = { live: createGraphqlSocket(socket, requestToken, { ...options, admit }), isAlive: true };
      open.set(socket, entry);
      socket.on('pong', () => {
        entry.isAlive = true;
      });
      socket.on('close', () => open.delete(socket));
    },
    recheckUser(userId) {
      for (const { live } of open.values()) if (userId === '' || live.userId() === userId) recheck(live);
    },
    close() {
      isClosing = true;
      clearInterval(heartbeat);
      for (const { live } of open.values()) live.close(CLOSE.goingAway);
    },
  };
}
