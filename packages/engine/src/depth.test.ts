import type { BoolNode } from '@ubot/strategy';
import { describe, expect, it } from 'vitest';
import { createEngine, type HistoryRequest } from './engine.ts';
import { num, planOf, yes } from './plans.testing.ts';
import type { EngineDepth } from './program.ts';

function requestsOf(root: BoolNode, depth?: EngineDepth): HistoryRequest[] {
  const engine = createEngine({ name: 'depth', ...(depth !== undefined && { depth }) });
  return engine.put([{ handle: 0, condition: planOf(root, '1h'), rearm: null, on: 'candle_close', coins: null }]);
}

const below30 = yes.compare('<', num.indicator('rsi', [14]), num.constant(30));
const aboveMean = yes.compare('>', num.series('close'), num.indicator('sma', [200]));

describe('how far back an engine reads', () => {
  it('is until nothing from before shows, with room for the next strategy', () => {
    expect(requestsOf(below30)).toEqual([expect.objectContaining({ rows: 2_048 })]);
  });

  it('is an eighth of that when it need only be near, and ten candles that a coin may have missed', () => {
    // 80 × 14 candles weigh nothing at all, 140 of them all but e⁻¹⁰.
    expect(requestsOf(below30, 'near')).toEqual([expect.objectContaining({ rows: 140 + 11 })]);
  });

  it('is never less than what a window holds', () => {
    expect(requestsOf(aboveMean, 'near')[0]?.rows).toBeGreaterThanOrEqual(200);
  });

  it('names what of a candle is read, that of a named coin too', () => {
    expect(requestsOf(below30)[0]?.fields).toEqual(['close']);
    const beside = yes.compare('>', num.series('volume_24h'), num.ofCoin(1, 'high'));
    expect([...requestsOf(beside)[0]!.fields].toSorted()).toEqual(['close', 'high', 'volume24hUsd']);
  });
});
