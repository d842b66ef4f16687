import type { DecisionAnswer, StrategyPreview } from '@ubot/contracts';
import { newId } from '@ubot/service-kit';
import { createTestDatabase, fakeClock, waitFor } from '@ubot/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStage, MINUTE, START_MS, strategyOf, USER_ID, type Stage } from './stage.testing.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await createStage({ database: await createTestDatabase(), clock: fakeClock(START_MS), waitFor });
});
afterEach(async () => {
  await stage.close();
});

const asUser = { kind: 'user' as const, userId: USER_ID, role: 'user' as const };
const LIST = newId();
const prices = { 1: 10, 2: 20, 3: 30 };

async function watching(coinIds: number[]) {
  stage.userManager.setWatchlist(LIST, coinIds);
  const strategy = strategyOf({ condition: 'close > 5', universe: { kind: 'watchlist', id: LIST } });
  await stage.userManager.put(strategy.id, strategy);
  const scanner = await stage.startScanner();
  const step = async (minute: number) => {
    stage.clock.set(START_MS + minute * MINUTE);
    await stage.evaluated(await stage.storeAt(minute, { prices }));
  };
  const reasonOf = async (coinId: number, atMs = '') =>
    (
      (await scanner.call(`/decisions?strategyId=${strategy.id}&coinId=${coinId}${atMs}`, { as: asUser }))
        .body as DecisionAnswer
    ).reason;
  const change = async (next: number[]) => {
    stage.userManager.setWatchlist(LIST, next);
    await stage.userManager.put(strategy.id, strategy);
  };
  return { strategy, scanner, step, reasonOf, change };
}
const alerted = async () => (await stage.alerts()).map(({ coin_id }) => coin_id);

describe('a strategy that watches a watchlist', () => {
  it('is about the coins of the list, and follows them at once: the new one alerts, the known one not again', async () => {
    const { step, reasonOf, change } = await watching([1]);
    await step(0);
    await step(1);
    expect(await alerted()).toEqual([1]);
    expect(await reasonOf(2)).toBe('not_in_universe');
    const before = Date.now();
    await change([1, 3]);
    await waitFor(async () => (await reasonOf(3)) !== 'not_in_universe', { what: 'the new coin' });
    expect(Date.now() - before).toBeLessThan(5_000);
    await step(2);
    expect(await alerted()).toEqual([1, 3]);
    expect(await reasonOf(2)).toBe('not_in_universe');
  });

  it('watches nothing while the list is empty, and one that is taken off no longer', async () => {
    const { step, reasonOf, change } = await watching([]);
    await step(0);
    await step(1);
    expect(await alerted()).toEqual([]);
    await change([2]);
    await waitFor(async () => (await reasonOf(2)) !== 'not_in_universe', { what: 'the new coin' });
    await step(2);
    expect(await alerted()).toEqual([2]);
    await change([1]);
    await waitFor(async () => (await reasonOf(2)) === 'not_in_universe', { what: 'the coin to be gone' });
  });

  it('is previewed on the list as it is; a list of somebody else is refused', async () => {
    const { scanner, step } = await watching([3, 1]);
    await step(0);
    await step(1);
    const ask = (id: string) =>
      scanner.call('/previews', {
        body: { condition: 'close > 15', timeframe: '1m', universe: { kind: 'watchlist', id } },
        as: asUser,
      });
    const found = (await ask(LIST)).body as StrategyPreview;
    expect([found.coinCount, found.matching.coins.map(({ coin }) => coin.id)]).toEqual([2, [3]]);
    expect(await ask(newId())).toMatchObject({ status: 422, body: { code: 'STRATEGY_WATCHLIST_UNKNOWN' } });
  });

  it('is asked about the past with the list of now, and says so', async () => {
    const { strategy, scanner, step } = await watching([1]);
    await step(0);
    await step(1);
    await step(2);
    const path = `/decisions?strategyId=${strategy.id}&coinId=2&atMs=${START_MS + 2 * MINUTE}`;
    const { reason, past } = (await scanner.call(path, { as: asUser })).body as DecisionAnswer;
    expect([reason, past?.notes]).toEqual(['not_in_universe', ['The watchlist is taken as it is now.']]);
  });
});
