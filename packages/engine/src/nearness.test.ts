import { checkCondition, type BoolNode } from '@ubot/strategy';
import { describe, expect, it } from 'vitest';
import { distanceOf, unknownPartsOf } from './nearness.ts';

const rootOf = (text: string): BoolNode => {
  const checked = checkCondition({ text, timeframe: '1h' });
  if (!checked.ok) throw new Error(checked.diagnostics[0]!.message);
  return checked.plan.root;
};
const of = (values: Record<string, number>) => (key: string) => values[key] ?? NaN;
const distance = (text: string, now: Record<string, number>, before = now): number =>
  Math.round(distanceOf(rootOf(text), { now: of(now), before: of(before) }) * 1e6) / 1e6;

describe('how near a condition is', () => {
  it.each([
    ['close > 100', { close: 98 }, 0.02],
    ['close > 100', { close: 100 }, 0],
    ['close > 100', { close: 101 }, 0],
    ['close < 0', { close: 5 }, 1],
    ['close == 4', { close: 5 }, 0.25],
    // Nearer is nearer, also from below zero.
    ['close > 4', { close: -2 }, 1.5],
    ['close > 4', { close: -4 }, 2],
    ['close > open', { close: 8, open: 10 }, 0.2],
    ['not close > 100', { close: 125 }, 0.25],
    // Of an "and" what lacks most, of an "or" what lacks least.
    ['close > 100 and open > 10', { close: 98, open: 9 }, 0.1],
    ['close > 100 or open > 10', { close: 98, open: 9 }, 0.02],
    ['not (close > 100 or open > 8)', { close: 125, open: 12 }, 0.5],
    // A cross has to come from the other side.
    ['close crosses above 100', { close: 98 }, 0.02],
    ['close crosses above 100', { close: 102 }, Infinity],
    ['close crosses below 100', { close: 102 }, 0.02],
    ['close crosses 100', { close: 98 }, 0.02],
    ['rising(close, 3)', { 'rising(close, 3)': 0 }, Infinity],
    ['close > 100', {}, Infinity],
  ])('%s of %j lacks %d', (text, now, expected) => {
    expect(distance(text, now)).toBe(expected);
  });
});

describe('what is not known', () => {
  const parts = (text: string, now: Record<string, number>, before = now) =>
    unknownPartsOf(rootOf(text), { now: of(now), before: of(before) }).map(
      (part) => `${part.text} +${part.candlesBefore}`,
    );

  it.each([
    ['close > 100', { close: 1 }, []],
    ['sma(3) > 100', {}, ['sma(3) +0']],
    ['sma(3) > sma(9)', { 'sma(3)': 1 }, ['sma(9) +0']],
    // What decides nothing is not named: the other part is false already.
    ['sma(3) > 100 and close > 5', { close: 1 }, []],
    ['sma(3) > 100 or close > 5', { close: 1 }, ['sma(3) +0']],
    ['not rising(close, 3)', { close: 1 }, ['rising(close, 3) +3']],
  ])('%s of %j: %j', (text, now, expected) => {
    expect(parts(text, now)).toEqual(expected);
  });

  it('names a cross whose number was not known one candle ago', () => {
    expect(parts('close crosses above sma(3)', { close: 2, 'sma(3)': 1 }, { close: 2 })).toEqual(['sma(3) +1']);
  });
});
