import { waitFor } from '@ubot/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { alertOf, notificationOf, OTHER_ID, USER_ID } from '../services.testing.ts';
import { alertSequences, createLiveWorld, frameOf, framesOf, type LiveWorld } from './testing.testing.ts';

let live: LiveWorld;
// A gateway for each: a ledger does not begin anew at number 1 under a gateway that has read it.
beforeEach(async () => {
  live = await createLiveWorld();
});
afterEach(async () => {
  live.endClients();
  await live.gw.close();
});

const alerts = { type: 'subscribe', id: 'a', stream: 'alerts' };
const deliveries = { type: 'subscribe', id: 'd', stream: 'deliveries' };
const full = (sequence: number) => ({ ...alertOf(sequence), notifications: [] });
const count = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
const LONG = { deadlineMs: 10_000 };

describe('own alerts', () => {
  test("come from now on, each once and whole, and nobody else's", async () => {
    live.gw.world.alerts = [alertOf(1), alertOf(2, OTHER_ID)];
    const client = await live.open();
    client.send(alerts);
    expect((await framesOf(client, 2))[1]).toEqual({
      type: 'subscribed',
      id: 'a',
      stream: 'alerts',
      afterSequence: '1',
    });
    await live.raise(alertOf(3, OTHER_ID), alertOf(4));
    expect((await framesOf(client, 3)).slice(2)).toEqual([{ type: 'alert', id: 'a', alert: full(4) }]);
    await live.raise(alertOf(5));
    await live.gw.bus.announce('alert', '5');
    await framesOf(client, 4);
    expect(alertSequences(client)).toEqual(['4', '5']);
  });

  test('resume after the last one that was received, through more than a page', async () => {
    live.gw.world.alerts = Array.from({ length: 250 }, (_, index) => alertOf(index + 1));
    const client = await live.open();
    client.send({ ...alerts, afterSequence: '17' });
    await framesOf(client, 2 + 233);
    expect(alertSequences(client)).toEqual(count(18, 250));
  });

  test('are not lost when the connection breaks before the first of them: the position is told at once', async () => {
    live.gw.world.alerts = [alertOf(7)];
    const first = await live.open();
    first.send(alerts);
    const { afterSequence } = await frameOf(first, 'subscribed');
    first.socket.terminate();
    await live.raise(alertOf(8));
    const second = await live.open();
    second.send({ ...alerts, afterSequence });
    await framesOf(second, 3);
    expect(alertSequences(second)).toEqual(['8']);
  });

  test('are all there while they come as fast as they can, to each of many readers', async () => {
    const readers = await Promise.all([live.open('my-token'), live.open('my-token'), live.open('other-token')]);
    for (const reader of readers) reader.send(alerts);
    await Promise.all(readers.map((reader) => framesOf(reader, 2)));
    for (let sequence = 1; sequence <= 300; sequence += 1) {
      await live.raise(alertOf(sequence, sequence % 3 === 0 ? OTHER_ID : USER_ID));
    }
    const all = count(1, 300);
    const own = all.filter((sequence) => Number(sequence) % 3 !== 0);
    await waitFor(() => readers.slice(0, 2).every((reader) => alertSequences(reader).length >= own.length), LONG);
    await waitFor(() => alertSequences(readers[2]!).length >= 100, LONG);
    expect(readers.map(alertSequences)).toEqual([own, own, all.filter((sequence) => !own.includes(sequence))]);
  });

  test('wake nobody but their user', async () => {
    const [mine, other] = [await live.open('my-token'), await live.open('other-token')];
    for (const client of [mine, other]) client.send(alerts);
    await Promise.all([framesOf(mine, 2), framesOf(other, 2)]);
    // The first announcement wakes everybody, for it is not known yet from where to read on.
    await live.raise(alertOf(1));
    await framesOf(mine, 3);
    const reads = () =>
      live.gw.world.calls.filter(({ url, as }) => url.startsWith('/alerts-after') && as === OTHER_ID).length;
    await waitFor(() => reads() >= 2);
    const before = reads();
    await live.raise(alertOf(2));
    await live.raise(alertOf(3));
    await framesOf(mine, 5);
    expect(reads()).toBe(before);
  });

  test('wait in the ledger for a reader that does not read', async () => {
    const client = await live.open();
    client.send({ ...alerts, afterSequence: '0' });
    await framesOf(client, 2);
    client.socket.pause();
    await live.raise(...Array.from({ length: 120 }, (_, index) => alertOf(index + 1)));
    client.socket.resume();
    await waitFor(() => alertSequences(client).length >= 120, LONG);
    expect(alertSequences(client)).toEqual(count(1, 120));
  });

  test('are followed once on a connection, and have no snapshot', async () => {
    const client = await live.open();
    client.send(alerts);
    client.send({ ...alerts, id: 'b' });
    expect(await frameOf(client, 'error')).toMatchObject({ id: 'b', code: 'CONFLICT' });
    const seen = client.frames.length;
    client.send({ type: 'resync', id: 'a' });
    expect(await frameOf(client, 'error', seen)).toMatchObject({ id: 'a', code: 'VALIDATION_FAILED' });
    client.send({ type: 'unsubscribe', id: 'a' });
    await frameOf(client, 'unsubscribed');
    const after = client.frames.length;
    await live.raise(alertOf(1));
    client.send({ ...alerts, afterSequence: '0' });
    await framesOf(client, after + 2);
    expect(client.frames.slice(after).map(({ type }) => type)).toEqual(['subscribed', 'alert']);
  });
});

describe('own deliveries', () => {
  const noteOf = (number: number) => `01900000-0000-7000-9000-${String(number).padStart(12, '0')}`;
  const put = (number: number, state: Parameters<typeof notificationOf>[2], userId = USER_ID) => {
    const notification = notificationOf(noteOf(number), alertOf(1, userId).id, state);
    live.gw.world.deliveries.set(notification.id, { userId, notification });
    return notification;
  };
  const change = async (...given: Parameters<typeof put>) => {
    const notification = put(...given);
    await live.gw.bus.announce('notification', notification.id);
    return notification;
  };

  test('begin with those of the newest alerts, and go on with each change of state', async () => {
    live.gw.world.alerts = [alertOf(1)];
    const queued = put(1, 'queued');
    const client = await live.open();
    client.send(deliveries);
    expect((await framesOf(client, 3)).slice(1)).toEqual([
      { type: 'subscribed', id: 'd', stream: 'deliveries' },
      { type: 'deliveries', id: 'd', notifications: [queued] },
    ]);
    const sent = await change(1, 'sent');
    expect((await framesOf(client, 4))[3]).toEqual({ type: 'delivery', id: 'd', notification: sent });
    const delivered = await change(1, 'delivered');
    expect((await framesOf(client, 5))[4]).toEqual({ type: 'delivery', id: 'd', notification: delivered });
  });

  test("are nobody else's", async () => {
    const [mine, other] = [await live.open('my-token'), await live.open('other-token')];
    for (const client of [mine, other]) client.send(deliveries);
    await Promise.all([framesOf(mine, 3), framesOf(other, 3)]);
    await change(2, 'sent');
    await change(3, 'failed', OTHER_ID);
    expect(await frameOf(mine, 'delivery')).toMatchObject({ notification: { id: noteOf(2) } });
    expect(await frameOf(other, 'delivery')).toMatchObject({ notification: { id: noteOf(3) } });
    expect(mine.frames).toHaveLength(4);
  });

  test('begin anew when the bus may have missed some, and when the client asks', async () => {
    live.gw.world.alerts = [alertOf(1)];
    put(4, 'queued');
    const client = await live.open();
    client.send(deliveries);
    await framesOf(client, 3);
    const sent = put(4, 'sent');
    await live.gw.bus.announce('notification', '');
    expect((await framesOf(client, 4))[3]).toEqual({ type: 'deliveries', id: 'd', notifications: [sent] });
    client.send({ type: 'resync', id: 'd' });
    expect((await framesOf(client, 5))[4]).toEqual({ type: 'deliveries', id: 'd', notifications: [sent] });
  });

  test('end in the newest state of each, however fast they change', async () => {
    live.gw.world.alerts = [alertOf(1)];
    const client = await live.open();
    client.send(deliveries);
    await framesOf(client, 3);
    for (let number = 10; number < 200; number += 1) {
      await change(number, 'sending');
      void change(number, 'sent');
      await change(number, 'delivered');
    }
    const newest = () =>
      new Map(
        client.frames
          .filter(({ type }) => type === 'delivery')
          .map(({ notification }) => [(notification as { id: string }).id, (notification as { state: string }).state]),
      );
    const delivered = () => [...newest().values()].filter((state) => state === 'delivered').length;
    await waitFor(() => delivered() === 190, LONG);
    expect(newest().size).toBe(190);
  });
});
