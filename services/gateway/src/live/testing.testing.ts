import { waitFor } from '@ubot/testing';
import { connectLive, startGateway, unpublished, type Client, type Harness } from '../harness.testing.ts';
import type { alertOf } from '../services.testing.ts';

const LONG_MS = 5_000;

export type Frame = Readonly<Record<string, unknown>>;

/** A gateway with clients of /ws that end with each test. */
export interface LiveWorld {
  readonly gw: Harness;
  open(options?: string | Parameters<typeof connectLive>[1]): Promise<Client>;
  /** Adds alerts to the ledger and announces them, as the scanner's transaction does. */
  raise(...alerts: ReturnType<typeof alertOf>[]): Promise<void>;
  /** Errors: throws when any of them was sent a message that is not published. */
  endClients(): void;
}

export async function createLiveWorld(): Promise<LiveWorld> {
  const gw = await startGateway();
  // The first snapshot is there before any client is.
  await gw.call('/api/v1/photo');
  const clients: Client[] = [];
  return {
    gw,
    async open(options = 'my-token') {
      const client = await connectLive(gw.url, typeof options === 'string' ? { token: options } : options);
      clients.push(client);
      return client;
    },
    async raise(...alerts) {
      gw.world.alerts.push(...alerts);
      await gw.bus.announce('alert', alerts.at(-1)?.sequence ?? '');
    },
    endClients() {
      for (const { socket } of clients.splice(0)) socket.terminate();
      gw.world.alerts = [];
      gw.world.deliveries.clear();
      if (unpublished.length > 0) throw new Error(unpublished.splice(0).join('\n'));
    },
  };
}

/** The frames once there are as many. */
export async function framesOf(client: Client, count: number): Promise<Frame[]> {
  await waitFor(() => client.frames.length >= count, { deadlineMs: LONG_MS, what: `${count} frames` });
  return client.frames;
}

/** The first frame of a type that comes, or has come, from the `from`-th on. */
export async function frameOf(client: Client, type: string, from = 0): Promise<Frame> {
  return waitFor(() => client.frames.slice(from).find((frame) => frame['type'] === type) ?? null, {
    deadlineMs: LONG_MS,
    what: `a frame of type ${type}`,
  });
}

export function alertSequences(client: Client): string[] {
  return client.frames
    .filter(({ type }) => type === 'alert')
    .map(({ alert }) => (alert as { sequence: string }).sequence);
}
