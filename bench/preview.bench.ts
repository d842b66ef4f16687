import { performance } from 'node:perf_hooks';
import type { StrategyPreview } from '@ubot/contracts';
import { storeCandles, withTransaction, type Database } from '@ubot/db';
import { timeframeOpenMs, TIMEFRAME_MS, TIMEFRAMES, type CandleColumns, type Timeframe } from '@ubot/market';
import { createTestDatabase, fakeClock, waitFor } from '@ubot/testing';
import { createStage, MINUTE, START_MS, USER_ID } from '../services/scanner/src/stage.testing.ts';
import { median, type Bench } from './lib/bench.ts';

const COINS = 10_000;
/** More than the longest indicator of the condition needs to settle. */
const CANDLES = 150;
/** Of the other timeframes: what the open candles are rebuilt from. */
const FEW_CANDLES = 8;
const ROUNDS = 7;
const CONDITION = 'rsi(14) < 30 and close crosses above sma(50)';
/** A person waits for it; at 5 s it is given up. */
const GOAL_MS = 2_000;
/** A figure on a busy machine is worth more than none. */
const LIMIT_MS = 9_000;
const ASKED: readonly Timeframe[] = ['1h', '1m'];

const ids = Array.from({ length: COINS }, (_, i) => i + 1);
const priceAt = (id: number, step: number): number =>
  id * (1 + 0.2 * Math.sin(step / 7 + id) + 0.05 * Math.sin(step * id));
const pricesAt = (step: number): Record<number, number> => Object.fromEntries(ids.map((id) => [id, priceAt(id, step)]));

function candlesAt(timeframe: Timeframe, openAtMs: number): CandleColumns {
  const step = openAtMs / TIMEFRAME_MS[timeframe];
  const open = Float64Array.from(ids, (id) => priceAt(id, step));
  const close = Float64Array.from(ids, (id) => priceAt(id, step + 1));
  return {
    timeframe,
    openAtMs,
    coinIds: Int32Array.from(ids),
    open,
    close,
    high: open.map((price, i) => Math.max(price, close[i]!)),
    low: open.map((price, i) => Math.min(price, close[i]!)),
    volume24hUsd: close,
    marketCapUsd: close,
    samples: new Int32Array(COINS).fill(60),
  };
}

/** What a market that has been followed for a while has stored when the bench begins. */
async function storeHistory(db: Database): Promise<void> {
  for (const timeframe of TIMEFRAMES) {
    const endMs = timeframeOpenMs(timeframe, START_MS);
    const count = ASKED.includes(timeframe) ? CANDLES : FEW_CANDLES;
    for (let back = count; back >= 1; back -= 1) {
      await withTransaction(db, (tx) =>
        storeCandles(tx, [candlesAt(timeframe, endMs - back * TIMEFRAME_MS[timeframe])]),
      );
    }
  }
  await db.query('vacuum analyze market.candles');
}

export const bench: Bench = {
  name: 'preview',
  about: 'which of 10,000 coins a condition matches now, as the editor asks',
  async run({ log }) {
    const stage = await createStage({ database: await createTestDatabase(), clock: fakeClock(START_MS), waitFor });
    await storeHistory(stage.db);
    log(`${COINS} coins, ${CANDLES} candles of ${ASKED.join(' and ')}`);
    const scanner = await stage.startScanner({ config: { SCANNER_WORKERS: 1 }, asideLimitMs: LIMIT_MS });
    for (let minute = 0; minute < 3; minute += 1) {
      stage.clock.set(START_MS + minute * MINUTE);
      await stage.evaluated(await stage.storeAt(minute, { prices: pricesAt(START_MS / MINUTE + minute) }));
    }
    const as = { kind: 'user', userId: USER_ID, role: 'user' } as const;
    const figures = [];
    for (const timeframe of ASKED) {
      const took: number[] = [];
      let known = 0;
      // The first starts the thread and does not count.
      for (let round = 0; round <= ROUNDS; round += 1) {
        const startedMs = performance.now();
        const answer = await scanner.call('/previews', {
          body: { universe: { kind: 'all' }, timeframe, condition: CONDITION },
          as,
        });
        if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
        const { matching, notMatching } = answer.body as StrategyPreview;
        known = matching.count + notMatching.count;
        if (round > 0) took.push(performance.now() - startedMs);
      }
      log(`${timeframe}: ${took.map(Math.round).join(', ')} ms; ${known} coins judged`);
      figures.push(
        {
          label: `on ${timeframe}, median`,
          value: median(took),
          unit: 'ms',
          goal: `≤ ${GOAL_MS}`,
          ok: median(took) <= GOAL_MS,
        },
        { label: `on ${timeframe}, coins judged`, value: known, unit: '', goal: `≥ ${COINS}`, ok: known >= COINS },
      );
    }
    await stage.close();
    return { name: 'preview', figures };
  },
};
