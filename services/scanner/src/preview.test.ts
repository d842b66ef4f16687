import type { DecisionAnswer, StrategyPreview, StrategyPreviewInput } from '@ubot/contracts';
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
const at = (minute: number) => START_MS + minute * MINUTE;
type Scanner = Awaited<ReturnType<Stage['startScanner']>>;

/** Prices of coins 1, 2, 3 …, one list a minute, as the live scanner evaluated them. */
async function market(minutes: readonly (readonly number[])[]): Promise<void> {
  for (const [minute, prices] of minutes.entries()) {
    stage.clock.set(at(minute));
    const byId = Object.fromEntries(prices.map((price, i) => [i + 1, price]));
    await stage.evaluated(await stage.storeAt(minute, { prices: byId }), '0/1');
  }
}

const ask = (scanner: Scanner, input: Partial<StrategyPreviewInput> & { condition: string }, as = asUser) =>
  scanner.call('/previews', { body: { universe: { kind: 'all' }, timeframe: '1m', ...input }, as });
const preview = async (scanner: Scanner, input: Partial<StrategyPreviewInput> & { condition: string }) =>
  (await ask(scanner, input)).body as StrategyPreview;

describe('POST /previews', () => {
  it('says which coins match, by which values, which are near, and which are not known yet', async () => {
    const scanner = await stage.startScanner();
    // Coin 3 comes last and has one candle less than the others.
    await market([
      [90, 50],
      [105, 98, 7],
      [106, 99, 8],
      [107, 97, 9],
    ]);
    expect(await preview(scanner, { condition: 'sma(3) > 100' })).toEqual({
      snapshotTakenAtMs: at(3),
      source: 'demo',
      evaluatedAtMs: at(3),
      coinCount: 3,
      matching: {
        count: 1,
        coins: [
          {
            coin: { id: 1, symbol: 'C1', name: 'Coin 1', slug: 'coin-1', rank: 1 },
            priceUsd: 107,
            sentence: expect.stringMatching(/^sma\(3\) = 100\.\d+ > 100$/),
            values: [{ text: 'sma(3)', value: expect.closeTo((90 + 105 + 106) / 3) }],
          },
        ],
      },
      notMatching: {
        count: 1,
        nearest: [
          expect.objectContaining({
            coin: { id: 2, symbol: 'C2', name: 'Coin 2', slug: 'coin-2', rank: 2 },
            sentence: expect.stringContaining('which is not above 100'),
            distancePct: expect.closeTo(100 - (50 + 98 + 99) / 3),
          }),
        ],
      },
      notKnown: {
        count: 1,
        reasons: [
          {
            reason: 'warming_up',
            part: 'sma(3)',
            timeframe: '1m',
            candlesNeeded: 3,
            count: 1,
            coins: [{ coin: { id: 3, symbol: 'C3', name: 'Coin 3', slug: 'coin-3', rank: 3 }, candles: 2 }],
          },
        ],
      },
      stale: { count: 0, coins: [] },
      warnings: [],
    });
  });

  const CONDITIONS = [
    { condition: 'close > 5' },
    { condition: 'close crosses above sma(3)' },
    { condition: 'close > sma(3) and not rising(close, 2)' },
    { condition: 'price > sma(3)', trigger: { on: 'snapshot' as const } },
    { condition: 'price crosses below 6', trigger: { on: 'snapshot' as const } },
    { condition: 'close > 4', universe: { kind: 'top' as const, count: 2 } },
    { condition: 'close > 4', universe: { kind: 'coins' as const, ids: [3, 9] } },
    { condition: 'close > coin(1).close' },
    { condition: 'close > 1', timeframe: '5m' as const },
    { condition: 'rank < 3 and close > 2' },
  ];

  it('says of every coin what the live scanner says of the stored strategy at that snapshot', async () => {
    const strategies = CONDITIONS.map((given) => strategyOf(given));
    for (const strategy of strategies) await stage.userManager.put(strategy.id, strategy);
    const scanner = await stage.startScanner();
    const wave = (coin: number, minute: number) => 5 + 3 * Math.sin(minute * (0.7 + coin / 5) + coin);
    const minutes = Array.from({ length: 12 }, (_, minute) => [1, 2, 3, 4].map((coin) => wave(coin, minute)));
    await market(minutes);
    for (const [i, given] of CONDITIONS.entries()) {
      const found = await preview(scanner, given);
      const live = new Map<number, DecisionAnswer>();
      for (const coinId of [1, 2, 3, 4, 9]) {
        const path = `/decisions?strategyId=${strategies[i]!.id}&coinId=${coinId}`;
        live.set(coinId, (await scanner.call(path, { as: asUser })).body as DecisionAnswer);
      }
      const coinsOf = (reasons: (reason: string) => boolean) =>
        [...live].filter(([, { reason }]) => reasons(reason)).map(([coinId]) => coinId);
      const isTrue = (reason: string) => !['not_true', 'not_warm', 'stale', 'not_in_universe'].includes(reason);
      const said = [found.matching.coins.map(({ coin }) => coin.id), found.notMatching.count, given.condition];
      const notTrue = coinsOf((reason) => reason === 'not_true').length;
      expect(said).toEqual([coinsOf(isTrue), notTrue, given.condition]);
      const inUniverse = coinsOf((reason) => reason !== 'not_in_universe');
      // Coin 9 is on no market: asked for by name it is not known, of all coins it is none.
      expect(found.coinCount).toBe(inUniverse.filter((id) => id !== 9 || given.universe?.kind === 'coins').length);
      for (const { coin, values } of found.matching.coins) expect(values).toEqual(live.get(coin.id)!.values);
      expect(found.evaluatedAtMs).toBe(live.get(1)!.evaluatedAtMs);
    }
    expect(await stage.alerts()).not.toEqual([]);
  }, 90_000);

  it('counts a coin that stands still at the source as stale', async () => {
    const scanner = await stage.startScanner();
    for (let minute = 0; minute < 6; minute++) {
      stage.clock.set(at(minute));
      await stage.evaluated(await stage.storeAt(minute, { prices: { 1: 5 }, providerTimeMs: START_MS }));
    }
    const found = await preview(scanner, { condition: 'close > 1' });
    expect([found.coinCount, found.matching.count, found.stale]).toEqual([
      1,
      0,
      { count: 1, coins: [expect.objectContaining({ id: 1 })] },
    ]);
  });

  it('previews the first snapshot of all, and nothing before it', async () => {
    const scanner = await stage.startScanner();
    expect(await ask(scanner, { condition: 'close > 1' })).toMatchObject({
      status: 503,
      body: { code: 'NO_SNAPSHOT_YET' },
    });
    await market([[5, 6]]);
    const now = await preview(scanner, { condition: 'price > 5', trigger: { on: 'snapshot' } });
    expect(now.matching.coins.map(({ coin }) => coin.id)).toEqual([2]);
    expect(await preview(scanner, { condition: 'close > 5' })).toMatchObject({
      evaluatedAtMs: null,
      coinCount: 2,
      notKnown: { count: 2, reasons: [{ reason: 'not_observed', part: null, candlesNeeded: 1, count: 2 }] },
    });
  });

  it('lists every mistake of the condition with its place, and warnings beside the answer', async () => {
    const scanner = await stage.startScanner();
    await market([[5], [6]]);
    expect(await ask(scanner, { condition: 'rsii(14) < 30' })).toMatchObject({
      status: 422,
      body: {
        code: 'STRATEGY_INVALID',
        errors: [{ field: 'condition', code: 'CONDITION_UNKNOWN_NAME', from: 0, to: 4 }],
      },
    });
    const found = await preview(scanner, { condition: 'close > 1', trigger: { on: 'snapshot' } });
    expect(found.warnings).toEqual([expect.objectContaining({ field: 'condition', severity: 'warning' })]);
  });

  it('takes a strategy document without its name, and nothing that is none', async () => {
    const scanner = await stage.startScanner();
    await market([[5], [6]]);
    const document = { name: '', message: '{{close}}', channelIds: [], tags: ['a'], urgent: true, enabled: true };
    expect((await ask(scanner, { condition: 'close > 1', ...document })).status).toBe(200);
    const odd = { condition: 'close > 1', colour: 'red' } as { condition: string };
    expect(await ask(scanner, odd)).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
  });

  it('shows fifty of many and counts them all', async () => {
    const scanner = await stage.startScanner();
    const prices = Array.from({ length: 300 }, (_, i) => 1 + i);
    await market([prices, prices]);
    const found = await preview(scanner, { condition: 'close > 100' });
    expect([found.matching.count, found.matching.coins.length]).toEqual([200, 50]);
    expect(found.notMatching.nearest.map(({ coin }) => coin.id)).toEqual([100, 99, 98, 97, 96, 95, 94, 93, 92, 91]);
  });

  it('is given up when it takes too long, and the next one is answered', async () => {
    const slow = await stage.startScanner({ asideLimitMs: 1 });
    await market([[5], [6]]);
    expect(await ask(slow, { condition: 'close > 1' })).toMatchObject({
      status: 504,
      body: { code: 'ANSWER_TOO_SLOW' },
    });
    await slow.close();
    expect((await preview(await stage.startScanner(), { condition: 'close > 1' })).matching.count).toBe(1);
  });
});
