import { storeCandles, withTransaction } from '@ubot/db';
import { createTestDatabase, fakeClock, waitFor } from '@ubot/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHANNEL_ID, createStage, MINUTE, START_MS, strategyOf, USER_ID, type Stage } from './stage.testing.ts';

let stage: Stage;
const newStage = async () => createStage({ database: await createTestDatabase(), clock: fakeClock(START_MS), waitFor });
beforeEach(async () => {
  stage = await newStage();
});
afterEach(async () => {
  await stage.close();
});

/** Stores one snapshot a minute, the clock with it, and waits for the last. */
async function play(prices: readonly number[], from = 0): Promise<void> {
  let id = '0';
  for (const [i, price] of prices.entries()) {
    stage.clock.set(START_MS + (from + i) * MINUTE + 100);
    // Rank and dominance follow the price.
    id = await stage.storeAt(from + i, {
      prices: { 1: price, 2: 50 },
      ranks: price > 100 ? [1, 2] : [2, 1],
      global: globalOf(price / 2),
    });
  }
  await stage.evaluated(id);
}

const globalOf = (btcDominancePct: number) => ({
  totalMarketCapUsd: 1,
  totalVolume24hUsd: 1,
  btcDominancePct,
  ethDominancePct: 1,
  providerTimeMs: NaN,
});

const minutes = (rows: { at: Date }[]) => rows.map(({ at }) => (at.getTime() - START_MS) / MINUTE);

describe('an alert', () => {
  it('is claimed once, explains itself, and is queued for each channel', async () => {
    const strategy = strategyOf({
      name: 'Up through 100',
      condition: 'close crosses above level and sma(2) > 90',
      indicators: [{ name: 'level', expression: '100' }],
      universe: { kind: 'coins', ids: [1] },
    });
    await stage.userManager.put(strategy.id, strategy);
    await stage.startScanner();
    await play([90, 95, 101, 102]);
    const alerts = await stage.alerts();
    expect(alerts.map(({ body }) => body)).toEqual([
      {
        userId: USER_ID,
        strategyId: strategy.id,
        strategyVersionId: strategy.versionId,
        strategyVersion: 1,
        strategyName: 'Up through 100',
        coin: { id: 1, symbol: 'C1', name: 'Coin 1', slug: 'coin-1' },
        timeframe: '1m',
        triggeredAtMs: START_MS + 3 * MINUTE,
        snapshotTakenAtMs: START_MS + 3 * MINUTE,
        priceUsd: 101,
        source: 'demo',
        condition: 'close crosses above level and sma(2) > 90',
        explanation: expect.stringMatching(/^close = 101.* crosses above .* and sma\(2\) = 98.* > 90$/),
        values: expect.arrayContaining([
          { text: 'close', value: 101 },
          { text: 'sma(2)', value: 98 },
        ]),
        candle: {
          timeframe: '1m',
          openAtMs: START_MS + 2 * MINUTE,
          open: 101,
          high: 101,
          low: 101,
          close: 101,
          samples: 1,
        },
        late: false,
        mayRepaint: false,
      },
    ]);
    const queued = await stage.db.query(
      'select alert_id, user_id, channel_id, state, attempts from alert.notifications',
    );
    expect(queued).toEqual([
      { alert_id: alerts[0]!.id, user_id: USER_ID, channel_id: CHANNEL_ID, state: 'queued', attempts: 0 },
    ]);
  });

  it('on snapshot looks at the open candle, and says that it may repaint', async () => {
    const strategy = strategyOf({ condition: 'price > 100', timeframe: '1h', trigger: { on: 'snapshot' } });
    await stage.userManager.put(strategy.id, strategy);
    await stage.startScanner();
    await play([90, 101, 102]);
    const alerts = await stage.alerts();
    expect(alerts.map(({ body }) => [body.triggeredAtMs, body.priceUsd, body.mayRepaint, body.candle])).toEqual([
      [
        START_MS + MINUTE,
        101,
        true,
        { timeframe: '1h', openAtMs: START_MS, open: 90, high: 101, low: 90, close: 101, samples: 2 },
      ],
    ]);
  });

  it('is caught up when the scanner was away: late within max_age, recorded as too late beyond', async () => {
    const strategy = strategyOf({ condition: 'close crosses above 100', trigger: { maxAgeMs: 10 * MINUTE } });
    await stage.userManager.put(strategy.id, strategy);
    const scanner = await stage.startScanner();
    await play([90]);
    await scanner.close();
    let id = '0';
    for (const [i, price] of [90, 101, 90, 90, 90, 90, 90, 101, 90, 90].entries()) {
      id = await stage.storeAt(1 + i, { prices: { 1: price } });
    }
    stage.clock.set(START_MS + 14 * MINUTE);
    await stage.startScanner();
    await stage.evaluated(id);
    const alerts = await stage.alerts();
    expect(alerts.map(({ at, body }) => [(at.getTime() - START_MS) / MINUTE, body.late])).toEqual([[9, true]]);
    const decisions = await stage.db.query<{ reason: string; at: Date }>(
      'select reason, evaluated_at as at from alert.decisions',
    );
    expect(decisions).toEqual([{ reason: 'too_late', at: new Date(START_MS + 3 * MINUTE) }]);
  });
});

describe('a scanner that is ended and started again', () => {
  const prices = Array.from({ length: 40 }, (_, i) => 100 + 8 * Math.sin(i * 0.9) + 3 * Math.cos(i * 2.3));
  const strategies = () => [
    strategyOf({ condition: 'close crosses above sma(5)' }),
    strategyOf({ condition: 'rank crosses above 1.5', universe: { kind: 'coins', ids: [1] } }),
    strategyOf({ condition: 'market.btc_dominance crosses above 50', universe: { kind: 'coins', ids: [1] } }),
    strategyOf({ condition: 'rsi(4) < 40', timeframe: '5m', trigger: { on: 'snapshot', cooldownMs: 3 * MINUTE } }),
    strategyOf({
      condition: 'close > ema(3)',
      trigger: { for: { candles: 1 }, fires: 'while_true', cooldownMs: 2 * MINUTE },
    }),
  ];

  /** Everything that was alerted, by strategy name rather than by version. */
  const told = async (order: readonly string[]) => {
    const rows = (await stage.alerts()).map(({ at, version, coin_id: coinId, body }) => {
      const key = [at.getTime(), order.indexOf(version), coinId].join(' ');
      return `${key} ${String(body.explanation)}`;
    });
    return rows.sort();
  };

  it('loses no alert and repeats none, wherever it was ended', async () => {
    const first = strategies();
    for (const each of first) await stage.userManager.put(each.id, each);
    const straight = await stage.startScanner();
    await play(prices);
    await straight.close();
    const expected = await told(first.map(({ versionId }) => versionId));
    expect(expected.length).toBeGreaterThan(10);

    await stage.close();
    stage = await newStage();
    const second = strategies();
    for (const each of second) await stage.userManager.put(each.id, each);
    const cuts = [3, 4, 11, 17, 18, 26, 33, 40];
    let from = 0;
    for (const to of cuts) {
      const scanner = await stage.startScanner();
      await play(prices.slice(from, to), from);
      await scanner.close();
      from = to;
    }
    expect(await told(second.map(({ versionId }) => versionId))).toEqual(expected);
  }, 60_000);

  it('whose connections are cut while it commits claims the alert once', async () => {
    const strategy = strategyOf({ condition: 'close crosses above 100' });
    await stage.userManager.put(strategy.id, strategy);
    await stage.startScanner();
    await play([90, 90]);
    // Nobody gets past the cursor while this is open, so the scanner has evaluated and hangs in its commit.
    const blocker = await stage.db.pool.connect();
    await blocker.query('begin; lock table alert.scanner_cursor in access exclusive mode');
    stage.clock.advance(MINUTE);
    await stage.storeAt(2, { prices: { 1: 101 } });
    const id = await stage.storeAt(3, { prices: { 1: 101 } });
    const cut = `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name in ('scanner', 'ubot-lock')`;
    await waitFor(async () => {
      const [row] = await stage.db.query<{ count: number }>(
        `select count(*)::int as count from pg_stat_activity
         where datname = current_database() and application_name = 'scanner' and wait_event_type = 'Lock'`,
      );
      return row!.count > 0;
    });
    await stage.db.query(cut);
    await stage.startScanner({ wait: false });
    await blocker.query('rollback');
    blocker.release();
    await stage.evaluated(id);
    expect(minutes(await stage.alerts())).toEqual([3]);
    expect(await stage.db.query('select count(*)::int as count from alert.notifications')).toEqual([{ count: 1 }]);
  }, 30_000);
});

describe('two scanners of one shard', () => {
  it('work one at a time, and the second takes over when the first ends', async () => {
    const strategy = strategyOf({ condition: 'close > 100', trigger: { fires: 'while_true' } });
    await stage.userManager.put(strategy.id, strategy);
    const first = await stage.startScanner();
    await stage.startScanner();
    await play([101, 101]);
    await first.close();
    await play([101, 101], 2);
    expect(minutes(await stage.alerts())).toEqual([1, 2, 3]);
  }, 30_000);
});

describe('a change of strategies', () => {
  it('reaches the next snapshot, warm, under the version that fired', async () => {
    const scanner = await stage.startScanner();
    await play([100, 101, 102, 103]);
    const first = strategyOf({ condition: 'close > sma(4)', trigger: { fires: 'while_true' } });
    const second = { ...strategyOf({ condition: 'close > 1', trigger: { fires: 'while_true' } }, 2), id: first.id };
    const versionIs = (version: number) => async () => {
      const { body } = await scanner.call(`/decisions?strategyId=${first.id}&coinId=1`);
      return (body as { strategyVersion?: number; reason: string }).strategyVersion === version;
    };
    await stage.userManager.put(first.id, first);
    await waitFor(versionIs(1), { deadlineMs: 1_000, what: 'the new strategy' });
    await play([104, 105], 4);
    await stage.userManager.put(first.id, second);
    await waitFor(versionIs(2), { deadlineMs: 1_000, what: 'the new version' });
    await play([106], 6);
    await stage.userManager.put(first.id, null);
    const strategies = async () =>
      (await (await fetch(`${scanner.url}/metrics`)).text()).match(/strategies\{.*\} (\d+)/)?.[1];
    await waitFor(async () => (await strategies()) === '0', { deadlineMs: 1_000, what: 'the strategy to be gone' });
    await play([107, 108], 7);
    const alerts = (await stage.alerts()).filter(({ coin_id: coinId }) => coinId === 1);
    expect(alerts.map(({ at, version }) => [(at.getTime() - START_MS) / MINUTE, version])).toEqual([
      [4, first.versionId],
      [5, first.versionId],
      [6, second.versionId],
    ]);
  }, 30_000);

  it('of a strategy that fires once: it fires for one coin, and user-manager is asked to switch it off', async () => {
    const strategy = strategyOf({ condition: 'close > 10', trigger: { fires: 'once' } });
    await stage.userManager.put(strategy.id, strategy);
    const scanner = await stage.startScanner();
    await play([101, 102, 103]);
    await scanner.close();
    // Still switched on, because our user-manager does nothing about it: the second instance asks again, and is quiet.
    await stage.startScanner();
    await play([104, 105], 3);
    expect((await stage.alerts()).map(({ at, coin_id: coinId }) => [minutes([{ at }])[0], coinId])).toEqual([[1, 1]]);
    const { id, versionId } = strategy;
    await waitFor(() => stage.userManager.switchedOff.length === 2);
    expect(stage.userManager.switchedOff).toEqual([
      { id, versionId },
      { id, versionId },
    ]);
  }, 30_000);
});

describe('the first snapshot of all', () => {
  it('finds the indicators warm from the history that was written before it', async () => {
    const strategy = strategyOf({ condition: 'close crosses above sma(4)', universe: { kind: 'coins', ids: [1] } });
    await stage.userManager.put(strategy.id, strategy);
    await stage.startScanner();
    const one = (value: number) => Float64Array.of(value);
    const closes = [100, 99, 98, 97, 96, 95];
    await withTransaction(stage.db, (tx) =>
      storeCandles(
        tx,
        closes.map((close, i) => ({
          timeframe: '1m',
          openAtMs: START_MS - (closes.length - i) * MINUTE,
          coinIds: Int32Array.of(1),
          open: one(close),
          high: one(close),
          low: one(close),
          close: one(close),
          volume24hUsd: one(1),
          marketCapUsd: one(1),
          samples: Int32Array.of(1),
        })),
      ),
    );
    await play([110, 111]);
    expect(minutes(await stage.alerts())).toEqual([1]);
  });
});
