import type { DecisionAnswer } from '@ubot/contracts';
import { snapshotToMessage } from '@ubot/market';
import { createTestDatabase, fakeClock, hasSharedData, NO_SHARED_DATA, sharedData, waitFor } from '@ubot/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  CHANNEL_ID,
  createStage,
  MINUTE,
  snapshotAt,
  START_MS,
  strategyOf,
  USER_ID,
  type Stage,
} from './stage.testing.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await createStage({ database: await createTestDatabase(), clock: fakeClock(START_MS), waitFor });
});
afterEach(async () => {
  await stage.close();
});

const asUser = { kind: 'user' as const, userId: USER_ID, role: 'user' as const };
const at = (minute: number) => START_MS + minute * MINUTE;
type Given = Parameters<typeof strategyOf>[0];

/** A strategy, and a market of one price a minute for coin 1; the clock stands at the last one. */
async function market(given: Given, prices: number[]) {
  const strategy = strategyOf(given);
  await stage.userManager.put(strategy.id, strategy);
  const scanner = await stage.startScanner();
  const step = async (minute: number, price: number) => {
    stage.clock.set(at(minute));
    await stage.evaluated(await stage.storeAt(minute, { prices: { 1: price, 2: 5 } }));
  };
  for (const [minute, price] of prices.entries()) await step(minute, price);
  const ask = (atMs: number, { coinId = 1, as = asUser } = {}) =>
    scanner.call(`/decisions?strategyId=${strategy.id}&coinId=${coinId}&atMs=${atMs}`, { as });
  const answer = async (atMs: number, more = {}) => (await ask(atMs, more)).body as DecisionAnswer;
  return { strategy, scanner, step, ask, answer };
}

describe('GET /decisions for a past time', () => {
  it('names the alert that was sent at that candle, with what has become of its messages', async () => {
    const { strategy, answer } = await market({ condition: 'close crosses above 100' }, [90, 99, 101, 102, 103]);
    const [alert] = await stage.alerts();
    expect(await answer(at(3) + 30_000)).toEqual({
      strategyId: strategy.id,
      strategyVersion: 1,
      coinId: 1,
      reason: 'sent',
      sentence: 'The condition came true and the alert was sent.',
      evaluatedAtMs: at(3),
      values: [
        { text: 'close', value: 101 },
        { text: 'close, one candle before', value: 99 },
      ],
      channelProblems: [expect.objectContaining({ channelId: CHANNEL_ID, code: 'CHANNEL_GONE' })],
      past: {
        askedAtMs: at(3) + 30_000,
        basis: 'alert',
        alertId: alert!.id,
        notifications: [expect.objectContaining({ alertId: alert!.id, channelId: CHANNEL_ID, state: 'queued' })],
        candle: { timeframe: '1m', openAtMs: at(2), open: 101, high: 101, low: 101, close: 101, samples: 1 },
        notes: [],
      },
    });
  });

  it('says of an alert that was made and not sent what kept it', async () => {
    const { scanner, strategy, answer } = await market({ condition: 'close crosses above 100' }, [90, 99, 101, 102]);
    await stage.db.query(
      `update alert.notifications set state = 'not_sent', error_code = 'silenced', error_detail = 'Silenced until noon.'`,
    );
    const sentence = 'The condition came true and an alert was made. Nothing of it was sent: Silenced until noon.';
    expect(await answer(at(3))).toMatchObject({ reason: 'sent', sentence, past: { basis: 'alert' } });
    const now = await scanner.call(`/decisions?strategyId=${strategy.id}&coinId=1`, { as: asUser });
    expect(now.body).toMatchObject({ reason: 'sent', sentence });
  });

  it('says of a false condition what its values were, and which candle was judged', async () => {
    const { answer } = await market({ condition: 'close > 100' }, [90, 91, 92, 93]);
    expect(await answer(at(2) + 1)).toMatchObject({
      reason: 'not_true',
      sentence: 'close is 91, which is not above 100.',
      evaluatedAtMs: at(2),
      values: [{ text: 'close', value: 91 }],
      past: {
        basis: 'evaluated_again',
        alertId: null,
        notifications: [],
        candle: { openAtMs: at(1), close: 91 },
        notes: [],
      },
    });
  });

  it('gives the reason that was written down for what was held back', async () => {
    const trigger = { fires: 'while_true', cooldownMs: 60 * MINUTE } as const;
    const { answer } = await market({ condition: 'close > 1', trigger }, [5, 6, 7, 8]);
    expect(await answer(at(2))).toMatchObject({
      reason: 'cooling_down',
      evaluatedAtMs: at(2),
      values: [{ text: 'close', value: 6 }],
      past: { basis: 'stored_decision' },
    });
    // The reason is written down once and holds on.
    expect(await answer(at(3))).toMatchObject({ reason: 'cooling_down', past: { basis: 'stored_decision' } });
  });

  it('says what was not known yet', async () => {
    const { answer } = await market({ condition: 'sma(3) > 1' }, [1, 2, 3, 4, 5]);
    expect(await answer(at(2))).toMatchObject({ reason: 'not_warm', sentence: 'sma(3) is not known yet.' });
    expect(await answer(at(3))).toMatchObject({ reason: 'sent' });
  });

  it('tells a coin outside the universe, one without a candle, and one that stands still at the source', async () => {
    const top = await market({ condition: 'close > 1', universe: { kind: 'top', count: 1 } }, [1, 2, 3]);
    expect(await top.answer(at(1), { coinId: 2 })).toMatchObject({ reason: 'not_in_universe' });
    const all = strategyOf({ condition: 'close > 100' });
    stage.clock.set(at(0));
    await stage.userManager.put(all.id, all);
    const ask = async (minute: number, coinId: number) =>
      (await top.scanner.call(`/decisions?strategyId=${all.id}&coinId=${coinId}&atMs=${at(minute)}`, { as: asUser }))
        .body;
    for (const minute of [3, 4, 5, 6, 7, 8]) {
      stage.clock.set(at(minute));
      await stage.evaluated(await stage.storeAt(minute, { prices: { 1: 1 }, providerTimeMs: at(2) }));
    }
    expect(await ask(2, 3)).toMatchObject({
      reason: 'not_warm',
      sentence: 'The coin had no candle of 1m at the last close.',
      past: { candle: null },
    });
    expect(await ask(6, 1)).toMatchObject({ reason: 'not_true' });
    expect(await ask(7, 1)).toMatchObject({ reason: 'stale' });
  });

  it('judges the open candle of a snapshot strategy as it stood', async () => {
    const given: Given = { condition: 'close > high[1]', timeframe: '5m', trigger: { on: 'snapshot' } };
    const { answer } = await market(given, [10, 12, 11, 10, 10, 9, 13, 14]);
    expect(await answer(at(5) + 59_999)).toMatchObject({
      reason: 'not_true',
      sentence: 'close is 9, which is not above high[1] (12).',
      evaluatedAtMs: at(5),
      past: { candle: { timeframe: '5m', openAtMs: at(5), close: 9, samples: 1 }, notes: [] },
    });
    expect(await answer(at(6))).toMatchObject({ reason: 'sent', evaluatedAtMs: at(6) });
    expect(await answer(at(7))).toMatchObject({
      reason: 'already_fired',
      past: { candle: { close: 14, high: 14, samples: 3 } },
    });
  });

  it('is about the version of then, and says that the strategy has changed since', async () => {
    const { strategy, scanner, step, answer } = await market({ condition: 'close > 100' }, [90, 91, 92]);
    stage.clock.set(at(2) + 30_000);
    const changed = { ...strategyOf({ condition: 'close > 91' }, 2, strategy.id) };
    await stage.userManager.put(strategy.id, changed);
    const versionNow = async () =>
      (await scanner.call(`/decisions?strategyId=${strategy.id}&coinId=1`, { as: asUser })).body as DecisionAnswer;
    await waitFor(async () => (await versionNow()).strategyVersion === 2, { what: 'the change to be taken over' });
    await step(3, 93);
    expect(await answer(at(2))).toMatchObject({
      strategyVersion: 1,
      reason: 'not_true',
      sentence: 'close is 91, which is not above 100.',
      past: { notes: ['This is about version 1; the strategy is at version 2 now.'] },
    });
    // Saved after the last evaluation before that time.
    expect((await answer(at(2) + 40_000)).past!.notes).toEqual([
      'Version 2 was saved at 2026-01-05 12:02:30 UTC, after this evaluation.',
      'This is about version 1; the strategy is at version 2 now.',
    ]);
    expect(await answer(at(3))).toMatchObject({ strategyVersion: 2, past: { notes: [] } });
  });

  it('says that the strategy was made later, was switched off, or that nothing of that time is stored', async () => {
    const { scanner, step } = await market({ condition: 'close > 1' }, [1, 2, 3]);
    stage.clock.set(at(2) + 30_000);
    const late = strategyOf({ condition: 'close > 1000' });
    await stage.userManager.put(late.id, late);
    await step(3, 4);
    stage.clock.set(at(3) + 30_000);
    await stage.userManager.put(late.id, null);
    await step(4, 5);
    const answer = async (atMs: number) =>
      (await scanner.call(`/decisions?strategyId=${late.id}&coinId=1&atMs=${atMs}`, { as: asUser })).body;
    expect(await answer(at(2))).toMatchObject({
      reason: 'not_created',
      sentence: 'The strategy was made at 2026-01-05 12:02:30 UTC, after the evaluation at 2026-01-05 12:02:00 UTC.',
      evaluatedAtMs: null,
      past: { basis: 'nothing' },
    });
    expect(await answer(at(3))).toMatchObject({ reason: 'not_true' });
    expect(await answer(at(3) + 45_000)).toMatchObject({
      reason: 'not_true',
      past: { notes: ['The strategy was switched off at the time asked about.'] },
    });
    expect(await answer(at(4))).toMatchObject({ reason: 'silenced', evaluatedAtMs: null });
    expect(await answer(at(-60))).toMatchObject({
      reason: 'not_stored',
      sentence: 'No candle of 1m of that time is stored: it is from before the first one, or older than what is kept.',
    });
  });

  it('judges by candles alone where the prices of the polls are gone, and says so', async () => {
    const given: Given = { condition: 'close > 100', universe: { kind: 'top', count: 5 } };
    const { answer } = await market(given, [90, 91, 92, 93]);
    await stage.db.query('delete from market.tickers');
    expect(await answer(at(3))).toMatchObject({
      reason: 'not_true',
      sentence: 'close is 92, which is not above 100.',
      past: {
        candle: { openAtMs: at(2), close: 92 },
        notes: [
          'The prices of each poll of then are not stored any more: this was judged by closed candles alone.',
          'Whether the coin was among the top 5 then is not known.',
        ],
      },
    });
    await stage.db.query('delete from market.candles');
    expect(await answer(at(3))).toMatchObject({ reason: 'not_stored' });
  });

  it('tells a snapshot strategy by the last close before, where that is all there is', async () => {
    const { answer } = await market(
      { condition: 'close > 100', timeframe: '5m', trigger: { on: 'snapshot' } },
      [90, 91, 92, 93, 94, 95, 96, 97],
    );
    await stage.db.query('delete from market.tickers');
    const said = await answer(at(7));
    expect(said).toMatchObject({
      reason: 'not_true',
      evaluatedAtMs: at(5),
      past: { candle: { close: 94, samples: 5 } },
    });
    expect(said.past!.notes).toContain(
      'A snapshot strategy also looks between the closes; what is stored tells of the last close before.',
    );
  });

  it('follows from the alerts why a true condition was not sent, once the reasons are forgotten', async () => {
    const trigger = { fires: 'while_true', cooldownMs: 60 * MINUTE } as const;
    const { answer } = await market({ condition: 'close > 1', trigger }, [5, 6, 7, 8]);
    await stage.db.query('delete from alert.decisions');
    stage.clock.advance(8 * 24 * 60 * MINUTE);
    expect(await answer(at(2))).toMatchObject({
      reason: 'cooling_down',
      past: {
        basis: 'evaluated_again',
        notes: [
          'Why a true condition was not sent is kept for seven days; this reason follows from the alerts before it.',
        ],
      },
    });
  });

  it('judges snapshots that were posted, too', async () => {
    const strategy = strategyOf({ condition: 'close > 100' });
    await stage.userManager.put(strategy.id, strategy);
    const scanner = await stage.startScanner();
    for (const [minute, price] of [90, 91, 101, 102].entries()) {
      stage.clock.set(at(minute));
      const message = snapshotToMessage(snapshotAt(at(minute), { prices: { 77: price } }));
      expect((await scanner.call('/snapshots', { body: message })).status).toBe(202);
    }
    await stage.evaluated('4', '0/1 pushed');
    const ask = async (minute: number) =>
      (await scanner.call(`/decisions?strategyId=${strategy.id}&coinId=77&atMs=${at(minute)}`, { as: asUser })).body;
    expect(await ask(2)).toMatchObject({ reason: 'not_true', values: [{ text: 'close', value: 91 }] });
    expect(await ask(3)).toMatchObject({ reason: 'sent' });
  });

  it('refuses the future, a coin that nobody knows, a stranger and nobody', async () => {
    const { strategy, scanner, ask } = await market({ condition: 'close > 1' }, [1, 2, 3]);
    expect(await ask(at(2) + 1)).toMatchObject({ status: 400, body: { code: 'DECISION_IN_FUTURE' } });
    expect(await ask(at(2), { coinId: 999 })).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND', detail: 'There is no coin 999.' },
    });
    const stranger = { ...asUser, userId: '01890000-0000-7000-8000-000000000002' };
    expect(await ask(at(2), { as: stranger })).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    const path = `/decisions?strategyId=${strategy.id}&coinId=1&atMs=${at(2)}`;
    expect((await fetch(scanner.url + path)).status).toBe(401);
    expect(await ask(-1)).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
  });
});

/** One-minute closes that an exchange recorded. */
function recorded(name: string, count: number): number[] {
  const text = sharedData(`ohlcv/bybit/${name}_1m.csv.gz`).toString('utf8');
  const [head, ...lines] = text.trim().split('\n');
  const column = head!.split(',').findIndex((each) => /^c(lose)?$/.test(each));
  return lines.slice(0, count).map((line) => Number(line.split(',')[column]));
}

const LAW: Given[] = [
  { condition: 'close > sma(5)' },
  { condition: 'close crosses above ema(4)', trigger: { cooldownMs: 6 * MINUTE } },
  { condition: 'rsi(4) < 45', trigger: { fires: 'while_true', cooldownMs: 3 * MINUTE, maxPerDay: 3 } },
  { condition: 'close > close[1]', trigger: { for: { candles: 2 }, rearm: 'close < close[1]' } },
  { condition: 'close > sma(3) @ 15m', timeframe: '5m', universe: { kind: 'top', count: 1 } },
  { condition: 'percent_change(price, 3m) > 0 and coin(2).close > coin(2).close[1]', trigger: { on: 'snapshot' } },
  {
    condition: 'close > open',
    timeframe: '5m',
    trigger: { on: 'snapshot', fires: 'while_true', cooldownMs: 4 * MINUTE },
  },
];

describe.skipIf(!hasSharedData)(`law: at every candle and snapshot of a recorded market${NO_SHARED_DATA}`, () => {
  it('the answer about the past is what the scanner said then', async () => {
    const strategies = LAW.map((given) => strategyOf(given));
    for (const strategy of strategies) await stage.userManager.put(strategy.id, strategy);
    const [ada, doge] = [recorded('ADAUSDT', 40), recorded('DOGEUSDT', 40)];
    expect(ada).toHaveLength(40);
    const scanner = await stage.startScanner();
    const ask = async (query: string) => {
      const answered = await scanner.call(`/decisions?${query}`, { as: asUser });
      const { reason, sentence, values, evaluatedAtMs, strategyVersion } = answered.body as DecisionAnswer;
      return { status: answered.status, reason, sentence, values, evaluatedAtMs, strategyVersion };
    };
    const said = new Map<string, unknown>();
    for (const [minute, price] of ada.entries()) {
      stage.clock.set(at(minute));
      await stage.evaluated(await stage.storeAt(minute, { prices: { 1: price, 2: doge[minute]! } }));
      for (const { id } of strategies) {
        for (const coinId of [1, 2]) {
          const answer = await ask(`strategyId=${id}&coinId=${coinId}`);
          if (answer.evaluatedAtMs !== null) {
            said.set(`strategyId=${id}&coinId=${coinId}&atMs=${answer.evaluatedAtMs}`, answer);
          }
        }
      }
    }
    const reasons = new Set([...said.values()].map((answer) => (answer as { reason: string }).reason));
    for (const [query, answer] of said) expect([query, await ask(query)]).toEqual([query, answer]);
    // The law would hold of a market in which nothing happens, too.
    const wanted = ['sent', 'not_true', 'not_warm', 'cooling_down', 'already_fired', 'pending', 'not_in_universe'];
    expect([...reasons]).toEqual(expect.arrayContaining(wanted));
    expect(said.size).toBeGreaterThan(300);
  }, 120_000);
});
