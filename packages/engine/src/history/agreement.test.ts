import { TIMEFRAME_MS, type Candle } from '@ubot/market';
import type { BoolNode, NumberNode } from '@ubot/strategy';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { num, planOf, yes } from '../plans.testing.ts';
import { batchOfAll, batchOfShortest, reference } from './evaluators.testing.ts';
import { anyWholeCondition } from './language.testing.ts';
import { liveEvaluator } from './live.testing.ts';
import { anyMarket, foldedToAll, type Evaluator, type TestMarket } from './markets.testing.ts';

/** Each of these must say what the reference says. */
const BATCH: readonly (readonly [name: string, evaluate: Evaluator])[] = [
  ['the batch form', batchOfAll],
  ['the batch form that folds', batchOfShortest],
];
const LIVE: typeof BATCH = [
  ['the live engine, asked of every coin', liveEvaluator('every coin')],
  ['the live engine, asked of named coins', liveEvaluator('named coins')],
];

const CONDITIONS = 5;
// A longer run: UBOT_AGREEMENT_RUNS=20000 UBOT_AGREEMENT_SEED=7 npx vitest run packages/engine/src/history/agreement.test.ts
const runs = Number(process.env['UBOT_AGREEMENT_RUNS'] ?? 400);
const seed = Number(process.env['UBOT_AGREEMENT_SEED'] ?? 20_261_121);

const conditions = fc.array(anyWholeCondition, { minLength: CONDITIONS, maxLength: CONDITIONS });

describe('random strategies over candles with gaps', () => {
  it('every evaluator gives every verdict that the reference gives', { timeout: 0 }, () => {
    const counts = new Map<number, number>();
    const agree = (market: TestMarket, roots: readonly BoolNode[], withLive: boolean): void => {
      const plans = roots.map((root) => planOf(root, market.timeframe));
      const expected = plain(reference(plans, market));
      for (const [evaluator, evaluate] of withLive ? [...BATCH, ...LIVE] : BATCH) {
        const verdicts = plain(evaluate(plans, market));
        expect({ evaluator, verdicts }).toEqual({ evaluator, verdicts: expected });
      }
      for (const verdict of expected.flatMap(([, columns]) => columns.flat())) {
        counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
      }
    };
    fc.assert(fc.property(anyMarket, conditions, fc.boolean(), agree), { numRuns: runs, seed });
    // The agreement is worth nothing when all of it is unknown.
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    for (const verdict of [1, 0, -1]) expect(counts.get(verdict)! / total).toBeGreaterThan(0.1);
  });
});

describe('a gap of every length', () => {
  // 30m candles are two of 15m: the longest gap that a frame bridges lies within.
  const gaps = Array.from({ length: 30 }, (_, i) => i);
  const known = (node: NumberNode): BoolNode => yes.compare('>', node, num.constant(0));
  const close = num.series('close');
  const conditions = [
    known(num.frame(close, '30m')),
    known(num.frame(num.past(close, 1), '30m')),
    known(num.frame(close, '15m')),
    known(num.ofCoin(2, 'close')),
    known(num.frame(num.ofCoin(2, 'close'), '30m')),
    known(num.past(close, 2)),
    known(num.indicator('sma', [3])),
    yes.trend('rising', close, 2),
    yes.crosses('above', close, num.constant(0)),
  ].map((root) => planOf(root, '15m'));

  it.each([...BATCH, ...LIVE])('is the same to %s as to the reference', (_, evaluate) => {
    for (const gap of gaps) {
      const market = marketWithGap(gap);
      expect({ gap, verdicts: plain(evaluate(conditions, market)) }).toEqual({
        gap,
        verdicts: plain(reference(conditions, market)),
      });
    }
  });

  /** One coin misses candles; the other one ends before them. */
  function marketWithGap(missing: number): TestMarket {
    const candle = (at: number): Candle => {
      const prices = { open: at, high: at + 2, low: at, close: at + 1 };
      const openAtMs = Date.UTC(2024, 0, 1) + at * TIMEFRAME_MS['15m'];
      return { openAtMs, ...prices, volume: 1, volume24hUsd: 1, marketCapUsd: 1, samples: 1 };
    };
    const before = [0, 1, 2, 3].map(candle);
    const after = [4, 5, 6, 7].map((at) => candle(at + missing));
    const coins = new Map([
      [1, foldedToAll([...before, ...after], '15m')],
      [2, foldedToAll(before, '15m')],
    ]);
    return { timeframe: '15m', shortest: '15m', coins, readings: [] };
  }
});

function plain(verdicts: ReturnType<Evaluator>): [number, number[][]][] {
  return [...verdicts].map(([coinId, columns]) => [coinId, columns.map((column) => Array.from(column))]);
}
