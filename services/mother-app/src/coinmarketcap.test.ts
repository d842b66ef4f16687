import type { Photo, SourceState } from '@ubot/contracts';
import { cmcCoin, createCmcServer, waitFor, type CmcServer } from '@ubot/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cmcEnv, createWorld, DEADLINE_MS, DEMO_ENV, RICH, type World } from './harness.testing.ts';

let cmc: CmcServer | null = null;
let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(async () => {
  await world.close();
  await cmc?.close();
  cmc = null;
});

describe('CoinMarketCap', () => {
  test('goes wrong in every way, and the next poll is made and stored all the same', async () => {
    cmc = await createCmcServer({ coinCount: 30, plan: RICH });
    const mother = await world.start(cmcEnv(cmc));
    await mother.ready();
    const faults = [
      { kind: 'cut-off' },
      { kind: 'malformed' },
      { kind: 'html', httpStatus: 502 },
      { kind: 'reset' },
      { kind: 'error', errorCode: 500 },
      { kind: 'error', errorCode: 1008, headers: { 'retry-after': '1' } },
      { kind: 'error', errorCode: 1011, headers: { 'retry-after': '1' } },
    ] as const;
    for (const fault of faults) {
      const count = await world.snapshotCount();
      cmc.fail({ ...fault, path: 'listings' });
      await world.waitForSnapshots(count + 2);
    }
    const [source] = await mother.json<SourceState[]>('/sources');
    expect(source!.lastFailure).not.toBeNull();
    expect(source!.market!.demo).toBe(false);
  }, 90_000);

  test.each([1001, 1004, 1006])('refuses with %i, and is asked again later', async (errorCode) => {
    cmc = await createCmcServer({ coinCount: 3, plan: RICH });
    const mother = await world.start(cmcEnv(cmc));
    await mother.ready();
    const count = await world.snapshotCount();
    cmc.fail({ kind: 'error', errorCode, httpStatus: 200, path: 'listings' });
    await waitFor(async () => (await mother.json<SourceState[]>('/sources'))[0]!.lastFailure !== null, {
      deadlineMs: DEADLINE_MS,
    });
    await world.waitForSnapshots(count + 2);
    const [source] = await mother.json<SourceState[]>('/sources');
    expect(source!.lastFailure!.code).toMatch(/^SOURCE_(KEY|PLAN)_REFUSED$/);
    expect(JSON.stringify(source)).not.toContain(cmc.apiKey);
  });

  test('lists a coin without a price, with a negative one, and symbols twice: the rest goes on and all are told apart', async () => {
    const coins = [
      cmcCoin({ id: 1, symbol: 'X', priceUsd: 10 }),
      cmcCoin({ id: 2, symbol: 'X', priceUsd: 20 }),
      cmcCoin({ id: 3, priceUsd: null }),
      cmcCoin({ id: 4, priceUsd: -1 }),
      cmcCoin({ id: 2, symbol: 'X', priceUsd: 20 }),
      'not a coin',
      cmcCoin({ id: 5, symbol: 'N\0L', name: '💥\ud800', priceUsd: 1e-22 }),
    ];
    cmc = await createCmcServer({ frames: [{ coins }], plan: RICH });
    const mother = await world.start(cmcEnv(cmc));
    await mother.ready();
    const photo = await mother.json<Photo>('/photo');
    expect(photo.coins.map((coin) => [coin.id, coin.priceUsd])).toEqual([
      [1, 10],
      [2, 20],
      [5, 1e-22],
    ]);
    const [row] = await world.db.query<{ coin_count: number; left_out_count: number }>(
      'select coin_count, left_out_count from market.snapshots limit 1',
    );
    expect(row!.coin_count).toBe(3);
    expect(row!.left_out_count).toBeGreaterThanOrEqual(3);
    const count = await world.snapshotCount();
    await world.waitForSnapshots(count + 2);
  });

  test('lists 5,000 coins on one page', async () => {
    cmc = await createCmcServer({ coinCount: 5_000, plan: RICH });
    const mother = await world.start(cmcEnv(cmc));
    await mother.ready();
    expect((await mother.json<Photo>('/photo')).coins).toHaveLength(5_000);
    await world.waitForSnapshots((await world.snapshotCount()) + 1);
  });

  test('a schedule that the plan does not pay for stops the start with one sentence', async () => {
    cmc = await createCmcServer({ coinCount: 10 });
    const app = world.build(cmcEnv(cmc));
    await expect(app.listen()).rejects.toMatchObject({ code: 'SOURCE_SCHEDULE_UNPAYABLE' });
  });
});

describe('one market in one database', () => {
  test('real prices take the place of simulated ones, whose data goes', async () => {
    const demo = await world.start(DEMO_ENV);
    await demo.ready();
    await demo.stop();
    cmc = await createCmcServer({ coinCount: 3, plan: RICH });
    const real = await world.start(cmcEnv(cmc));
    await real.ready();
    expect(await world.db.query(`select distinct source from market.snapshots`)).toEqual([{ source: 'coinmarketcap' }]);
    expect((await real.json<Photo>('/photo')).coins).toHaveLength(3);
    await real.stop();
    await expect(world.build(DEMO_ENV).listen()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(
        /^UBOT_SOURCE asks for the demo market, but this database holds prices of CoinMarketCap/,
      ),
    });
  });
});
