import { waitFor } from '@ubot/testing';
import { describe, expect, test } from 'vitest';
import type { Bus } from './bus.ts';
import { followFeed, type Feed } from './followFeed.ts';
import { createMemoryBus } from './memoryBus.ts';

const DEADLINE_MS = 5_000;
// Longer than any of these tests: what they see came by a wake-up.
const NEVER_MS = 600_000;

interface World {
  list: number[];
  handled: number[];
  errors: string[];
  bus: Bus;
}

function follow(world: World, options: Partial<Parameters<typeof followFeed<number>>[0]> = {}): Feed {
  return followFeed<number>({
    bus: world.bus,
    topic: 'snapshot',
    from: '0',
    read: (after) => Promise.resolve(world.list.filter((item) => item > Number(after)).slice(0, 2)),
    positionOf: String,
    handle: (item) => {
      world.handled.push(item);
      return Promise.resolve();
    },
    idleCheckMs: NEVER_MS,
    onError: (error) => world.errors.push(error instanceof Error ? error.message : String(error)),
    ...options,
  });
}

const newWorld = (list: number[]): World => ({ list, handled: [], errors: [], bus: createMemoryBus() });

describe('a followed feed', () => {
  test('handles what is there already, page after page, in order', async () => {
    const world = newWorld([1, 2, 3, 4, 5]);
    const feed = follow(world);
    await waitFor(() => world.handled.length >= 5, { deadlineMs: DEADLINE_MS });
    await feed.stop();
    expect(world.handled).toEqual([1, 2, 3, 4, 5]);
    expect(feed.position()).toBe('5');
  });

  test('begins after the position it is given', async () => {
    const world = newWorld([1, 2, 3]);
    const feed = follow(world, { from: '2' });
    await waitFor(() => world.handled.length > 0, { deadlineMs: DEADLINE_MS });
    await feed.stop();
    expect(world.handled).toEqual([3]);
  });

  test('looks again when it is woken', async () => {
    const world = newWorld([]);
    const feed = follow(world);
    for (const item of [1, 2, 3]) {
      world.list.push(item);
      await world.bus.announce('snapshot', String(item));
      await waitFor(() => world.handled.includes(item), { deadlineMs: DEADLINE_MS });
    }
    await feed.stop();
    expect(world.handled).toEqual([1, 2, 3]);
  });

  test('looks again on its own when nobody calls', async () => {
    const world = newWorld([]);
    const feed = follow(world, { idleCheckMs: 5 });
    world.list.push(1);
    await waitFor(() => world.handled.length > 0, { deadlineMs: DEADLINE_MS });
    await feed.stop();
    expect(world.handled).toEqual([1]);
  });

  test('does not miss a wake-up that comes while it reads', async () => {
    const world = newWorld([]);
    let reads = 0;
    const feed = follow(world, {
      read: async (after) => {
        reads += 1;
        const found = world.list.filter((item) => item > Number(after));
        if (reads === 1) {
          // The item comes after the look and its wake-up before the end of the read.
          world.list.push(1);
          await world.bus.announce('snapshot', '1');
          await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
        }
        return found;
      },
    });
    await waitFor(() => world.handled.length > 0, { deadlineMs: DEADLINE_MS });
    await feed.stop();
    expect(world.handled).toEqual([1]);
  });

  test('tries a failing item again and skips nothing', async () => {
    const world = newWorld([1, 2, 3]);
    let failures = 2;
    const feed = follow(world, {
      handle: (item) => {
        if (item === 2 && failures > 0) {
          failures -= 1;
          return Promise.reject(new Error(`no ${failures}`));
        }
        world.handled.push(item);
        return Promise.resolve();
      },
    });
    await waitFor(() => world.handled.length >= 3, { deadlineMs: DEADLINE_MS });
    await feed.stop();
    expect(world.handled).toEqual([1, 2, 3]);
    expect(world.errors).toEqual(['no 1', 'no 0']);
  });

  test('tries a failing read again', async () => {
    const world = newWorld([1]);
    let failed = false;
    const feed = follow(world, {
      read: (after) => {
        if (!failed) {
          failed = true;
          return Promise.reject(new Error('away'));
        }
        return Promise.resolve(world.list.filter((item) => item > Number(after)));
      },
    });
    await waitFor(() => world.handled.length > 0, { deadlineMs: DEADLINE_MS });
    await feed.stop();
    expect(world.errors).toEqual(['away']);
  });

  test('finishes the item in hand before it stops, and begins no other', async () => {
    const world = newWorld([1, 2]);
    let finish: () => void = () => {};
    let begun = false;
    const feed = follow(world, {
      handle: (item) => {
        begun = true;
        return new Promise((resolve) => {
          finish = () => {
            world.handled.push(item);
            resolve();
          };
        });
      },
    });
    await waitFor(() => begun, { deadlineMs: DEADLINE_MS });
    const stopped = feed.stop();
    finish();
    await stopped;
    expect(world.handled).toEqual([1]);
    expect(feed.position()).toBe('1');
  });

  test('a read that gives the handled position again is reported, not run in circles', async () => {
    const world = newWorld([1]);
    const feed = follow(world, { read: () => Promise.resolve([1]) });
    await waitFor(() => world.errors.length > 0, { deadlineMs: DEADLINE_MS });
    await feed.stop();
    expect(world.handled).toEqual([1]);
    expect(world.errors[0]).toBe('The feed gave position 1 again; it must read after it.');
  });
});
