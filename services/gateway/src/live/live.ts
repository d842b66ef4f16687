import websocket from '@fastify/websocket';
import type { Bus } from '@ubot/bus';
import { LIVE_LIMITS, type Photo } from '@ubot/contracts';
import type { HttpApp, Logger } from '@ubot/service-kit';
import type { Identities } from '../identities.ts';
import type { Services } from '../services.ts';
import { tokenOf } from '../sessionCookie.ts';
import type { SocketMeter } from '../socketMetrics.ts';
import { createAlertWakes } from './alertWakes.ts';
import { createCandleTopics } from './candleTopics.ts';
import { createConnections } from './connections.ts';
import { createDeliveryHub } from './deliveryHub.ts';
import { createMarketTopics } from './marketTopics.ts';
import { createNumbers } from './topics.ts';

/** A message over the limit and below this is refused with a reason; one above it as soon as its length is read. */
const FRAME_BYTES = 4 * LIVE_LIMITS.messageBytes;
/** One message in so many pieces is no client's habit. */
const FRAGMENTS = 64;
const CHUNKS = 1_024;
/** Messages are small; a connection whose client deflates them has a buffer of this. */
const INFLATE_CHUNK_BYTES = 1_024;
/** For a peer that does not answer the closing handshake. */
const CLOSE_TIMEOUT_MS = 5_000;

const WS_OPTIONS = {
  maxPayload: FRAME_BYTES,
  maxFragments: FRAGMENTS,
  maxBufferedChunks: CHUNKS,
  closeTimeout: CLOSE_TIMEOUT_MS,
  perMessageDeflate: {
    // Our frames are deflated without regard to those before, with the largest window.
    serverNoContextTakeover: true,
    serverMaxWindowBits: 15,
    zlibInflateOptions: { chunkSize: INFLATE_CHUNK_BYTES },
  },
};

export interface LiveOptions {
  identities: Identities;
  services: Services;
  bus: Bus;
  logger: Logger;
  nowMs: () => number;
  /** Between two pings; LIVE_LIMITS.heartbeatMs when not given. */
  heartbeatMs?: number | undefined;
  meter?: SocketMeter | undefined;
}

export interface Live {
  /** Adds /ws. */
  addTo(app: HttpApp): Promise<void>;
  /** A new snapshot of the market. */
  take(photo: Photo): void;
  /** A user's sessions have changed; '' means that anybody's may have. */
  recheckUser(userId: string): void;
  close(): Promise<void>;
}

/** The WebSocket: what all connections share, and the connections. */
export function createLive(options: LiveOptions): Live {
  const { identities, services, bus, logger, nowMs } = options;
  const notifier = services.notifier;
  const nextNumber = createNumbers();
  const onError = (error: unknown): void => logger.warn({ event: 'live.topic_failed', error });
  const market = createMarketTopics({ nextNumber, onError });
  const candles = createCandleTopics({ motherApp: services['mother-app'], nextNumber, onError });
  const alertWakes = createAlertWakes({ bus, notifier, logger });
  const deliveries = createDeliveryHub({ bus, notifier, logger });
  const userManager = services['user-manager'];
  const sources = { market, candles, alertWakes, deliveries, notifier, userManager, logger };
  const heartbeatMs = options.heartbeatMs ?? LIVE_LIMITS.heartbeatMs;
  const connections = createConnections({ identities, sources, nowMs, heartbeatMs, meter: options.meter });

  return {
    async addTo(app) {
      await app.register(websocket, {
        // What is wrong with a frame is told to its client by ws, in the closing handshake, and is nobody else's matter.
        errorHandler: (error) => logger.debug({ event: 'live.socket_error', error }),
        options: WS_OPTIONS,
      });
      // A cookie that another site's page brought along was refused before it came here.
      app.get('/ws', { websocket: true, config: { open: true }, schema: { hide: true } }, (socket, request) =>
        connections.accept({ socket, stream: request.raw.socket, token: tokenOf(request)?.token ?? null }),
      );
    },
    take(photo) {
      market.take(photo);
      candles.refresh();
    },
    recheckUser: connections.recheckUser,
    async close() {
      await connections.close();
      candles.close();
      await alertWakes.close();
      await deliveries.close();
    },
  };
}
