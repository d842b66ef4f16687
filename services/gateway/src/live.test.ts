import { waitFor } from '@ubot/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { connectLive, startGateway, type Client, type Harness } from './harness.testing.ts';
import { createMarketPump } from './marketPump.ts';
import { alertOf, OTHER_ID, photoOf, TAKEN_MS, USER_ID } from './services.testing.ts';

let gw: Harness;
const clients: Client[] = [];
beforeAll(async () => {
  gw = await startGateway();
});
afterAll(() => gw.close());
afterEach(() => {
  for (const { socket } of clients.splice(0)) socket.terminate();
  gw.world.alerts = [];
});

async function open(token?: string): Promise<Client> {
  const client = await connectLive(gw.url, token === undefined ? {} : { token });
  clients.push(client);
  return client;
}
const until = (client: Client, count: number) => waitFor(() => client.frames.length >= count, { deadlineMs: 3_000 });
const sequences = (client: Client) =>
  client.frames.filter(({ type }) => type === 'alert').map(({ alert }) => (alert as { sequence: string }).sequence);

async function raise(...alerts: ReturnType<typeof alertOf>[]): Promise<void> {
  gw.world.alerts.push(...alerts);
  await gw.bus.announce('alert', alerts.at(-1)?.sequence ?? '');
}

describe('signing in over /ws', () => {
  test('works by header', async () => {
    const client = await open('my-token');
    await until(client, 1);
    expect(client.frames).toEqual([{ type: 'signed_in' }]);
  });

  test('works by the first message', async () => {
    const client = await open();
    client.send({ type: 'sign_in', token: 'my-token' });
    await until(client, 1);
    expect(client.frames).toEqual([{ type: 'signed_in' }]);
  });

  test.each([
    ['a wrong token', { type: 'sign_in', token: 'nobody' }, 4401],
    ['a subscription before it', { type: 'subscribe', streams: ['market'] }, 4401],
    ['an unknown message', { type: 'shout' }, 4400],
    ['an unknown stream', { type: 'subscribe', streams: ['secrets'] }, 4400],
    ['a stream twice', { type: 'subscribe', streams: ['market', 'market'] }, 4400],
    ['something that is no object', 7, 4400],
  ])('ends the connection on %s', async (_name, message, code) => {
    const client = await open();
    client.send(message);
    expect((await client.closed).code).toBe(code);
  });

  test('ends the connection on bytes, on a message over 16 KB, and on too many messages', async () => {
    const bytes = await open('my-token');
    bytes.socket.send(Buffer.from([1, 2, 3]));
    expect((await bytes.closed).code).toBe(4400);
    const large = await open('my-token');
    large.socket.send('x'.repeat(16 * 1024 + 1));
    expect((await large.closed).code).toBe(1009);
    const many = await open('my-token');
    for (let index = 0; index < 31; index += 1) many.send({ type: 'subscribe', streams: ['market'] });
    expect((await many.closed).code).toBe(4429);
  });

  test('ends the connection of a user whose session is revoked, and no other', async () => {
    gw.world.users.set('short-lived', USER_ID);
    const revoked = await open('short-lived');
    const kept = await open('my-token');
    await until(revoked, 1);
    await until(kept, 1);
    gw.world.users.delete('short-lived');
    await gw.bus.announce('identity', USER_ID);
    expect((await revoked.closed).code).toBe(4401);
    expect(kept.socket.readyState).toBe(WebSocket.OPEN);
  });
});

describe('the market stream', () => {
  test('begins with the newest snapshot and goes on with each new one', async () => {
    const client = await open('my-token');
    await gw.call('/api/v1/photo');
    client.send({ type: 'subscribe', streams: ['market'] });
    await until(client, 3);
    const frame = {
      type: 'snapshot',
      snapshotId: '7',
      takenAtMs: TAKEN_MS,
      source: 'demo',
      label: 'demo market',
      demo: true,
      global: null,
      columns: [
        'id',
        'priceUsd',
        'percentChange1h',
        'percentChange24h',
        'percentChange7d',
        'volume24hUsd',
        'marketCapUsd',
      ],
      rows: [[1, 100, 0.5, -1, 2, 1e9, null]],
    };
    expect(client.frames.slice(1)).toEqual([{ type: 'subscribed', streams: ['market'] }, frame]);
    gw.world.photo = photoOf('8', 250);
    await gw.bus.announce('snapshot', '8');
    await until(client, 4);
    expect(client.frames[3]).toEqual({ ...frame, snapshotId: '8', rows: [[1, 250, 0.5, -1, 2, 1e9, null]] });
  });

  test('gives a slow reader the newest frame next, and never a backlog', () => {
    const sent: string[] = [];
    let taken = (): void => {};
    const pump = createMarketPump({
      send: (frame, done) => {
        sent.push(frame.toString());
        taken = done;
      },
    });
    for (const name of ['1', '2', '3', '4']) pump.offer(Buffer.from(name));
    expect(sent).toEqual(['1']);
    taken();
    expect(sent).toEqual(['1', '4']);
    taken();
    pump.offer(Buffer.from('5'));
    pump.offer(Buffer.from('6'));
    pump.stop();
    taken();
    expect(sent).toEqual(['1', '4', '5']);
  });
});

describe('the alert stream', () => {
  test('brings own alerts only, from now on, each once and whole', async () => {
    gw.world.alerts = [alertOf(1), alertOf(2, OTHER_ID)];
    const client = await open('my-token');
    client.send({ type: 'subscribe', streams: ['alerts'] });
    await until(client, 2);
    await raise(alertOf(3, OTHER_ID), alertOf(4));
    await until(client, 3);
    expect(client.frames.slice(2)).toEqual([{ type: 'alert', alert: alertOf(4) }]);
    await raise(alertOf(5));
    await gw.bus.announce('alert', '5');
    await until(client, 4);
    expect(sequences(client)).toEqual(['4', '5']);
  });

  test('resumes after the last alert that was received, through more than a page', async () => {
    gw.world.alerts = Array.from({ length: 250 }, (_, index) => alertOf(index + 1));
    const client = await open('my-token');
    client.send({ type: 'subscribe', streams: ['alerts'], afterAlertSequence: '17' });
    await until(client, 2 + 233);
    expect(sequences(client)).toEqual(Array.from({ length: 233 }, (_, index) => String(index + 18)));
  });

  test('misses nothing while alerts come as fast as they can', async () => {
    const readers = await Promise.all([open('my-token'), open('my-token'), open('other-token')]);
    for (const reader of readers) reader.send({ type: 'subscribe', streams: ['market', 'alerts'] });
    await Promise.all(readers.map((reader) => until(reader, 2)));
    for (let sequence = 1; sequence <= 300; sequence += 1) {
      await raise(alertOf(sequence, sequence % 3 === 0 ? OTHER_ID : USER_ID));
    }
    const own = Array.from({ length: 300 }, (_, index) => index + 1)
      .filter((sequence) => sequence % 3 !== 0)
      .map(String);
    await waitFor(() => readers.slice(0, 2).every((reader) => sequences(reader).length >= own.length), {
      deadlineMs: 5_000,
    });
    expect(sequences(readers[0]!)).toEqual(own);
    expect(sequences(readers[1]!)).toEqual(own);
    await waitFor(() => sequences(readers[2]!).length >= 100, { deadlineMs: 5_000 });
  });

  test('holds nothing for a reader that does not read, and goes on where it was', async () => {
    const client = await open('my-token');
    client.send({ type: 'subscribe', streams: ['alerts'], afterAlertSequence: '0' });
    await until(client, 2);
    client.socket.pause();
    await raise(...Array.from({ length: 120 }, (_, index) => alertOf(index + 1)));
    client.socket.resume();
    await waitFor(() => sequences(client).length === 120, { deadlineMs: 5_000 });
    expect(new Set(sequences(client)).size).toBe(120);
  });
});
