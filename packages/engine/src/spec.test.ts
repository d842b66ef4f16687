import { readdirSync, readFileSync } from 'node:fs';
import { TIMEFRAME_MS, type Candle } from '@ubot/market';
import { checkCondition, parseSpecFile, type SpecBlock } from '@ubot/strategy';
import { describe, expect, it } from 'vitest';
import { batchOfAll, batchOfShortest, reference } from './history/evaluators.testing.ts';
import { liveEvaluator } from './history/live.testing.ts';
import { foldedToAll, type Evaluator, type TestMarket } from './history/markets.testing.ts';
import { verdictName } from './history/verdicts.ts';

const SPEC = new URL('../../../spec/', import.meta.url);
const files = readdirSync(SPEC).filter((name) => name.endsWith('.txt'));

const EVALUATORS: readonly (readonly [name: string, evaluate: Evaluator])[] = [
  ['reference', reference],
  ['batch', batchOfAll],
  ['batch that folds', batchOfShortest],
  ['live, of every coin', liveEvaluator('every coin')],
  ['live, of this coin', liveEvaluator('named coins')],
];
const COIN_ID = 1;

function candlesOf(block: SpecBlock): Candle[] {
  const column = (name: Parameters<typeof block.series.get>[0], at: number) => block.series.get(name)?.[at] ?? NaN;
  return Array.from(block.present, (_, at) => {
    const close = block.series.has('close') ? column('close', at) : column('price', at);
    const or = (value: number) => (Number.isNaN(value) ? close : value);
    return {
      openAtMs: at * TIMEFRAME_MS[block.timeframe],
      open: block.series.has('open') ? column('open', at) : or(NaN),
      high: block.series.has('high') ? column('high', at) : or(NaN),
      low: block.series.has('low') ? column('low', at) : or(NaN),
      close,
      volume24hUsd: column('volume_24h', at),
      marketCapUsd: column('market_cap', at),
      samples: 1,
      volume: column('volume', at),
    };
  }).filter((_, at) => block.present[at] === 1);
}

function marketOf(block: SpecBlock): TestMarket {
  const { timeframe } = block;
  const coins = new Map([[COIN_ID, foldedToAll(candlesOf(block), timeframe)]]);
  return { timeframe, shortest: timeframe, coins, readings: [] };
}

describe.each(files)('spec/%s', (name) => {
  const parsed = parseSpecFile(readFileSync(new URL(name, SPEC), 'utf8'));
  if (!parsed.ok) throw new Error(`${name}: ${parsed.failure.detail}`);
  const cases = parsed.value.blocks.flatMap((block) => block.cases.map((each) => ({ block, ...each })));

  it.each(cases)('line $line: $condition', ({ block, condition, indicators, verdicts }) => {
    const checked = checkCondition({ text: condition, timeframe: block.timeframe, indicators });
    if (!checked.ok) throw new Error(JSON.stringify(checked.diagnostics));
    const expected = verdicts.filter((_, at) => block.present[at] === 1);
    for (const [evaluator, evaluate] of EVALUATORS) {
      const [told] = evaluate([checked.plan], marketOf(block)).get(COIN_ID)!;
      expect({ evaluator, verdicts: Array.from(told!, verdictName) }).toEqual({ evaluator, verdicts: expected });
    }
  });
});
