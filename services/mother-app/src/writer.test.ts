import { UbotError } from '@ubot/contracts';
import { waitFor } from '@ubot/testing';
import { describe, expect, test } from 'vitest';
import { createWriter } from './writer.ts';

const LOG = { info: () => {}, warn: () => {}, error: () => {} };
const away = () => new UbotError('DATABASE_UNAVAILABLE');

function setUp(options: { limit?: number } = {}) {
  const world = {
    away: false,
    mayWrite: true,
    stored: [] as number[],
    told: [] as string[],
    broken: [] as unknown[],
    bug: null as Error | null,
  };
  const writer = createWriter<number>({
    limit: options.limit ?? 3,
    mayWrite: () => world.mayWrite,
    store: (item) => {
      if (world.bug !== null) return Promise.reject(world.bug);
      if (world.away) return Promise.reject(away());
      world.stored.push(item);
      return Promise.resolve({ alreadyStored: false, snapshotId: String(item) });
    },
    onStored: (item, { snapshotId }) => {
      world.told.push(`${item} as ${snapshotId}`);
      return Promise.resolve();
    },
    onBroken: (error) => world.broken.push(error),
    log: LOG,
  });
  return { world, writer };
}

describe('the writer', () => {
  test('stores in order and tells each with its id', async () => {
    const { world, writer } = setUp();
    for (const item of [1, 2, 3]) expect(writer.push(item)).toBe(true);
    await writer.stop(1_000);
    expect(world.stored).toEqual([1, 2, 3]);
    expect(world.told).toEqual(['1 as 1', '2 as 2', '3 as 3']);
  });

  test('keeps everything while the database is away, up to its limit, and stores it afterwards', async () => {
    const { world, writer } = setUp({ limit: 3 });
    world.away = true;
    expect([1, 2, 3].map((item) => writer.push(item))).toEqual([true, true, true]);
    await waitFor(() => !writer.healthy());
    expect(writer.hasRoom()).toBe(false);
    expect(writer.push(4)).toBe(false);
    expect(writer.waiting()).toBe(3);
    world.away = false;
    await waitFor(() => writer.waiting() === 0);
    expect(writer.healthy()).toBe(true);
    expect(writer.push(5)).toBe(true);
    await writer.stop(1_000);
    expect(world.stored).toEqual([1, 2, 3, 5]);
  });

  test('waits while somebody else may be writing', async () => {
    const { world, writer } = setUp();
    world.mayWrite = false;
    writer.push(1);
    await waitFor(() => !writer.healthy());
    expect(world.stored).toEqual([]);
    world.mayWrite = true;
    await waitFor(() => world.stored.length === 1);
    await writer.stop(1_000);
  });

  test('stops at anything that is not an absent database and hands it over', async () => {
    const { world, writer } = setUp();
    world.bug = new Error('a duplicate key');
    writer.push(1);
    await waitFor(() => world.broken.length > 0);
    expect(world.broken).toEqual([world.bug]);
    expect(writer.push(2)).toBe(false);
    await writer.stop(1_000);
  });

  test('a stop does not wait for ever for an absent database', async () => {
    const { world, writer } = setUp();
    world.away = true;
    writer.push(1);
    await writer.stop(20);
    expect(world.stored).toEqual([]);
  });
});
