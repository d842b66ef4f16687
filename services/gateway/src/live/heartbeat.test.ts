import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { connectLive, startGateway, type Client, type Harness } from '../harness.testing.ts';
import { framesOf } from './testing.testing.ts';

const HEARTBEAT_MS = 150;
let gw: Harness;
let client: Client;
beforeEach(async () => {
  gw = await startGateway({}, {}, { times: { heartbeatMs: HEARTBEAT_MS } });
  client = await connectLive(gw.url, { token: 'my-token' });
});
afterEach(async () => {
  client.socket.terminate();
  await gw.close();
});
const beats = (count: number) => new Promise((resolve) => setTimeout(resolve, count * HEARTBEAT_MS));

describe('a heartbeat', () => {
  test('is a ping, whose rhythm the client is told', async () => {
    const pinged = new Promise((resolve) => client.socket.once('ping', resolve));
    expect((await framesOf(client, 1))[0]).toMatchObject({ type: 'signed_in', heartbeatMs: HEARTBEAT_MS });
    await pinged;
  });

  test('keeps a connection that answers, however long nothing else is said', async () => {
    await beats(6);
    expect(client.socket.readyState).toBe(WebSocket.OPEN);
  });

  test('ends a connection that does not answer by the next', async () => {
    const startedAt = performance.now();
    // Neither reads nor answers, as a machine that lost its network.
    client.socket.pause();
    await beats(3);
    client.socket.resume();
    expect(await client.closed).toEqual({ code: 1006, reason: '' });
    expect(performance.now() - startedAt).toBeLessThan(20 * HEARTBEAT_MS);
  });
});
