import { bollingerbands, ema, macd, rsi, sma } from 'technicalindicators';
import { describe, expect, it } from 'vitest';
import { computeIndicator } from './compute.ts';
import { INDICATORS } from './catalogue.ts';

/**
 * An oracle that many traders' scripts use. Where it differs on purpose the test says so: it rounds RSI to two
 * decimals, and calls a flat market 100.
 */
const CLOSES = Array.from({ length: 300 }, (_, i) => 100 + 10 * Math.sin(i / 7) + 5 * Math.sin(i / 2.3) + i / 50);

function ours(name: string, params: number[]): number[][] {
  const definition = INDICATORS.get(name);
  if (definition === undefined) throw new Error(`no ${name}`);
  const outputs = computeIndicator({ definition, params, inputs: [Float64Array.from(CLOSES)] });
  return outputs.map((values) => [...values]);
}

/** Theirs begin with the first defined value, ours with the first candle. */
function expectSameTail(mine: readonly number[], theirs: readonly (number | undefined)[], digits: number): void {
  const tail = mine.slice(mine.length - theirs.length);
  expect(tail).toHaveLength(theirs.length);
  theirs.forEach((value, index) => expect(tail[index]).toBeCloseTo(value ?? Number.NaN, digits));
}

describe('technicalindicators agrees', () => {
  it('on sma', () => expectSameTail(ours('sma', [20])[0] ?? [], sma({ period: 20, values: CLOSES }), 9));
  it('on ema', () => expectSameTail(ours('ema', [20])[0] ?? [], ema({ period: 20, values: CLOSES }), 9));
  it('on rsi to the two decimals that it keeps', () =>
    expectSameTail(ours('rsi', [14])[0] ?? [], rsi({ period: 14, values: CLOSES }), 1));

  it('on macd and its histogram', () => {
    const theirs = macd({
      values: CLOSES,
      fastPeriod: 12,
      slowPeriod: 26,
      signalPeriod: 9,
      SimpleMAOscillator: false,
      SimpleMASignal: false,
    }).filter(({ histogram }) => histogram !== undefined);
    const [line, signal, histogram] = ours('macd', [12, 26, 9]);
    expectSameTail(
      line ?? [],
      theirs.map(({ MACD }) => MACD),
      9,
    );
    expectSameTail(
      signal ?? [],
      theirs.map((row) => row.signal),
      9,
    );
    expectSameTail(
      histogram ?? [],
      theirs.map((row) => row.histogram),
      9,
    );
  });

  it('on the bands', () => {
    const theirs = bollingerbands({ period: 20, stdDev: 2, values: CLOSES });
    const [upper, middle, lower] = ours('bbands', [20, 2]);
    expectSameTail(
      upper ?? [],
      theirs.map((row) => row.upper),
      8,
    );
    expectSameTail(
      middle ?? [],
      theirs.map((row) => row.middle),
      8,
    );
    expectSameTail(
      lower ?? [],
      theirs.map((row) => row.lower),
      8,
    );
  });
});

describe('technicalindicators differs', () => {
  it('on a flat market, where its RSI is 100 and ours is unknown', () => {
    const flat = Array.from({ length: 30 }, () => 100);
    const definition = INDICATORS.get('rsi');
    if (definition === undefined) throw new Error('no rsi');
    const [mine] = computeIndicator({ definition, params: [14], inputs: [Float64Array.from(flat)] });
    expect(mine?.at(-1)).toBeNaN();
    expect(rsi({ period: 14, values: flat }).at(-1)).toBe(100);
  });
});
