import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Result } from '@ubot/contracts';
import { expect, it } from 'vitest';
import { createEventModule, createPipeline, type EventModuleOptions, type Feed } from './index.ts';

/** A pipeline of one module whose items end when the test says so. */
function heldPipeline() {
  const runs: { item: string; end: () => void }[] = [];
  const pipeline = createPipeline<string, string>({
    name: 'held',
    modules: [
      {
        name: 'held',
        config: () => ({ ok: true, value: { accepts: () => true } }),
        process: (item) =>
          new Promise((resolve) => runs.push({ item, end: () => resolve({ ok: true, value: item.toUpperCase() }) })),
      },
    ],
    queueLimit: 0,
    concurrency: 1,
    timeLimitMs: 10_000,
    circuit: { failures: 3, restMs: 1_000 },
    nowMs: Date.now,
  });
  return { pipeline, runs };
}

function fed(options: Partial<EventModuleOptions<string, string>> = {}) {
  const { pipeline, runs } = heldPipeline();
  let feed: Feed<string, string> | null = null;
  const module = createEventModule<string, string>({
    name: 'events',
    into: pipeline,
    queueLimit: 2,
    inFlight: 1,
    start: (given) => {
      feed = given;
      return () => {};
    },
    ...options,
  });
  module.start();
  return { module, runs, feed: () => feed! };
}

it('gives its pipeline one item at a time, keeps as many as its limit, and takes no more', async () => {
  const { module, runs, feed } = fed();
  const [first, second, third] = ['a', 'b', 'c'].map((item) => feed().offer(item));
  expect(feed().offer('d')).toBeNull();
  expect(module.state()).toEqual({ module: 'events', waiting: 2, running: 1 });
  expect(runs.map(({ item }) => item)).toEqual(['a']);
  runs[0]!.end();
  expect(await first).toEqual({ ok: true, value: 'A' });
  expect(runs.map(({ item }) => item)).toEqual(['a', 'b']);
  runs[1]!.end();
  await second;
  runs[2]!.end();
  expect(await third).toEqual({ ok: true, value: 'C' });
});

it('lets a sender wait for room', async () => {
  const { runs, feed } = fed({ queueLimit: 0 });
  const first = feed().offer('a');
  let hasRoom = false;
  const room = feed()
    .room()
    .then(() => (hasRoom = true));
  await Promise.resolve();
  expect(hasRoom).toBe(false);
  runs[0]!.end();
  await first;
  await room;
  expect(feed().offer('b')).not.toBeNull();
});

it('ends the feeding first, handles what it has taken, and closes the pipeline', async () => {
  const order: string[] = [];
  let taken: Promise<Result<string>> | null = null;
  const { module, runs } = fed({
    start: (feed) => {
      taken = feed.offer('a');
      return () => void order.push('feeding ended');
    },
  });
  const stopped = module.stop().then(() => order.push('stopped'));
  await Promise.resolve();
  expect(order).toEqual(['feeding ended']);
  runs[0]!.end();
  await stopped;
  expect(await taken!).toEqual({ ok: true, value: 'A' });
  expect(order).toEqual(['feeding ended', 'stopped']);
});

it('slows a socket down to the pace of its pipeline, and loses nothing', async () => {
  const LINES = 20_000;
  const line = 'x'.repeat(200);
  let inMemory = 0;
  let mostInMemory = 0;
  let handled = 0;
  const pipeline = createPipeline<string, null>({
    name: 'slow',
    modules: [
      {
        name: 'slow',
        config: () => ({ ok: true, value: { accepts: () => true } }),
        async process() {
          await new Promise(setImmediate);
          handled += 1;
          inMemory -= 1;
          return { ok: true, value: null };
        },
      },
    ],
    queueLimit: 0,
    concurrency: 4,
    timeLimitMs: 10_000,
    circuit: { failures: 3, restMs: 1_000 },
    nowMs: Date.now,
  });
  let whenAllRead: () => void;
  const allRead = new Promise<void>((resolve) => {
    whenAllRead = resolve;
  });
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const events = createEventModule<string, null>({
    name: 'socket',
    into: pipeline,
    queueLimit: 16,
    inFlight: 4,
    start(feed) {
      server.once('connection', async (socket: Socket) => {
        for await (const item of createInterface({ input: socket })) {
          await feed.room();
          inMemory += 1;
          mostInMemory = Math.max(mostInMemory, inMemory);
          expect(feed.offer(item)).not.toBeNull();
        }
        whenAllRead();
      });
      return () => void server.close();
    },
  });
  events.start();
  const sender = connect((server.address() as AddressInfo).port, '127.0.0.1');
  sender.end(`${line}\n`.repeat(LINES));
  await allRead;
  await events.stop();
  expect(handled).toBe(LINES);
  expect(mostInMemory).toBeLessThanOrEqual(20);
});
