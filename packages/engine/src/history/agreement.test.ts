import type { BoolNode } from '@ubot/strategy';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planOf } from '../plans.testing.ts';
import { batchOfAll, batchOfShortest, reference } from './evaluators.testing.ts';
import { anyWholeCondition } from './language.testing.ts';
import { liveEvaluator } from './live.testing.ts';
import { anyMarket, type Evaluator, type TestMarket } from './markets.testing.ts';

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
const runs = Number(process.env['UBOT_AGREEMENT_RUNS'] ?? 500);
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

function plain(verdicts: ReturnType<Evaluator>): [number, number[][]][] {
  return [...verdicts].map(([coinId, columns]) => [coinId, columns.map((column) => Array.from(column))]);
}
