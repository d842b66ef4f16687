import { readdirSync, readFileSync } from 'node:fs';
import { TIMEFRAME_MS, type Candle } from '@ubot/market';
import { checkCondition, parseSpecFile, type SpecBlock, type Verdict } from '@ubot/strategy';
import { describe, expect, it } from 'vitest';
import { createHistory } from './history/history.ts';
import { seriesOf } from './history/markets.testing.ts';
import { verdictName } from './history/verdicts.ts';
import { createLive } from './live.testing.ts';
import { columnsOf } from './plans.testing.ts';
import { referenceVerdict } from './reference.testing.ts';

const SPEC = new URL('../../../spec/', import.meta.url);
const files = readdirSync(SPEC).filter((name) => name.endsWith('.txt'));

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

describe.each(files)('spec/%s', (name) => {
  const parsed = parseSpecFile(readFileSync(new URL(name, SPEC), 'utf8'));
  if (!parsed.ok) throw new Error(`${name}: ${parsed.failure.detail}`);
  const cases = parsed.value.blocks.flatMap((block) => block.cases.map((each) => ({ block, ...each })));

  it.each(cases)('line $line: $condition', ({ block, condition, indicators, verdicts }) => {
    const checked = checkCondition({ text: condition, timeframe: block.timeframe, indicators });
    if (!checked.ok) throw new Error(JSON.stringify(checked.diagnostics));
    const candles = candlesOf(block);
    const expected = verdicts.filter((_, at) => block.present[at] === 1);

    const reference = candles.map((_, at) =>
      referenceVerdict(checked.plan.root, candles.slice(0, at + 1), block.timeframe),
    );
    expect(reference).toEqual(expected);

    const history = createHistory({ candles: { [block.timeframe]: seriesOf(candles) } });
    expect(Array.from(history.evaluate(checked.plan), verdictName)).toEqual(expected);

    // Asked of every coin and of this one alone: two ways through the engine.
    for (const coins of [null, [1]]) {
      const engine = createLive();
      engine.put([{ handle: 0, condition: checked.plan, rearm: null, on: 'candle_close', coins }]);
      const live: (Verdict | null)[] = [];
      const told: boolean[] = [];
      for (const closed of columnsOf(block.timeframe, new Map([[1, candles]]))) {
        engine.close([closed]);
        live.push(engine.verdictOf(0, 1));
        // What is unknown now may have been told before it was.
        told.push(live.at(-1) === 'unknown' ? false : engine.toldTrue(0, 1));
      }
      expect(live).toEqual(expected);
      expect(told).toEqual(expected.map((verdict) => verdict === 'true'));
    }
  });
});
