import type { CoinMatchKind } from '@ubot/contracts';
import { createTestDatabase } from '@ubot/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from '../database.ts';
import { allCoins, coinById, coinsByIds, searchCoins, upsertCoins } from './coins.ts';
import { readSourceState, writeSourceState } from './sourceState.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
const coin = (id: number, symbol: string, name: string, rank: number | null) => ({
  id,
  symbol,
  name,
  slug: name.toLowerCase().replaceAll(' ', '-'),
  rank,
});
const BITCOIN = coin(1, 'BTC', 'Bitcoin', 1);
const WRAPPED = coin(3717, 'WBTC', 'Wrapped Bitcoin', 20);
const OTHER = coin(99, 'btc', 'Batcat', null);
const ODD = coin(5, 'W$C_%', 'Odd \\ one', 7);
const found = (one: typeof BITCOIN, match: CoinMatchKind, symbolSharedWith = 0) => ({
  ...one,
  match,
  symbolSharedWith,
});

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase({ connectionString: database.url, applicationName: 'test', poolSize: 2 });
  await upsertCoins(db, [WRAPPED, OTHER, BITCOIN, ODD], { nowMs: 1_000 });
});
afterAll(async () => {
  await db.close();
  await database.close();
});

describe('coins', () => {
  test('are found by id in the order asked for; an unknown one is left out', async () => {
    expect(await coinsByIds(db, [3717, 4, 1])).toEqual([WRAPPED, BITCOIN]);
    expect(await coinById(db, 99)).toEqual(OTHER);
    expect(await coinById(db, 100)).toBeNull();
    expect(await coinsByIds(db, [])).toEqual([]);
  });

  test.each([
    ['BTC', [found(BITCOIN, 'symbol', 1), found(OTHER, 'symbol', 1), found(WRAPPED, 'inside')]],
    ['bitc', [found(BITCOIN, 'beginning', 1), found(WRAPPED, 'inside')]],
    ['bitcoin', [found(BITCOIN, 'slug', 1), found(WRAPPED, 'inside')]],
    ['Wrapped Bitcoin', [found(WRAPPED, 'name')]],
    ['3717', [found(WRAPPED, 'id')]],
    [
      '',
      [
        found(BITCOIN, 'beginning', 1),
        found(ODD, 'beginning'),
        found(WRAPPED, 'beginning'),
        found(OTHER, 'beginning', 1),
      ],
    ],
    ['wrapped-b', [found(WRAPPED, 'beginning')]],
    ['_%', [found(ODD, 'inside')]],
    ['%', [found(ODD, 'inside')]],
    ['\\', [found(ODD, 'inside')]],
    ['nothing like it', []],
  ])(
    'searching %j finds the best first, and says why and whether the symbol is another coin’s too',
    async (search, all) => {
      expect(await searchCoins(db, { search, limit: 10 })).toEqual(all);
    },
  );

  test('are limited', async () => {
    expect(await searchCoins(db, { search: 'btc', limit: 1 })).toEqual([found(BITCOIN, 'symbol', 1)]);
  });

  test('keep their id when everything else changes', async () => {
    const renamed = coin(99, 'CAT', 'Cat', 300);
    await upsertCoins(db, [renamed], { nowMs: 2_000 });
    expect(await allCoins(db)).toEqual([BITCOIN, ODD, renamed, WRAPPED]);
  });
});

test('the state of a source is kept until it is written again', async () => {
  expect(await readSourceState(db, 'demo')).toBeNull();
  await writeSourceState(db, { source: 'demo', state: { filled: false }, nowMs: 1 });
  await writeSourceState(db, { source: 'demo', state: { filled: true, list: [1] }, nowMs: 2 });
  expect(await readSourceState(db, 'demo')).toEqual({ filled: true, list: [1] });
});
