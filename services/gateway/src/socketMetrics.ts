import { Counter, Gauge, type Registry } from 'prom-client';
import type { WebSocket } from 'ws';

/** Counts what the sockets of one address do. Cheap enough for every frame: the numbers are put together when asked for. */
export interface SocketMeter {
  /** From now on: counted as open, and by its code when it closes. */
  watch(socket: WebSocket): void;
  /** A message of so many bytes was handed to the network. */
  sent(bytes: number): void;
  /** A reader does not keep up: a frame was left out for a newer one, or the connection was cut. */
  slow(what: 'skipped' | 'cut'): void;
}

export interface SocketMetrics {
  readonly ws: SocketMeter;
  readonly graphql: SocketMeter;
}

/** For sockets that nobody counts. */
export const UNMETERED: SocketMeter = { watch: () => {}, sent: () => {}, slow: () => {} };

/** A client may close with any number it likes; what is not one of these would make a series each. */
const CODES: ReadonlySet<number> = new Set([
  1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1011, 1013, 4400, 4401, 4403, 4406, 4408, 4409, 4429,
]);

interface Totals {
  open: number;
  frames: number;
  bytes: number;
  readonly slow: Record<'skipped' | 'cut', number>;
}

type Door = keyof SocketMetrics;

export function createSocketMetrics(registry: Registry): SocketMetrics {
  const none = (): Totals => ({ open: 0, frames: 0, bytes: 0, slow: { skipped: 0, cut: 0 } });
  const totals: Record<Door, Totals> = { ws: none(), graphql: none() };
  const doors = Object.entries(totals) as [Door, Totals][];
  const labelNames = ['door'] as const;
  const asCounter = (name: string, help: string, read: (of: Totals) => number): void => {
    const collect = function (this: Counter<'door'>): void {
      this.reset();
      for (const [door, of] of doors) this.inc({ door }, read(of));
    };
    registry.registerMetric(new Counter({ name, help, labelNames, registers: [], collect }));
  };
  registry.registerMetric(
    new Gauge({
      name: 'ubot_gateway_sockets_open',
      help: 'Open WebSockets: of /ws, and of GraphQL subscriptions.',
      labelNames,
      registers: [],
      collect() {
        for (const [door, { open }] of doors) this.set({ door }, open);
      },
    }),
  );
  asCounter('ubot_gateway_socket_frames_total', 'Messages sent over WebSockets.', ({ frames }) => frames);
  asCounter('ubot_gateway_socket_bytes_total', 'Bytes of the messages sent over WebSockets.', ({ bytes }) => bytes);
  registry.registerMetric(
    new Counter({
      name: 'ubot_gateway_socket_slow_readers_total',
      help: 'What readers that do not keep up cost: frames left out for newer ones (skipped), connections ended (cut).',
      labelNames: ['door', 'what'],
      registers: [],
      collect() {
        this.reset();
        for (const [door, { slow }] of doors) {
          this.inc({ door, what: 'skipped' }, slow.skipped);
          this.inc({ door, what: 'cut' }, slow.cut);
        }
      },
    }),
  );
  const closes = new Counter({
    name: 'ubot_gateway_socket_closes_total',
    help: 'WebSockets closed, by code; 1006 is without a closing handshake.',
    labelNames: ['door', 'code'],
    registers: [registry],
  });

  const meterOf = (door: Door): SocketMeter => {
    const of = totals[door];
    return {
      watch(socket) {
        of.open += 1;
        socket.once('close', (code) => {
          of.open -= 1;
          closes.inc({ door, code: CODES.has(code) ? String(code) : 'other' });
        });
      },
      sent(bytes) {
        of.frames += 1;
        of.bytes += bytes;
      },
      slow(what) {
        of.slow[what] += 1;
      },
    };
  };
  return { ws: meterOf('ws'), graphql: meterOf('graphql') };
}
