import { once } from 'node:events';
import { waitFor } from '@ubot/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { PROTOCOL } from './graphql/protocol.ts';
import { connectLive, startGateway, type Harness } from './harness.testing.ts';

let gw: Harness;
beforeEach(async () => {
  gw = await startGateway();
  await gw.call('/api/v1/photo');
});
afterEach(() => gw.close());

/** What /metrics says of sockets: `name{labels}` without the service's own label → the value. */
async function metrics(): Promise<Record<string, number>> {
  const { body } = await gw.call('/metrics');
  const lines = String(body)
    .split('\n')
    .filter((line) => line.startsWith('ubot_gateway_socket'));
  return Object.fromEntries(
    lines.map((line) => {
      const [series = '', value] = line.replace('ubot_gateway_', '').split(' ');
      return [series.replace(/,?service="gateway",?/, ''), Number(value)];
    }),
  );
}

const bytesOf = (frames: readonly unknown[]): number =>
  frames.reduce<number>((sum, frame) => sum + Buffer.byteLength(JSON.stringify(frame)), 0);

describe('the metrics of /ws', () => {
  test('count open sockets, messages and bytes', async () => {
    const clients = [
      await connectLive(gw.url, { token: 'my-token' }),
      await connectLive(gw.url, { token: 'other-token' }),
    ];
    for (const client of clients) {
      client.send({ type: 'ping' });
      await waitFor(() => client.frames.length === 2, { what: 'signed_in and pong' });
    }
    expect(await metrics()).toMatchObject({
      'sockets_open{door="ws"}': 2,
      'sockets_open{door="graphql"}': 0,
      'socket_frames_total{door="ws"}': 4,
      'socket_bytes_total{door="ws"}': bytesOf(clients.flatMap(({ frames }) => frames)),
      'socket_slow_readers_total{door="ws",what="skipped"}': 0,
      'socket_slow_readers_total{door="ws",what="cut"}': 0,
    });
    for (const { socket } of clients) socket.terminate();
  });

  test('count what ends them by its code, and codes that are nobody’s under one name', async () => {
    const ended = async (end: (socket: WebSocket) => void): Promise<void> => {
      const client = await connectLive(gw.url, { token: 'my-token' });
      await waitFor(() => client.frames.length === 1, { what: 'signed_in' });
      end(client.socket);
      await client.closed;
    };
    await ended((socket) => socket.close(1000));
    await ended((socket) => socket.close(4999));
    await ended((socket) => socket.close(3123));
    await ended((socket) => socket.send('no message'));
    await ended((socket) => socket.terminate());
    const open = async () => (await metrics())['sockets_open{door="ws"}'];
    await waitFor(async () => (await open()) === 0, { what: 'all to be gone' });
    expect(await metrics()).toMatchObject({
      'socket_closes_total{door="ws",code="1000"}': 1,
      'socket_closes_total{door="ws",code="other"}': 2,
      'socket_closes_total{door="ws",code="1008"}': 1,
      'socket_closes_total{door="ws",code="1006"}': 1,
    });
  });
});

describe('the metrics of GraphQL subscriptions', () => {
  test('are kept apart from those of /ws', async () => {
    const socket = new WebSocket(`${gw.url.replace('http', 'ws')}/graphql`, [PROTOCOL]);
    const frames: unknown[] = [];
    socket.on('message', (data) => frames.push(JSON.parse(data.toString())));
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init', payload: { token: 'my-token' } }));
    const query = 'subscription { coinPrices(ids: [1]) { snapshotId } }';
    await waitFor(() => frames.length === 1, { what: 'connection_ack' });
    socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query } }));
    await waitFor(() => frames.length === 2, { what: 'the first prices' });
    expect(await metrics()).toMatchObject({
      'sockets_open{door="graphql"}': 1,
      'sockets_open{door="ws"}': 0,
      'socket_frames_total{door="graphql"}': 2,
      'socket_bytes_total{door="graphql"}': bytesOf(frames),
    });
    socket.send('no message');
    await once(socket, 'close');
    await waitFor(async () => (await metrics())['sockets_open{door="graphql"}'] === 0, { what: 'it to be gone' });
    expect((await metrics())['socket_closes_total{door="graphql",code="4400"}']).toBe(1);
  });
});
