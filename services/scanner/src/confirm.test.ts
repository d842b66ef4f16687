import type { Strategy } from '@ubot/contracts';
import { saveInhibition } from '@ubot/db';
import { newId } from '@ubot/service-kit';
import { createTestDatabase, fakeClock, waitFor } from '@ubot/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createStage, MINUTE, START_MS, strategyOf, USER_ID, type Stage } from './stage.testing.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await createStage({ database: await createTestDatabase(), clock: fakeClock(START_MS), waitFor });
});
afterEach(() => stage.close());

const clockAt = (minute: number): number => START_MS + minute * MINUTE + 100;

/** One snapshot of two coins, with the clock at its minute; above 100 the first coin is the larger. */
async function play(minute: number, price: number): Promise<void> {
  stage.clock.set(clockAt(minute));
  const ranks = price > 100 ? [1, 2] : [2, 1];
  await stage.evaluated(await stage.storeAt(minute, { prices: { 1: price, 2: 50 }, ranks }));
}

async function follow({ id: sourceStrategyId }: Strategy): Promise<void> {
  await saveInhibition(stage.db, {
    id: newId(),
    userId: USER_ID,
    name: 'Rule',
    enabled: true,
    sourceStrategyId,
    sourceCoinId: null,
    sameCoin: false,
    targetTags: null,
    targetStrategyIds: null,
    createdAtMs: START_MS,
    updatedAtMs: START_MS,
  });
}

/** In which minute the first coin's machine of a strategy was last written or confirmed; null: it is at rest. */
async function heardOf({ id }: Strategy): Promise<number | null> {
  const [row] = await stage.db.query<{ updated_at: Date }>(
    `select updated_at from alert.alert_state where strategy_id = $1 and coin_id = 1 and state ->> 'phase' = 'firing'`,
    [id],
  );
  return row === undefined ? null : Math.floor((row.updated_at.getTime() - START_MS) / MINUTE);
}

test('a machine that fires on is confirmed while a rule follows it, its condition is true and its coin is looked at', async () => {
  const steady = strategyOf({ condition: 'close > 40', universe: { kind: 'coins', ids: [1] } });
  const largest = strategyOf({ condition: 'close > 40', universe: { kind: 'top', count: 1 } });
  const unfollowed = strategyOf({ condition: 'close > 40', universe: { kind: 'coins', ids: [1] } });
  const ends = strategyOf({ condition: 'close > 100', universe: { kind: 'coins', ids: [1] } });
  for (const strategy of [steady, largest, unfollowed, ends]) await stage.userManager.put(strategy.id, strategy);
  for (const strategy of [steady, largest, ends]) await follow(strategy);
  await stage.startScanner();
  await play(0, 200);
  await play(1, 200);
  await play(2, 200);
  const confirmedIn = (minute: number) =>
    waitFor(async () => (await heardOf(steady)) === minute, { what: `a word of minute ${minute}` });
  await confirmedIn(2);
  expect(await heardOf(largest)).toBe(2);
  expect(await heardOf(ends)).toBe(2);
  const first = await heardOf(unfollowed);
  expect(first).toBeLessThan(2);

  // The second coin is the largest now; the first is not looked at any more, though its condition would hold.
  await play(3, 60);
  await play(4, 60);
  await confirmedIn(4);
  expect(await heardOf(largest)).toBe(2);
  expect(await heardOf(unfollowed)).toBe(first);
  expect(await heardOf(ends)).toBeNull();
});
